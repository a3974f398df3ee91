/** A machine's terminal and files. The SSH itself ends at the gateway; questions of the machine are asked of the person. */
import type { GatewayMessage } from "@deskgate/wire";
import type { CredentialRequest } from "../credential.ts";
import type { Surface, SurfaceEnding, SurfaceOptions } from "../surface.ts";
import { SshFiles } from "./files.ts";
import { terminalKeys } from "./keys.ts";
import { openTerminal, type ShownTerminal } from "./terminal.ts";
import { SshTunnel } from "./tunnel.ts";

type Question = GatewayMessage & { readonly type: "question" };

export function openSurface(options: SurfaceOptions): Surface {
  return new SshSurface(options);
}

class SshSurface implements Surface {
  readonly #options: SurfaceOptions;
  readonly specialKeys = terminalKeys((bytes) => this.#tunnel?.type(bytes));
  files: SshFiles | undefined;
  #tunnel: SshTunnel | undefined;
  #terminal: ShownTerminal | undefined;
  #hasEnded = false;

  constructor(options: SurfaceOptions) {
    this.#options = options;
    void this.#begin();
  }

  setScaling(): void {}

  canResize(): boolean {
    return true;
  }

  sendKeys(): void {}

  sendClipboard(text: string): void {
    if (this.#options.policy.clipboardToMachine) this.#terminal?.paste(text);
  }

  focus(): void {
    this.#terminal?.focus();
  }

  lastPicture(): HTMLCanvasElement | undefined {
    return this.#terminal?.picture();
  }

  close(): void {
    this.#hasEnded = true;
    this.#tunnel?.close();
    this.files?.close();
    this.#terminal?.close();
    this.#terminal = undefined;
  }

  async #begin(): Promise<void> {
    const { target, policy, tunnel } = this.#options;
    const terminal = await openTerminal({
      parent: target,
      mayPaste: policy.clipboardToMachine,
      mayCopy: policy.clipboardFromMachine,
      onInput: (bytes) => this.#tunnel?.type(bytes),
      onSize: (columns, rows) => this.#tunnel?.send({ type: "resize", columns, rows }),
    });
    if (this.#hasEnded) return terminal.close();
    this.#terminal = terminal;
    this.#tunnel = new SshTunnel(tunnel, {
      onMessage: (message) => this.#onMessage(message),
      onEnded: (ending) => this.#end(ending),
    });
  }

  #end(ending: SurfaceEnding): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.files?.close();
    this.#options.events.onEnded(ending);
  }

  #onMessage(message: GatewayMessage): void {
    if (this.#hasEnded) return;
    const { events } = this.#options;
    switch (message.type) {
      case "output":
        this.#terminal?.write(message.bytes, () => this.#tunnel?.shown(message.bytes.length));
        break;
      case "banner":
        this.#terminal?.write(`${message.text.trimEnd().replaceAll("\n", "\r\n")}\r\n`);
        break;
      case "question":
        void this.#answer(message);
        break;
      case "ready":
        this.#onReady(message);
        break;
      case "title":
        events.onTitle(message.text);
        break;
      case "clipboard":
        events.onClipboard(message.text);
        break;
      case "input-credit":
        break;
      default:
        this.files?.receive(message);
    }
  }

  #onReady(policy: GatewayMessage & { readonly type: "ready" }): void {
    const { columns, rows } = this.#terminal ?? { columns: 80, rows: 24 };
    this.#tunnel?.send({ type: "resize", columns, rows });
    if (policy.filesFromMachine || policy.filesToMachine)
      this.files = new SshFiles(policy, (message) => this.#tunnel?.send(message));
    this.#options.events.onConnected();
  }

  async #answer(question: Question): Promise<void> {
    const answers = question.isLogin ? await this.#logIn(question) : await this.#answerEach(question);
    this.#tunnel?.send({ type: "answers", question: question.question, answers: answers ?? [] });
  }

  /** Asked by the gateway: the name, where it has none, the password, and a key with its passphrase where one may do. */
  async #logIn({ prompts, instructions }: Question): Promise<readonly string[] | undefined> {
    const names = prompts[0]?.isSecret === false ? (["username"] as const) : [];
    const isKeyTaken = names.length + 1 < prompts.length;
    const fields = [
      ...names,
      "password",
      ...(isKeyTaken ? (["privateKey", "passphrase"] as const) : []),
    ] as const;
    const typed = await this.#options.events.askCredential({
      fields,
      // What the machine has just refused is not to be sent again.
      ...(instructions !== "" && { question: instructions, isFresh: true }),
    });
    if (!typed) return undefined;
    return fields.map((field) => typed[field] ?? "");
  }

  /** Asked by the machine, in its own words, one after the other. */
  async #answerEach({ title, instructions, prompts }: Question): Promise<readonly string[] | undefined> {
    const answers: string[] = [];
    for (const { text, isSecret } of prompts) {
      const field = isSecret ? "password" : "username";
      const question = [title, instructions, text].filter((part) => part !== "").join("\n");
      const request: CredentialRequest = { fields: [field], question, isFresh: true };
      const typed = await this.#options.events.askCredential(request);
      if (!typed) return undefined;
      answers.push(typed[field] ?? "");
    }
    return answers;
  }
}
