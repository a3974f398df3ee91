/** The parent's end of `broker-child.ts`: a broker that can be killed at a point, and the gateway that outlives it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import type { FaultPoint } from "@deskgate/broker";
import type { BrokerCalls, GatewayCalls, Reservation } from "@deskgate/contract";

/** Where the broker keeps everything: the database is as real as the broker. */
export type BrokerDatabase =
  | { readonly kind: "sqlite"; readonly file: string }
  | {
      readonly kind: "postgres";
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly name: string;
    };

/** What the child is started with. */
export interface BrokerSettings {
  readonly database: BrokerDatabase;
  readonly gatewayId: string;
  /** How far its clock is before the system's. */
  readonly aheadMs: number;
  readonly roundIntervalMs: number;
}

export type ToBroker =
  | { readonly type: "arm"; readonly point: FaultPoint }
  | { readonly type: "go-on" }
  | { readonly type: "advance"; readonly durationMs: number }
  | { readonly type: "verify-audit" }
  | { readonly type: "gateway-reply"; readonly call: number; readonly reply: unknown }
  | {
      readonly type: "broker-call";
      readonly call: number;
      readonly name: keyof BrokerCalls;
      readonly request: unknown;
    }
  | { readonly type: "sign-in-link"; readonly userName: string };

export type FromBroker =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "armed" }
  | { readonly type: "reached"; readonly point: FaultPoint }
  | { readonly type: "sign-in-link"; readonly secret: string }
  | {
      readonly type: "gateway-call";
      readonly call: number;
      readonly name: keyof GatewayCalls;
      readonly request: unknown;
    }
  | { readonly type: "audit-verified"; readonly isWhole: boolean }
  | { readonly type: "broker-reply"; readonly call: number; readonly reply: unknown }
  | { readonly type: "broker-refusal"; readonly call: number; readonly reason: string };

export const GATEWAY_ID = "outliving";
const CHILD = join(import.meta.dirname, "broker-child.ts");
const DEADLINE_MS = 30_000;

/** Holds what it was asked to hold, and lets go of what it was told to. */
export class OutlivingGateway {
  readonly reservations: Reservation[] = [];
  readonly open = new Set<string>();

  answer(name: keyof GatewayCalls, request: unknown): unknown {
    if (name === "reserve") this.reservations.push(request as Reservation); // as the link's schema has it
    if (name === "revoke") {
      const { connectionIds } = request as { readonly connectionIds: readonly string[] };
      for (const id of connectionIds) this.open.delete(id);
      return { closed: connectionIds.length };
    }
    return {};
  }
}

export interface ArmedPoint {
  reached(): Promise<void>;
  /** Waits until it is there, and ends the broker. */
  killed(): Promise<void>;
  goOn(): void;
}

export class CrashingBroker {
  readonly #child: ChildProcess;
  readonly #gateway: OutlivingGateway;
  readonly #replies = new Map<number, Pick<PromiseWithResolvers<unknown>, "resolve" | "reject">>();
  #lastCall = 0;
  url = "";

  private constructor(settings: BrokerSettings, gateway: OutlivingGateway) {
    this.#gateway = gateway;
    this.#child = fork(CHILD, [JSON.stringify(settings)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const reap = () => void this.#child.kill("SIGKILL");
    process.once("exit", reap);
    this.#child.once("exit", () => process.off("exit", reap));
    this.#child.on("message", (message: FromBroker) => this.#hear(message));
  }

  /** Settles once the gateway has registered with all that is open on it. */
  static async start(
    settings: Omit<BrokerSettings, "gatewayId">,
    gateway: OutlivingGateway,
  ): Promise<CrashingBroker> {
    const broker = new CrashingBroker({ ...settings, gatewayId: GATEWAY_ID }, gateway);
    const { port } = await broker.#next("listening");
    broker.url = `http://127.0.0.1:${port}`;
    await broker.call("register", { gatewayId: GATEWAY_ID, openConnectionIds: [...gateway.open] });
    return broker;
  }

  async call<Name extends keyof BrokerCalls>(
    name: Name,
    request: Parameters<BrokerCalls[Name]>[0],
  ): Promise<unknown> {
    const call = ++this.#lastCall;
    const reply = Promise.withResolvers<unknown>();
    this.#replies.set(call, reply);
    this.#tell({ type: "broker-call", call, name, request });
    return reply.promise;
  }

  async signInLink(userName: string): Promise<string> {
    const link = this.#next("sign-in-link");
    this.#tell({ type: "sign-in-link", userName });
    return (await link).secret;
  }

  /** The next time it reaches `point` the broker stops there, until it is killed or told to go on. */
  async arm(point: FaultPoint): Promise<ArmedPoint> {
    const isArmed = this.#next("armed");
    const reached = this.#next("reached").then(() => undefined);
    this.#tell({ type: "arm", point });
    await isArmed;
    return {
      reached: () => reached,
      killed: async () => {
        await reached;
        await this.kill();
      },
      goOn: () => this.#tell({ type: "go-on" }),
    };
  }

  /** Its clock jumps. */
  advance(durationMs: number): void {
    this.#tell({ type: "advance", durationMs });
  }

  async isAuditWhole(): Promise<boolean> {
    const verified = this.#next("audit-verified");
    this.#tell({ type: "verify-audit" });
    return (await verified).isWhole;
  }

  isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    if (!this.isAlive()) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  #tell(message: ToBroker): void {
    this.#child.send(message);
  }

  #hear(message: FromBroker): void {
    if (message.type === "gateway-call") {
      const reply = this.#gateway.answer(message.name, message.request);
      this.#tell({ type: "gateway-reply", call: message.call, reply });
    }
    if (message.type === "broker-reply") this.#replies.get(message.call)?.resolve(message.reply);
    if (message.type === "broker-refusal") this.#replies.get(message.call)?.reject(new Error(message.reason));
  }

  /** The next message of this type; rejects where the broker ends before, or takes too long. */
  #next<Type extends FromBroker["type"]>(type: Type): Promise<FromBroker & { readonly type: Type }> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(new Error(`the broker never said ${type}`)), DEADLINE_MS);
      const onMessage = (message: FromBroker) => {
        if (message.type === type) done(message as FromBroker & { readonly type: Type }); // by the line itself
      };
      const onExit = () => done(new Error(`the broker ended before it said ${type}`));
      function done(result: Error | (FromBroker & { readonly type: Type })) {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
      child.on("message", onMessage);
      child.on("exit", onExit);
    });
  }
}
