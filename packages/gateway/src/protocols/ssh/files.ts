/** Answers the viewer's requests about files (docs/protocols/ssh-tunnel.md §6), within the admission's policy. */
import type { Policy } from "@deskgate/contract";
import type { FileEntry, FileFailure, FileRequest, GatewayMessage, ViewerMessage } from "@deskgate/wire";
import { Download } from "./download.ts";
import { listFolder } from "./folder.ts";
import { FileError, type Sftp } from "./sftp.ts";
import { Upload } from "./upload.ts";

/** LIMIT: requests at once; a viewer that asks for more is told to wait. */
const MAX_REQUESTS = 16;

/** Names of 4 KiB each must fit into one frame. */
const ENTRIES_PER_MESSAGE = 12;

type FileMessage = Extract<ViewerMessage, { readonly id: number }>;

export interface FilesContext {
  readonly policy: Policy;
  /** Opens the machine's file service, once. */
  readonly openSftp: () => Promise<Sftp>;
  readonly send: (message: GatewayMessage) => void;
  /** Settles when the tunnel takes more. */
  readonly flowing: () => Promise<void>;
}

type Job = Download | Upload | "other";

export class Files {
  readonly #context: FilesContext;
  readonly #jobs = new Map<number, Job>();
  #sftp: Promise<Sftp> | undefined;

  constructor(context: FilesContext) {
    this.#context = context;
  }

  /** Takes a message; returns what the viewer did wrong, if so. */
  handle(message: FileMessage): string | undefined {
    if (message.type === "file-request") return this.#begin(message.id, message.request);
    const job = this.#jobs.get(message.id);
    // What crosses with the end of a request is late, not wrong.
    if (job === undefined || job === "other") return undefined;
    if (message.type === "file-cancel") job.cancel();
    else if (job instanceof Download) return this.#toDownload(job, message);
    else return this.#toUpload(job, message);
    return undefined;
  }

  /** Removes the beginnings of files; settles when the machine has answered. Never rejects. */
  async stop(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    const uploads = jobs.filter((job) => job instanceof Upload);
    for (const job of jobs) if (job instanceof Download) job.cancel();
    await Promise.all(uploads.map((upload) => upload.discard()));
  }

  #toDownload(job: Download, message: FileMessage): string | undefined {
    if (message.type !== "file-credit") return `${message.type} for a download`;
    job.grant(message.bytes);
    return undefined;
  }

  #toUpload(job: Upload, message: FileMessage): string | undefined {
    if (message.type === "file-end") job.finish();
    else if (message.type !== "file-data") return `${message.type} for an upload`;
    else if (!job.receive(message.bytes)) {
      job.cancel();
      return "more of a file than was allowed";
    }
    return undefined;
  }

  #begin(id: number, request: FileRequest): string | undefined {
    if (this.#jobs.has(id)) return `file request ${id} is under way already`;
    if (MAX_REQUESTS <= this.#jobs.size) {
      this.#fail(id, new FileError("too-many"));
      return undefined;
    }
    this.#jobs.set(id, "other");
    this.#run(id, request)
      .then(
        () => this.#context.send({ type: "file-done", id }),
        (error: unknown) => this.#fail(id, error),
      )
      .finally(() => this.#jobs.delete(id));
    return undefined;
  }

  async #run(id: number, request: FileRequest): Promise<void> {
    if (!this.#mayDo(request.op)) throw new FileError("refused-by-policy");
    if (/\0/.test(request.path)) throw new FileError("not-found");
    this.#sftp ??= this.#context.openSftp();
    const sftp = await this.#sftp;
    switch (request.op) {
      case "resolve":
        return this.#context.send({ type: "file-path", id, path: await sftp.resolvePath(request.path) });
      case "list":
        return listFolder(sftp, request.path, (entries) => this.#tellEntries(id, entries));
      case "make-folder":
        return (await sftp.exists(request.path))
          ? Promise.reject(new FileError("exists"))
          : sftp.makeFolder(request.path);
      case "remove-file":
        return sftp.removeFile(request.path);
      case "remove-folder":
        return sftp.removeFolder(request.path);
      case "rename":
        return (await sftp.exists(request.to))
          ? Promise.reject(new FileError("exists"))
          : sftp.rename(request.path, request.to);
      case "download":
        return this.#download(id, sftp).run(request.path);
      case "upload":
        return this.#upload(id, sftp, request).run();
    }
  }

  /** Looking around is part of either direction. */
  #mayDo(op: FileRequest["op"]): boolean {
    const { filesToMachine, filesFromMachine } = this.#context.policy;
    if (op === "resolve" || op === "list") return filesToMachine || filesFromMachine;
    return op === "download" ? filesFromMachine : filesToMachine;
  }

  #download(id: number, sftp: Sftp): Download {
    const { send, flowing } = this.#context;
    const job = new Download(sftp, {
      onSize: (size) => send({ type: "file-size", id, size }),
      onBytes: (bytes) => send({ type: "file-data", id, bytes }),
      flowing,
    });
    this.#jobs.set(id, job);
    return job;
  }

  #upload(id: number, sftp: Sftp, request: FileRequest & { readonly op: "upload" }): Upload {
    const job = new Upload(sftp, request, (bytes) => this.#context.send({ type: "file-credit", id, bytes }));
    this.#jobs.set(id, job);
    return job;
  }

  async #tellEntries(id: number, entries: readonly FileEntry[]): Promise<void> {
    for (let at = 0; at < entries.length; at += ENTRIES_PER_MESSAGE) {
      await this.#context.flowing();
      this.#context.send({ type: "file-entries", id, entries: entries.slice(at, at + ENTRIES_PER_MESSAGE) });
    }
  }

  #fail(id: number, error: unknown): void {
    const failure: FileFailure = error instanceof FileError ? error.failure : "failed";
    const detail = error instanceof FileError ? error.message : "";
    this.#context.send({ type: "file-failed", id, failure, detail });
  }
}
