/** What one client does: signs in by a one-time link, lists its desktops, chooses one, and holds a ticket. */
import { Agent, request } from "node:http";

export class Client {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port: number) {
    this.#port = port;
  }

  /** Throws where any step is refused. */
  async flow(linkSecret: string): Promise<void> {
    const signedIn = await this.#send("POST", "/sign-in/link", undefined, { secret: linkSecret });
    const cookie = signedIn.cookie ?? "";
    const { items } = (await this.#send("GET", "/desktops", cookie)).body as {
      items: { id: string; name: string }[];
    }; // the API's reply
    const own = items.at(-1);
    if (!own) throw new Error("a client has no desktop");
    const opened = await this.#send("POST", `/desktops/${own.id}/connections`, cookie, {});
    if (typeof (opened.body as { ticket?: unknown }).ticket !== "string")
      throw new Error("there was no ticket"); // likewise
  }

  async signInWithPassword(credential: { readonly name: string; readonly password: string }): Promise<void> {
    await this.#send("POST", "/sign-in/password", undefined, credential);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    cookie: string | undefined,
    body?: unknown,
  ): Promise<{ readonly body: unknown; readonly cookie: string | undefined }> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      "sec-fetch-site": "same-origin",
      ...(cookie === undefined ? {} : { cookie }),
      ...(text === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    return new Promise((resolve, reject) => {
      const options = {
        port: this.#port,
        host: "127.0.0.1",
        method,
        path: `/api/v1${path}`,
        headers,
        agent: this.#agent,
      };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const reply = Buffer.concat(chunks).toString();
          if (299 < (response.statusCode ?? 0))
            reject(new Error(`${path} answered ${response.statusCode}: ${reply}`));
          else
            resolve({
              body: reply === "" ? undefined : JSON.parse(reply),
              cookie: response.headers["set-cookie"]?.[0]?.split(";", 1)[0],
            });
        });
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }
}
