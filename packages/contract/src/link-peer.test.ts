import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { DeskgateError } from "./errors.ts";
import { BROKER_CALLS, type BrokerCalls, GATEWAY_CALLS, type GatewayCalls } from "./link.ts";
import { createLinkPeer, LINK_CLOSE_CODES, MAX_CALLS_UNDER_WAY } from "./link-peer.ts";

/** Time that a test turns by hand. */
class Timers {
  #now = 0;
  #planned: { readonly at: number; readonly then: () => void }[] = [];

  readonly schedule = (afterMs: number, then: () => void) => {
    const entry = { at: this.#now + afterMs, then };
    this.#planned.push(entry);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== entry);
    };
  };

  advance(durationMs: number): void {
    const until = this.#now + durationMs;
    for (;;) {
      const [next] = this.#planned.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#planned = this.#planned.filter((other) => other !== next);
      this.#now = next.at;
      next.then();
    }
    this.#now = until;
  }
}

const nothing = async () => ({});
const GATEWAY_ID = "g1";
const HASH = "0".repeat(64);
let timers: Timers;
let failures: string[];
beforeEach(() => {
  timers = new Timers();
  failures = [];
});

function brokerCalls(overrides: Partial<BrokerCalls> = {}): BrokerCalls {
  return {
    ...{ register: nothing, connectionOpened: nothing, connectionClosed: nothing, report: nothing },
    ...{ tunnelsRefused: nothing },
    admit: async () => ({ refused: "ticket_unknown" }),
    judgeIdentity: async () => ({ verdict: "unverified" }),
    ...overrides,
  };
}

/** The broker's end, whose peer is the test itself. */
function brokerEnd(overrides: Partial<BrokerCalls> = {}) {
  const sent: string[] = [];
  const closed: { readonly code: number; readonly reason: string }[] = [];
  const socket = {
    bufferedAmount: 0,
    send: (text: string) => void sent.push(text),
    close: (code: number, reason: string) => void closed.push({ code, reason }),
  };
  const peer = createLinkPeer({
    ...{ serves: BROKER_CALLS, handlers: brokerCalls(overrides), asks: GATEWAY_CALLS, socket },
    ...{ schedule: timers.schedule, onFailure: (call: string) => void failures.push(call) },
  });
  const messages = () => sent.map((text): Record<string, unknown> => JSON.parse(text));
  return { peer, sent, closed, socket, messages };
}

/** Answers come in later turns. */
const settled = () => new Promise((done) => setImmediate(done));

function ask(call: string, body: unknown, id = 1): string {
  return JSON.stringify({ kind: "ask", id, call, body });
}

