/** A tunnel through the gateway under test, as a browser opens one. */
import { TICKET_SUBPROTOCOL_PREFIX, TUNNEL_SUBPROTOCOL } from "@deskgate/contract";
import { WebSocket } from "ws";

/** The gateway's certificate is its own and new with each start, so there is nothing to check it against. */
export class TunnelSocket extends WebSocket {
  constructor(port: number, ticket: string) {
    super(`wss://127.0.0.1:${port}/tunnel`, [TUNNEL_SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`], {
      origin: `https://127.0.0.1:${port}`,
      rejectUnauthorized: false,
      perMessageDeflate: false,
    });
  }
}
