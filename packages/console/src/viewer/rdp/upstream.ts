/** What the installed IronRDP still needs of the gateway, by its version. */
import { version } from "@devolutions/iron-remote-desktop-rdp/package.json";

/** The last release that asks for 16 bits and draws classic bitmaps slanted; the fix is IronRDP's commit 80bb81b3. */
const LAST_SLANTED = [0, 7, 0] as const;

export function needsTrueColour(installed: string = version): boolean {
  const numbers = installed.split(".").map(Number);
  for (const [i, last] of LAST_SLANTED.entries()) {
    const number = numbers[i] ?? 0;
    if (number !== last) return number < last;
  }
  return true;
}
