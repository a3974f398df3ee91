/** Words of the panel for a machine's files. */

import type { RemoteFailure } from "../viewer/remote-files.ts";
import { filesText as de } from "./de/files.ts";
import { inLanguage } from "./language.ts";

const FAILURES: Readonly<Record<RemoteFailure, string>> = {
  failed: "The machine could not do this.",
  "not-found": "There is nothing here by that name any more.",
  "not-permitted": "Your account on the machine may not do this.",
  exists: "Something by that name is there already.",
  "refused-by-policy": "Copying files in this direction is not allowed on this desktop.",
  "too-many": "Too much at once. Wait until something is done.",
  unavailable: "The machine offers no files, or the connection was lost.",
  cancelled: "Cancelled. Nothing was left behind.",
  "no-space": "The machine has no space left.",
};

const en = {
  title: "Files",
  open: "Files on the machine",
  close: "Close the files",
  path: "Folder",
  up: "To the folder above",
  home: "To your own folder",
  refresh: "Read the folder again",
  newFolder: "New folder",
  upload: "Upload",
  dropHere: "Drop files here to upload them",
  uploadOff: "Uploads are not allowed on this desktop.",
  downloadOff: "Downloads are not allowed on this desktop.",
  empty: "This folder is empty.",
  isCut: "There is more in this folder than can be shown.",
  name: "Name",
  size: "Size",
  modified: "Changed",
  more: (name: string) => `More for ${name}`,
  download: "Download",
  downloadOf: (name: string) => `Download ${name}`,
  rename: "Rename",
  remove: "Delete",
  removeTitle: (name: string) => `Delete ${name}?`,
  removeFileHint: "The file is deleted on the machine. This cannot be undone.",
  removeFolderHint: "The folder is deleted on the machine if it is empty.",
  create: "Create",
  transfers: "Transfers",
  cancel: (name: string) => `Cancel ${name}`,
  dismiss: (name: string) => `Remove ${name} from the list`,
  replace: "Replace",
  done: "Done",
  failure: (failure: RemoteFailure) => FAILURES[failure],
};

export const filesText = inLanguage({ en, de });
