/** An upgrade at the tunnel path: checked, admitted by its ticket, answered, served. Everything else is refused here. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorCode } from "@deskgate/contract";
import { type AdmitContext, admit } from "../admission/admit.ts";
import { type ServeContext, serveConnection } from "../connections/serve-connection.ts";
import { WebSocketLeg } from "../relay/websocket-leg.ts";
import { adoptUpgraded } from "../transport/server.ts";
import { refuseSocket } from "./http-entry.ts";
import { readUpgrade, switchingProtocols } from "./tunnel-upgrade.ts";

export type TunnelContext = AdmitContext & ServeContext;

/** Handles one upgrade. Never rejects. */
export async function enterTunnel(
  request: IncomingMessage,
  socket: Duplex,
  options: { readonly head: Buffer; readonly context: TunnelContext },
): Promise<void> {
  const { context } = options;
  const viewerAddress = request.socket.remoteAddress ?? "";
  const refuse = (code: ErrorCode, cause?: unknown) => {
    context.log.warn({ code, viewerAddress, ...(cause === undefined ? {} : { cause }) }, "Tunnel refused");
    refuseSocket(socket, code);
  };
  socket.on("error", () => {});
  const reading = readUpgrade(request);
  if ("refused" in reading) {
    refuse(reading.refused);
    return;
  }
  const admitted = await admit(reading.ticket, context);
  if ("refused" in admitted) {
    refuse(admitted.refused, admitted.cause);
    return;
  }
  const { admission, isFurther } = admitted;
  const joined = isFurther ? context.table.get(admission.connectionId) : undefined;
  if (isFurther && !joined?.mayJoin(viewerAddress)) {
    refuse("ticket_used");
    return;
  }
  const connection = adoptUpgraded(socket, options.head);
  connection.write(Buffer.from(switchingProtocols(reading.acceptKey), "latin1"));
  const viewer = new WebSocketLeg(connection, context.pulse.nowMs);
  if (joined) await joined.join(viewer);
  else await serveConnection(admission, viewer, context);
}