describe("two ends of a link", () => {
  function pair(broker: Partial<BrokerCalls>, gateway: Partial<GatewayCalls> = {}) {
    const handlers: GatewayCalls = {
      reserve: nothing,
      revoke: async ({ connectionIds }) => ({ closed: connectionIds.length }),
      probe: async () => ({ isReachable: true, tookMs: 1, detail: "" }),
      wake: async () => ({ isSent: true, sentTo: "192.0.2.255:9", detail: "" }),
      ...gateway,
    };
    const about = { schedule: timers.schedule, onFailure: (call: string) => void failures.push(call) };
    const wire = (deliver: (text: string) => void) => ({ bufferedAmount: 0, send: deliver, close: () => {} });
    const atBroker: { readonly calls: GatewayCalls; receive(text: string): void; closed(): void } =
      createLinkPeer({
        ...{ serves: BROKER_CALLS, handlers: brokerCalls(broker), asks: GATEWAY_CALLS, ...about },
        socket: wire((text) => atGateway.receive(text)),
      });
    const atGateway: { readonly calls: BrokerCalls; receive(text: string): void; closed(): void } =
      createLinkPeer({
        ...{ serves: GATEWAY_CALLS, handlers, asks: BROKER_CALLS, ...about },
        socket: wire((text) => atBroker.receive(text)),
      });
    return { atBroker, atGateway };
  }

  it("call each other, at once and in any number", async () => {
    const { atBroker, atGateway } = pair({});
    const ids = [randomUUID(), randomUUID()];
    const revoked = Array.from({ length: 100 }, () =>
      atBroker.calls.revoke({ connectionIds: ids, reason: "killed" }),
    );
    const admitted = atGateway.calls.admit({ gatewayId: GATEWAY_ID, ticketHash: HASH });
    expect(await Promise.all(revoked)).toEqual(revoked.map(() => ({ closed: 2 })));
    expect(await admitted).toEqual({ refused: "ticket_unknown" });
  });

  it("pass a refusal on by its code, and nothing of any other failure", async () => {
    const { atGateway } = pair({
      register: () => Promise.reject(new DeskgateError("no_gateway")),
      report: () => Promise.reject(new Error("select * from secrets")),
    });
    const registered = atGateway.calls.register({ gatewayId: GATEWAY_ID, openConnectionIds: [] });
    await expect(registered).rejects.toMatchObject({ code: "no_gateway" });
    const reported = atGateway.calls.report({ gatewayId: GATEWAY_ID, connections: [] });
    await expect(reported).rejects.toMatchObject({ code: "internal_error" });
    await expect(reported).rejects.not.toThrow("select");
    expect(failures).toEqual(["report"]);
  });

  it("refuse to send what does not fit, and what comes back that does not", async () => {
    const { atBroker, atGateway } = pair({}, { revoke: async () => ({ closed: -1 }) });
    await expect(atGateway.calls.admit({ gatewayId: GATEWAY_ID, ticketHash: "short" })).rejects.toThrow();
    const revoked = atBroker.calls.revoke({ connectionIds: [], reason: "killed" });
    await expect(revoked).rejects.toMatchObject({ code: "internal_error" });
  });

  it("stay together as long as both speak", async () => {
    const { atBroker } = pair({});
    timers.advance(3_600_000);
    expect(await atBroker.calls.revoke({ connectionIds: [], reason: "killed" })).toEqual({ closed: 0 });
  });
});

