/** The link as the gateway needs it, whatever carries it. */
import type { BrokerCalls, GatewayCalls } from "@deskgate/contract";

export interface BrokerLink {
  /** Without a link each call is refused with `link_unavailable`. */
  readonly broker: BrokerCalls;
  /**
   * Makes this gateway's calls known. `join` runs whenever the link is (again) there; a link on which it fails is given up.
   * In one program this rejects where joining fails; over a network it tries again by itself.
   */
  open(calls: GatewayCalls, join: () => Promise<void>): Promise<void>;
}
