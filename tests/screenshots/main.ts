/**
 * `npm run screenshots -- FOLDER [--scheme light|dark] [--language en|de] [--only NAME,…] [--width PIXELS]
 * [--height PIXELS]`: pictures of every page.
 *
 * Starts the product in a data folder of its own, fills it with a made-up site, puts a few people on desktops, and
 * photographs what `shots.ts` lists: for looking at the console with one's own eyes, and for the documents.
 */
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { launchBrowser } from "../testbed/browser.ts";
import { startDeskgate } from "../testbed/deskgate.ts";
import { startXvnc } from "../testbed/xvnc.ts";
import { Camera } from "./camera.ts";
import { writePast } from "./past.ts";
import { SHOTS } from "./shots.ts";
import { furnishSite } from "./site.ts";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scheme: { type: "string" },
    language: { type: "string" },
    only: { type: "string" },
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "800" },
  },
});
const [folder] = positionals;
const window = { width: Number(options.width), height: Number(options.height) };
if (folder === undefined || !(0 < window.width && 0 < window.height)) {
  process.stderr.write(
    "usage: npm run screenshots -- FOLDER [--scheme light|dark] [--language en|de] [--only NAME,…] [--width PIXELS] [--height PIXELS]\n",
  );
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const names = options.only?.split(",");
const shots = SHOTS.filter(({ name }) => names === undefined || names.some((part) => name.startsWith(part)));
const schemes = (["light", "dark"] as const).filter((one) => (options.scheme ?? one) === one);
const languages = (["en", "de"] as const).filter((one) => (options.language ?? one) === one);

const [xvnc, browser, deskgate] = await Promise.all([
  startXvnc("lab-bench"),
  launchBrowser(),
  startDeskgate(),
]);
try {
  const site = await furnishSite({ deskgate, browser, desktop: xvnc });
  await writePast(deskgate.dataDirectory);
  const films = languages.flatMap((language) => schemes.map((scheme) => ({ language, scheme })));
  for (const [turn, { language, scheme }] of films.entries()) {
    const camera = new Camera({ browser, site, folder, scheme, language, window });
    // The window on a desktop is one and dark whatever the scheme, and its last picture is its end.
    for (const shot of shots.filter(({ isOnDesktop }) => turn === 0 || !isOnDesktop)) {
      const problem = await camera.take(shot);
      process.stdout.write(`${shot.name}-${language}-${scheme}: ${problem ?? "taken"}\n`);
      if (problem !== undefined) process.exitCode = 1;
    }
    await camera.close();
  }
} finally {
  await browser.close();
  await deskgate.stop();
  await xvnc.stop();
}