describe("a peer that breaks the rules", () => {
  it.each([
    "",
    "{",
    "null",
    "[]",
    '"ask"',
    '{"kind":"dance","id":1}',
    '{"kind":"ask","id":0,"call":"register"}',
    '{"kind":"ask","id":1.5,"call":"register"}',
    '{"kind":"ask","id":1,"call":7}',
    `{"kind":"ask","id":1,"call":"${"x".repeat(51)}"}`,
    '{"kind":"answer","id":1,"body":{}}',
    '{"kind":"refusal","id":1,"code":"killed"}',
  ])("by sending %s is hung up on", (text) => {
    const { peer, closed, sent } = brokerEnd();
    peer.receive(text);
    expect(closed).toMatchObject([{ code: LINK_CLOSE_CODES.violation }]);
    expect(sent).toEqual([]);
  });

  it("by any text at all never makes it throw", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((body) => `{"kind":"ask","id":1,"call":"register","body":${body}}`),
    );
    fc.assert(fc.property(anything, (text) => brokerEnd().peer.receive(text)));
  });

  it("by cutting a message at any byte is hung up on", () => {
    const whole = ask("register", { gatewayId: GATEWAY_ID, openConnectionIds: [] });
    for (let at = 0; at < whole.length; at++) {
      const { peer, closed } = brokerEnd();
      peer.receive(whole.slice(0, at));
      expect(closed).toHaveLength(1);
    }
  });

  it.each(["launch", "toString", "__proto__", "constructor"])(
    "by calling %s, which is not known here, is refused; the link stays",
    async (call) => {
      const { peer, closed, messages } = brokerEnd();
      peer.receive(ask(call, {}));
      await settled();
      expect(messages()).toEqual([{ kind: "refusal", id: 1, code: "not_found" }]);
      expect(closed).toEqual([]);
    },
  );

  it("by a request that does not fit is refused; the handler never sees it", async () => {
    const { peer, messages, closed } = brokerEnd({ admit: () => Promise.reject(new Error("was called")) });
    peer.receive(ask("admit", { gatewayId: GATEWAY_ID, ticketHash: "x" }));
    await settled();
    expect(messages()).toEqual([{ kind: "refusal", id: 1, code: "request_malformed" }]);
    expect([failures, closed]).toEqual([[], []]);
  });

  it("by an answer that does not fit fails that call alone", async () => {
    const { peer, closed } = brokerEnd();
    const revoked = peer.calls.revoke({ connectionIds: [], reason: "killed" });
    await settled();
    peer.receive(JSON.stringify({ kind: "answer", id: 1, body: { closed: "many" } }));
    await expect(revoked).rejects.toMatchObject({ code: "link_unavailable" });
    expect(closed).toEqual([]);
  });

  it("by never answering fails the call at its deadline; a late answer changes nothing", async () => {
    const { peer, closed } = brokerEnd();
    const revoked = peer.calls.revoke({ connectionIds: [], reason: "killed" });
    await settled();
    timers.advance(9_999);
    // It still says something, so it is not silent.
    peer.receive('{"kind":"pong"}');
    timers.advance(1);
    await expect(revoked).rejects.toMatchObject({ code: "link_unavailable" });
    peer.receive(JSON.stringify({ kind: "answer", id: 1, body: { closed: 1 } }));
    expect(closed).toEqual([]);
  });

  it("by saying nothing at all is hung up on, and what was asked is answered", async () => {
    const { peer, closed, messages } = brokerEnd();
    const probed = peer.calls.probe({
      target: { host: "192.0.2.1", port: 1, isDeclaredLocal: false },
      protocol: "vnc",
    });
    const outcome = expect(probed).rejects.toMatchObject({ code: "link_unavailable" });
    timers.advance(20_000);
    await outcome;
    expect(messages().filter(({ kind }) => kind === "ping")).toHaveLength(3);
    expect(closed).toEqual([{ code: LINK_CLOSE_CODES.violation, reason: "peer is silent" }]);
  });

  it("by asking more than is borne at a time is refused the rest", async () => {
    const { peer, messages } = brokerEnd({ report: () => new Promise(() => {}) });
    const report = { gatewayId: GATEWAY_ID, connections: [] };
    for (let id = 1; id <= MAX_CALLS_UNDER_WAY + 1; id++) peer.receive(ask("report", report, id));
    await settled();
    const over = MAX_CALLS_UNDER_WAY + 1;
    expect(messages()).toEqual([{ kind: "refusal", id: over, code: "link_unavailable" }]);
  });

  it("by leaving everything unread is hung up on", async () => {
    const { peer, closed, socket, sent } = brokerEnd();
    socket.bufferedAmount = 64 * 1024 * 1024;
    const revoked = peer.calls.revoke({ connectionIds: [], reason: "killed" });
    await expect(revoked).rejects.toMatchObject({ code: "link_unavailable" });
    expect(closed).toMatchObject([{ reason: "peer does not read" }]);
    expect(sent).toEqual([]);
  });
});

describe("an end whose link is gone", () => {
  it("answers what was asked and what is asked then, and does nothing more", async () => {
    const { peer, messages, closed } = brokerEnd();
    const before = peer.calls.revoke({ connectionIds: [], reason: "killed" });
    await settled();
    peer.closed();
    await expect(before).rejects.toMatchObject({ code: "link_unavailable" });
    const after = peer.calls.revoke({ connectionIds: [], reason: "killed" });
    await expect(after).rejects.toMatchObject({ code: "link_unavailable" });
    peer.receive(ask("register", { gatewayId: GATEWAY_ID, openConnectionIds: [] }));
    timers.advance(60_000);
    await settled();
    expect(messages().map(({ kind }) => kind)).toEqual(["ask"]);
    expect(closed).toEqual([]);
  });

  it("asks no more than it may have under way", async () => {
    const { peer } = brokerEnd();
    const calls = Array.from({ length: MAX_CALLS_UNDER_WAY }, () =>
      peer.calls.revoke({ connectionIds: [], reason: "killed" }).catch(() => "failed"),
    );
    await settled();
    const over = peer.calls.revoke({ connectionIds: [], reason: "killed" });
    await expect(over).rejects.toMatchObject({ code: "link_unavailable" });
    peer.closed();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["failed"]));
  });
});
