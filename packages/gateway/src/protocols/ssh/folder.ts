/** Reads a folder for the viewer, within limits, leaving out what no file may be called. */
import type { FileEntry } from "@deskgate/wire";
import type { Stats } from "ssh2";
import { FileError, type Sftp } from "./sftp.ts";

/** LIMIT: entries shown of one folder, and answers a machine may take for them. */
const MAX_FOLDER_ENTRIES = 10_000;
const MAX_FOLDER_ROUNDS = 10_000;
/** LIMIT: links looked behind; the rest is shown as links. */
const MAX_LINKS_FOLLOWED = 200;
const MAX_NAME_CHARACTERS = 1_024;

/** Tells entries as they come, waiting until they are taken. Rejects with `too-many` after the last that is shown. */
export async function listFolder(
  sftp: Sftp,
  path: string,
  tell: (entries: readonly FileEntry[]) => Promise<void>,
): Promise<void> {
  const handle = await sftp.openFolder(path);
  try {
    let shown = 0;
    let linksLeft = MAX_LINKS_FOLLOWED;
    for (let round = 0; round < MAX_FOLDER_ROUNDS; round++) {
      const names = await sftp.readFolder(handle);
      if (!names) return;
      const usable = names.filter(({ filename }) => isName(filename)).slice(0, MAX_FOLDER_ENTRIES - shown);
      const followed = usable.filter(({ attrs }) => attrs.isSymbolicLink()).slice(0, linksLeft);
      linksLeft -= followed.length;
      const behind = new Map(
        await Promise.all(
          followed.map(
            async ({ filename }) => [filename, await behindLink(sftp, `${path}/${filename}`)] as const,
          ),
        ),
      );
      await tell(usable.map(({ filename, attrs }) => entryOf(filename, behind.get(filename) ?? attrs)));
      shown += usable.length;
      if (MAX_FOLDER_ENTRIES <= shown) throw new FileError("too-many");
    }
    throw new FileError("failed", "machine does not come to an end of the folder");
  } finally {
    await sftp.close(handle).catch(() => {}); // the machine forgets it with the connection
  }
}

/** A machine must not make the person's browser write elsewhere. */
function isName(name: string): boolean {
  return (
    name !== "" && name !== "." && name !== ".." && name.length <= MAX_NAME_CHARACTERS && !/[/\0]/.test(name)
  );
}

async function behindLink(sftp: Sftp, path: string): Promise<Stats | undefined> {
  return sftp.stat(path).catch(() => undefined);
}

function entryOf(name: string, attrs: Stats): FileEntry {
  return { name, kind: kindOf(attrs), size: wholeNumber(attrs.size), modifiedAt: wholeNumber(attrs.mtime) };
}

function kindOf(attrs: Stats): FileEntry["kind"] {
  if (attrs.isDirectory()) return "folder";
  if (attrs.isFile()) return "file";
  return attrs.isSymbolicLink() ? "link" : "other";
}

/** Machines may leave attributes out, or lie. */
function wholeNumber(value: number | undefined): number {
  return value !== undefined && Number.isSafeInteger(value) && 0 <= value ? value : 0;
}
