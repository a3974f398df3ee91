/**
 * The machine's leg of an SSH tunnel: what the copy loop takes for a stream of bytes is the framing of
 * docs/protocols/ssh-tunnel.md, spoken here with the viewer; behind it is a terminal and the machine's files.
 *
 * It never holds the viewer back: everything that could, input and uploads, has credit of its own, so that Ctrl-C and
 * credits for output always get through. INVARIANT: what waits here is bounded by the credits and the limits on requests.
 */
import type { Admission } from "@deskgate/contract";
import {
  encodeGatewayMessage,
  type GatewayMessage,
  HEAD_ROOM_BYTES,
  parseViewerMessage,
  TunnelFrameReader,
  type ViewerMessage,
} from "@deskgate/wire";
import type { ClientChannel } from "ssh2";
import type { Leg, LegFailure, LegReceiver } from "../../relay/leg.ts";
import { Files } from "./files.ts";
import { printable, readable } from "./machine-text.ts";
import { FileError, Sftp } from "./sftp.ts";
import type { Question, SignIn } from "./sign-in.ts";
import { type Failure, failureOf, type SshConnection } from "./ssh-connection.ts";
import { Terminal } from "./terminal.ts";

/** Everything until the terminal is open, people's thinking included; as long as OpenSSH grants. */
const SIGN_IN_DEADLINE_MS = 120_000;
/** How long the removal of half a file may hold up the end. */
const CLEAN_UP_DEADLINE_MS = 300;
/** LIMIT: of what a machine says before sign-in, each and altogether. */
const MAX_BANNER_CHARACTERS = 4_000;
const MAX_BANNERS = 4;
/** LIMIT: of a terminal's size; a program must not be made to reserve gigabytes. */
const MAX_COLUMNS = 1_000;
const MAX_ROWS = 1_000;
const TERMINAL_KIND = "xterm-256color";
/** The tunnel is UTF-8; machines that accept it (AcceptEnv LC_* is Debian's default) are told so, whatever language they speak. */
const ENVIRONMENT = { LC_CTYPE: "C.UTF-8" } as const;

interface PendingQuestion {
  readonly number: number;
  readonly answer: (answers: readonly string[]) => void;
}

export class SshLeg implements Leg {
  readonly ownsBytes = true;
  readonly hasHalfClose = false;
  readonly lastPongMs = undefined;
  readonly #ssh: SshConnection;
  readonly #signIn: SignIn;
  readonly #policy: Admission["policy"];
  readonly #files: Files;
  readonly #reader: TunnelFrameReader;
  #receiver: LegReceiver | undefined;
  #terminal: Terminal | undefined;
  #size = { columns: 80, rows: 24 };
  #waiting: GatewayMessage[] = [];
  #isPaused = true;
  #onFlowing: (() => void)[] = [];
  #question: PendingQuestion | undefined;
  #questions = 0;
  #banners = 0;
  #deadline: NodeJS.Timeout | undefined;
  #isOver = false;
  #isFinished = false;
  #isPinging = false;
  roundTripMs: number | undefined;
  inputCount = 0;

