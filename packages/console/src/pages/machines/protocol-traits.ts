/** What the form of a machine has to ask for, per protocol. */
import type { Protocol } from "@deskgate/contract";

interface ProtocolTraits {
  /** Where its servers listen by custom. */
  readonly port: number;
  readonly hasUsername: boolean;
  readonly hasDomain: boolean;
  readonly hasPrivateKey: boolean;
  /** Whether its machines show a certificate or a host key. */
  readonly hasIdentity: boolean;
}

export const PROTOCOL_TRAITS: Readonly<Record<Protocol, ProtocolTraits>> = {
  spice: { port: 5900, hasUsername: false, hasDomain: false, hasPrivateKey: false, hasIdentity: true },
  ssh: { port: 22, hasUsername: true, hasDomain: false, hasPrivateKey: true, hasIdentity: true },
  rdp: { port: 3389, hasUsername: true, hasDomain: true, hasPrivateKey: false, hasIdentity: true },
  vnc: { port: 5900, hasUsername: false, hasDomain: false, hasPrivateKey: false, hasIdentity: false },
};
