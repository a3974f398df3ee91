/** What moves on the desktops: a photograph-like picture that wanders, ten frames a second, beside a clock. */
import { spawnSync } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";

export const MOVING = { width: 640, height: 400, x: 300, y: 200, framesPerSecond: 10 } as const;

const FRAMES = 20;
const STEP_PX = MOVING.width / FRAMES;

/** Paints all frames once; every desktop shows the same file. */
export async function paintMovingPicture(directory: string): Promise<string> {
  const file = join(directory, "moving.miff");
  const frames = Array.from({ length: FRAMES }, (_, i) => [
    "(",
    "-clone",
    "0",
    "-roll",
    `+${i * STEP_PX}+0`,
    ")",
  ]);
  const { status, stderr } = spawnSync(
    "/usr/bin/convert",
    [
      "-seed",
      "7",
      "-size",
      `${MOVING.width}x${MOVING.height}`,
      "plasma:fractal",
      ...frames.flat(),
      "-delete",
      "0",
      file,
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`convert failed: ${stderr}`);
  await chmod(file, 0o644);
  return file;
}

/** The command that shows it, for the X display of its environment; it runs until it is ended. */
export function showMovingPicture(file: string): readonly string[] {
  const { x, y, framesPerSecond } = MOVING;
  return [
    "/usr/bin/animate",
    "-immutable",
    "-delay",
    String(100 / framesPerSecond),
    "-loop",
    "0",
    "-geometry",
    `+${x}+${y}`,
    file,
  ];
}