  constructor(ssh: SshConnection, signIn: SignIn, policy: Admission["policy"]) {
    this.#ssh = ssh;
    this.#signIn = signIn;
    this.#policy = policy;
    this.#files = new Files({
      policy,
      openSftp: () => this.#openSftp(),
      send: (message) => this.#send(message),
      flowing: () => this.#flowing(),
    });
    this.#reader = new TunnelFrameReader({
      onFrame: (type, payload) => this.#onMessage(parseViewerMessage(type, payload)),
    });
  }

  get remoteAddress(): string {
    return this.#ssh.remoteAddress;
  }

  get queuedBytes(): number {
    return this.#ssh.queuedBytes;
  }

  lend(): void {}

  receive(receiver: LegReceiver): void {
    const isFirst = this.#receiver === undefined;
    this.#receiver = receiver;
    if (isFirst) this.#begin();
  }

  send(block: Uint8Array, from: number, to: number, isOwned: boolean): boolean {
    // What is typed or uploaded waits in ssh2's queues.
    const bytes = isOwned ? block.subarray(from, to) : Buffer.from(block.subarray(from, to));
    const failure = this.#isOver ? undefined : this.#reader.feed(bytes);
    if (failure !== undefined) this.#blameViewer(failure);
    return true;
  }

  pause(): void {
    this.#isPaused = true;
    this.#terminal?.setPaused(true);
  }

  resume(): void {
    this.#isPaused = false;
    for (const message of this.#waiting.splice(0)) this.#send(message);
    if (this.#isPaused) return;
    this.#terminal?.setPaused(false);
    for (const go of this.#onFlowing.splice(0)) go();
  }

  /** Any global request with a reply tells the round trip; there is nothing to take back, so this one changes nothing. */
  ping(_nowMs: number): void {
    if (!this.#terminal || this.#isPinging || this.#isOver) return;
    this.#isPinging = true;
    const began = performance.now();
    this.#ssh.client.unforwardIn("", 0, () => {
      this.#isPinging = false;
      this.roundTripMs = performance.now() - began;
    });
  }

  finish(_closeCode: number, _reason: string): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#question?.answer([]);
    for (const go of this.#onFlowing.splice(0)) go();
    const late = new Promise<void>((done) => setTimeout(done, CLEAN_UP_DEADLINE_MS).unref());
    void Promise.race([this.#files.stop(), late]).then(() => this.#ssh.end());
  }

  abort(): void {
    this.#ssh.abort();
  }

  #begin(): void {
    const { client, stream } = this.#ssh;
    this.#deadline = setTimeout(
      () => this.#fail({ failed: "credential_needed", detail: "sign-in not finished in time" }),
      SIGN_IN_DEADLINE_MS,
    );
    client.on("banner", (text) => this.#onBanner(text));
    client.once("ready", () => this.#openShell());
    client.once("change password", () =>
      this.#fail({ failed: "target_password_expired", detail: "machine wants a new password" }),
    );
    this.#ssh.onRemark((words) => this.#signIn.note(words));
    stream.on("data", () => this.#watchWindow());
    stream.on("drain", () => this.#terminal?.payInput());
    this.#ssh.watch({ onError: (error) => this.#onError(error), onClose: () => this.#onClose() });
    void this.#signIn.failed.then((failure) => this.#fail(failure));
    this.#signIn.begin((question) => this.#ask(question));
  }

  #onBanner(text: string): void {
    this.#signIn.note(text);
    this.#banners += 1;
    if (this.#banners <= MAX_BANNERS)
      this.#send({ type: "banner", text: readable(text, MAX_BANNER_CHARACTERS) });
  }

  #ask({ isLogin, title, instructions, prompts }: Question): Promise<readonly string[]> {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    this.#questions += 1;
    this.#question = { number: this.#questions, answer: resolve };
    this.#send({ type: "question", question: this.#questions, isLogin, title, instructions, prompts });
    return promise;
  }

  #openShell(): void {
    const { columns, rows } = this.#size;
    const terminal = { term: TERMINAL_KIND, cols: columns, rows };
    this.#ssh.client.shell(terminal, { env: ENVIRONMENT }, (error, channel) => {
      clearTimeout(this.#deadline);
      if (error) this.#fail({ failed: "target_protocol_refused", detail: printable(error.message) });
      else if (!this.#isOver) this.#onShell(channel);
    });
  }

  #onShell(channel: ClientChannel): void {
    this.#send({ type: "ready", ...this.#policy });
    this.#terminal = new Terminal(channel, {
      policy: this.#policy,
      send: (message) => this.#send(message),
      queuedBytes: () => this.#ssh.queuedBytes,
    });
    if (this.#isPaused) this.#terminal.setPaused(true);
    // The size may have changed while the machine was asked for the terminal.
    this.#terminal.resize(this.#size.columns, this.#size.rows);
    let how = "without a word";
    channel.on("exit", (status: number | null, signal?: string) => {
      how = signal === undefined ? `with status ${status}` : `by ${printable(signal)}`;
    });
    channel.on("close", () => this.#fail({ failed: "target_finished", detail: `terminal ended ${how}` }));
  }

  #onMessage(message: ReturnType<typeof parseViewerMessage>): void {
    if (this.#isOver) return;
    const wrong = message.type === "malformed" ? message.reason : this.#obey(message);
    if (wrong !== undefined) this.#blameViewer(wrong);
  }

  /** Does what the viewer asks; returns what is wrong with it, if so. */
  #obey(message: ViewerMessage): string | undefined {
    switch (message.type) {
      case "input":
        this.inputCount += 1;
        return this.#terminal?.type(message.bytes) === false ? "more input than was allowed" : undefined;
      case "resize":
        return this.#resize(message);
      case "output-credit":
        this.#terminal?.grantOutput(message.bytes);
        return undefined;
      case "answers":
        this.inputCount += 1;
        if (message.question === this.#question?.number) this.#question.answer(message.answers);
        return undefined;
      case "file-request":
      case "file-data":
        this.inputCount += 1;
        return this.#terminal ? this.#files.handle(message) : "files before the terminal was open";
      case "file-credit":
      case "file-end":
      case "file-cancel":
        return this.#files.handle(message);
    }
  }

  #resize({ columns, rows }: { readonly columns: number; readonly rows: number }): string | undefined {
    if (columns < 1 || MAX_COLUMNS < columns || rows < 1 || MAX_ROWS < rows)
      return `terminal of ${columns} columns and ${rows} rows`;
    this.#size = { columns, rows };
    this.#terminal?.resize(columns, rows);
    return undefined;
  }

  #openSftp(): Promise<Sftp> {
    const { promise, resolve, reject } = Promise.withResolvers<Sftp>();
    this.#ssh.client.sftp((error, wrapper) => {
      if (error) reject(new FileError("unavailable", printable(error.message)));
      else {
        // What a machine gets wrong in here fails its requests; the terminal goes on.
        wrapper.on("error", () => {});
        resolve(new Sftp(wrapper));
      }
    });
    return promise;
  }

  #send(message: GatewayMessage): void {
    if (this.#isPaused || !this.#receiver) {
      this.#waiting.push(message);
      return;
    }
    const block = encodeGatewayMessage(message, HEAD_ROOM_BYTES);
    this.#receiver.onBytes(block, HEAD_ROOM_BYTES, block.length);
  }

  #flowing(): Promise<void> {
    if (!this.#isPaused || this.#isOver) return Promise.resolve();
    return new Promise((go) => this.#onFlowing.push(go));
  }

  /** ssh2 keeps what a machine sends beyond its window. */
  #watchWindow(): void {
    if (this.#terminal?.isOverfull)
      this.#fail({ failed: "target_protocol_error", detail: "machine sends more than its window allows" });
  }

  #onError(error: Error): void {
    const isSigningIn = !this.#terminal && this.#signIn.hasTried;
    this.#fail(isSigningIn ? this.#signIn.refusal(printable(error.message)) : failureOf(error));
  }

  #onClose(): void {
    if (!this.#terminal && this.#signIn.hasTried)
      this.#fail(this.#signIn.refusal("machine hung up during sign-in"));
    this.#isOver = true;
    clearTimeout(this.#deadline);
    for (const go of this.#onFlowing.splice(0)) go();
    this.#receiver?.onGone(undefined);
  }

  #blameViewer(detail: string): void {
    this.#tell({ reason: "viewer_protocol_error", detail });
  }

  #fail({ failed, detail }: Failure): void {
    this.#tell({ reason: failed, detail });
  }

  #tell(failure: LegFailure): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver?.onFailed(failure);
  }
}
