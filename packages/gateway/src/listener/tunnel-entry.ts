/** An upgrade at the tunnel path: checked, admitted by its ticket, answered, served. Everything else is refused here. */
import { hash } from "node:crypto";
import type { Socket } from "node:net";
import type { ErrorCode } from "@deskgate/contract";
import { type AdmitContext, admit } from "../admission/admit.ts";
import { type ServeContext, serveConnection } from "../connections/serve-connection.ts";
import type { TellRefusal } from "../link/refusals.ts";
import { WebSocketLeg } from "../relay/websocket-leg.ts";
import { plainAddress } from "../transport/plain-address.ts";
import { adoptUpgraded } from "../transport/server.ts";
import { refuseSocket } from "./http-entry.ts";
import { readUpgrade, switchingProtocols, type UpgradeRequest } from "./tunnel-upgrade.ts";

export type TunnelContext = AdmitContext & ServeContext & { readonly tellRefusal: TellRefusal };

/**
 * Handles one upgrade; `head` is what came after the request. Never rejects.
 *
 * Nothing waits here for the tunnel's end: the request and all that belongs to it can be forgotten at its beginning.
 */
export async function enterTunnel(
  request: UpgradeRequest,
  socket: Socket,
  { head, context }: { readonly head: Buffer; readonly context: TunnelContext },
): Promise<void> {
  const reading = readUpgrade(request);
  if ("refused" in reading) {
    refuse(socket, context, reading);
    return;
  }
  const admitted = await admit(reading.ticket, context);
  if ("refused" in admitted) {
    refuse(socket, context, { ...admitted, ticket: reading.ticket });
    return;
  }
  const { admission, isFurther } = admitted;
  const joined = isFurther ? context.table.get(admission.connectionId) : undefined;
  if (isFurther && !joined?.mayJoin(plainAddress(socket.remoteAddress))) {
    refuse(socket, context, { refused: "ticket_used", ticket: reading.ticket });
    return;
  }
  const connection = adoptUpgraded(socket, head);
  connection.write(Buffer.from(switchingProtocols(reading.acceptKey), "latin1"));
  const viewer = new WebSocketLeg(connection, context.pulse.nowMs);
  if (joined) void joined.join(viewer);
  else void serveConnection(admission, viewer, context);
}

function refuse(
  socket: Socket,
  { log, meter, tellRefusal }: TunnelContext,
  refusal: { readonly refused: ErrorCode; readonly cause?: unknown; readonly ticket?: string },
): void {
  const { refused: code, cause, ticket } = refusal;
  const viewerAddress = plainAddress(socket.remoteAddress);
  meter.tunnelRefused(code);
  tellRefusal({
    code,
    viewerAddress,
    ...(ticket === undefined ? {} : { ticketHash: hash("sha256", ticket) }),
  });
  log.warn({ code, viewerAddress, ...(cause === undefined ? {} : { cause }) }, "Tunnel refused");
  refuseSocket(socket, code);
}
