/** One gateway's link from its admission to its end: calls both ways over a WebSocket, and the pass that goes with it. */
import {
  BROKER_CALLS,
  type BrokerCalls,
  createLinkPeer,
  DeskgateError,
  GATEWAY_CALLS,
  LINK_CLOSE_CODES,
  type Log,
} from "@deskgate/contract";
import type { WebSocket } from "ws";
import type { Random } from "../domain/clock.ts";
import { newSecret } from "../domain/sign-in.ts";
import type { Gateways, LinkClosing } from "./gateways.ts";
import type { Passes } from "./passes.ts";

export interface LinkSessionDeps {
  readonly gateways: Gateways;
  readonly brokerCalls: BrokerCalls;
  readonly passes: Passes;
  readonly random: Random;
  readonly log: Log;
}

/** A peer that was told to go has this long. */
const CLOSE_DEADLINE_MS = 1_000;

/** Serves the link until it closes. */
export function serveLink(gatewayId: string, socket: WebSocket, deps: LinkSessionDeps): void {
  const { gateways, brokerCalls, passes, random, log } = deps;
  const pass = newSecret(random);
  const close = (code: number, reason: string) => {
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), CLOSE_DEADLINE_MS).unref();
  };
  const peer = createLinkPeer({
    serves: BROKER_CALLS,
    handlers: callsOf(gatewayId, brokerCalls, () => {
      passes.give(gatewayId, pass);
      return pass;
    }),
    asks: GATEWAY_CALLS,
    socket: {
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (text) => socket.send(text),
      close,
    },
    schedule: scheduleUnref,
    onFailure: (detail, cause) => log.error({ gatewayId, detail, cause }, "Call of a gateway failed"),
  });
  const detach = gateways.attach(gatewayId, peer.calls, (why: LinkClosing) => {
    passes.take(gatewayId, pass);
    peer.closed();
    close(LINK_CLOSE_CODES[why], `gateway_${why}`);
    log.warn({ gatewayId, reason: why }, "Link closed by the broker");
  });
  socket.on("message", (data, isBinary) => {
    if (isBinary) close(LINK_CLOSE_CODES.violation, "messages are text");
    else peer.receive(String(data));
  });
  socket.on("error", (cause) => log.warn({ gatewayId, detail: cause.message }, "Link broke"));
  socket.on("close", (code, reason) => {
    passes.take(gatewayId, pass);
    detach();
    peer.closed();
    log.warn({ gatewayId, detail: `${code} ${printable(String(reason))}` }, "Link ended");
  });
}

/** INVARIANT: a gateway speaks for itself only. */
function callsOf(gatewayId: string, calls: BrokerCalls, givePass: () => string): BrokerCalls {
  const own = <Request extends { readonly gatewayId: string }, Reply>(
    call: (request: Request) => Promise<Reply>,
  ) => {
    return async (request: Request) => {
      if (request.gatewayId !== gatewayId) throw new DeskgateError("not_permitted");
      return call(request);
    };
  };
  return {
    register: own(async (request) => {
      await calls.register(request);
      return { pass: givePass() };
    }),
    admit: own(calls.admit),
    judgeIdentity: calls.judgeIdentity,
    connectionOpened: own(calls.connectionOpened),
    connectionClosed: own(calls.connectionClosed),
    report: own(calls.report),
    tunnelsRefused: own(calls.tunnelsRefused),
  };
}

function scheduleUnref(afterMs: number, then: () => void): () => void {
  const timer = setTimeout(then, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
