/** A script's way into the API: the contract's routes, one sign-in, the self-signed certificate accepted. */
import { randomBytes } from "node:crypto";
import { request } from "node:https";
import {
  API_PREFIX,
  type ErrorCode,
  ROUTES,
  type Route,
  type RouteBodyInput,
  type RouteReply,
} from "@deskgate/contract";

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A reply that is not a success, as the API words it. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly code: ErrorCode | undefined;

  constructor({ status, text }: RawReply) {
    super(`${status}: ${text}`);
    this.status = status;
    this.code = status < 400 ? undefined : (JSON.parse(text) as { error: { code: ErrorCode } }).error.code;
  }
}

interface Sent<R extends Route> {
  readonly id?: string;
  readonly identityId?: string;
  readonly query?: string;
  readonly body?: RouteBodyInput<R>;
}

type ProtocolFields = RouteBodyInput<typeof ROUTES.createMachine>["protocols"][number];
export type NewMachine = Omit<ProtocolFields, "protocol"> & {
  readonly name: string;
  readonly userId: string;
  readonly protocol?: ProtocolFields["protocol"];
};

export class ApiClient {
  readonly site: string;
  #cookie: string;

  constructor(site: string, cookie = "") {
    this.site = site;
    this.#cookie = cookie;
  }

  /** The value for a browser's cookie jar: `name=value`. */
  get cookie(): string {
    return this.#cookie;
  }

  static async bySignInLink(site: string, link: string): Promise<ApiClient> {
    const client = new ApiClient(site);
    await client.call(ROUTES.signInWithLink, { body: { secret: link.split("#")[1] ?? "" } });
    return client;
  }

  static async byPassword(site: string, name: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(site);
    await client.call(ROUTES.signInWithPassword, { body: { name, password } });
    return client;
  }

  /** Calls a route; throws {@link ApiFailure} for anything but a success. */
  async call<R extends Route>(route: R, sent: Sent<R> = {}): Promise<RouteReply<R>> {
    const reply = await this.send(
      route.method,
      `${API_PREFIX}${route.path.replace(/:id\b/, sent.id ?? "").replace(":identityId", sent.identityId ?? "")}${sent.query ?? ""}`,
      sent.body,
    );
    if (400 <= reply.status) throw new ApiFailure(reply);
    const cookie = [reply.headers["set-cookie"] ?? []].flat().find((line) => line.startsWith("__Host-"));
    if (cookie) this.#cookie = cookie.split(";", 1)[0] ?? "";
    const value: unknown = reply.text === "" ? undefined : JSON.parse(reply.text);
    return (route.reply ? route.reply.parse(value) : undefined) as RouteReply<R>; // parsed by the route's own schema
  }

  /** Any request, as it is. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawReply> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = {
      Origin: this.site,
      ...(this.#cookie === "" ? {} : { Cookie: this.#cookie }),
      ...(text === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)) }),
      ...headers,
    };
    return new Promise((done, fail) => {
      const asked = request(
        `${this.site}${path}`,
        { method, headers: all, rejectUnauthorized: false, agent: false },
        (response) => {
          let received = "";
          response.setEncoding("utf8");
          response.on("data", (piece: string) => {
            received += piece;
          });
          response.on("end", () =>
            done({ status: response.statusCode ?? 0, headers: response.headers, text: received }),
          );
        },
      );
      asked.on("error", fail);
      asked.end(text);
    });
  }

  /** Adds a machine on this host and entitles `userId` to it; returns the pool's id. */
  async addMachine({ name, userId, protocol = "vnc", ...fields }: NewMachine): Promise<string> {
    const protocols = [{ protocol, ...fields }];
    const body = { name, host: "127.0.0.1", isDeclaredLocal: true, protocols };
    const { poolId } = await this.call(ROUTES.createMachine, { body });
    await this.call(ROUTES.createEntitlement, { body: { poolId, userId } });
    return poolId;
  }

  /** Adds a user with a random password and signs in as them. */
  async addUser(
    name: string,
  ): Promise<{ readonly id: string; readonly client: ApiClient; readonly password: string }> {
    const password = randomBytes(12).toString("base64url");
    const { id } = await this.call(ROUTES.createUser, { body: { name, displayName: name, password } });
    return { id, password, client: await ApiClient.byPassword(this.site, name, password) };
  }
}
