/** The protocols, one line each. */
import type { Protocol } from "@deskgate/contract";
import type { ProtocolHandler } from "./protocol.ts";
import { rdp } from "./rdp/index.ts";
import { createSpice } from "./spice/index.ts";
import { ssh } from "./ssh/index.ts";
import { vnc } from "./vnc/index.ts";

export const PROTOCOL_HANDLERS: Readonly<Record<Protocol, ProtocolHandler>> = {
  rdp,
  ssh,
  vnc,
  spice: createSpice(),
};
