/** The data plane. */
export { probeMachine } from "./admission/probe-machine.ts";
export { type Gateway, type GatewayOptions, openGateway } from "./gateway.ts";
export {
  type CertificateFiles,
  type CertificateStore,
  ensureSelfSigned,
  openCertificate,
} from "./listener/certificate.ts";
export type { ListenAddress } from "./transport/transport.ts";
