/** Looks for a secret that must not be there. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunningDeskgate } from "./deskgate.ts";

/** In clear, in base64 at any alignment, in hexadecimal, or as UTF-16. */
export function expectNowhere(haystack: Buffer, secret: string): void {
  const plain = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), plain])
      .toString("base64")
      .replace(/^.{4}/, shift === 0 ? "$&" : "")
      .replace(/.{0,4}$/, ""),
  );
  const spellings = [
    plain,
    Buffer.from(secret, "utf16le"),
    Buffer.from(plain.toString("hex")),
    ...base64.map((text) => Buffer.from(text)),
  ];
  for (const spelled of spellings)
    if (haystack.includes(spelled)) throw new Error(`there is the secret as ${spelled.toString("latin1")}`);
}

/** In what the program wrote: its log and its database. */
export async function expectNotStored(server: RunningDeskgate, secret: string): Promise<void> {
  expectNowhere(Buffer.from(server.peer.output()), secret);
  const names = await readdir(server.dataDirectory);
  const stores = names.filter((name) => name.startsWith("deskgate.sqlite"));
  if (stores.length === 0) throw new Error("there is no database to look into");
  for (const name of stores) expectNowhere(await readFile(join(server.dataDirectory, name)), secret);
}
