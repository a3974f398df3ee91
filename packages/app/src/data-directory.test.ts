import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataDirectory } from "./data-directory.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "deskgate-data-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe("the data folder", () => {
  it("is made for its owner alone, with a key of its own that stays", async () => {
    const folder = join(parent, "deep/data");
    const first = await openDataDirectory(folder);
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe("700");
    expect(((await stat(join(folder, "sealing.key"))).mode & 0o777).toString(8)).toBe("600");
    expect(first.sealingKey).toHaveLength(32);
    expect(Buffer.from((await openDataDirectory(folder)).sealingKey)).toEqual(Buffer.from(first.sealingKey));
    expect(Buffer.from((await openDataDirectory(join(parent, "other"))).sealingKey)).not.toEqual(
      Buffer.from(first.sealingKey),
    );
  });

  it("with a damaged key is refused and the key is not replaced", async () => {
    const folder = join(parent, "data");
    await openDataDirectory(folder);
    await writeFile(join(folder, "sealing.key"), "half");
    await expect(openDataDirectory(folder)).rejects.toThrow("damaged");
    expect(await readFile(join(folder, "sealing.key"), "utf8")).toBe("half");
  });
});
