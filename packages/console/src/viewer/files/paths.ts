/** Paths on a machine, which are separated by slashes over SFTP whatever the machine runs. */

export function joinPath(folder: string, name: string): string {
  return folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}

export function parentOf(path: string): string {
  return path.replace(/\/+[^/]*\/*$/, "") || "/";
}

/** Whether a file may be called so. */
export function isFileName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}
