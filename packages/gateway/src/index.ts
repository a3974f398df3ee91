/** The data plane. */
export { probeMachine } from "./admission/probe-machine.ts";
export { type Gateway, type GatewayOptions, openGateway } from "./gateway.ts";
export type { BrokerLink } from "./link/broker-link.ts";
export { type GatewayIdentity, readIdentity } from "./link/identity.ts";
export { createNetworkLink, type NetworkLink } from "./link/network-link.ts";
export { createPassOn } from "./link/pass-on.ts";
export { ensureRegistered } from "./link/registration.ts";
export {
  type CertificateFiles,
  type CertificateStore,
  ensureSelfSigned,
  openCertificate,
} from "./listener/certificate.ts";
export { type BrokerTrust, dialBroker } from "./transport/broker-tls.ts";
export type { ListenAddress } from "./transport/transport.ts";
