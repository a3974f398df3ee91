/** A claimed connection as the tables spell it, read back as the feature's port has it. */
import type { MachineCredentialMode } from "@deskgate/contract";
import type { ClaimedConnection } from "../features/desktops/ports.ts";
import { policyOf } from "./pool-policy.ts";

/** What a claim reads of the machine's protocol. */
export const CLAIMED_PROTOCOL_COLUMNS = [
  "machineProtocols.protocol",
  "machineProtocols.port",
  "machineProtocols.credentialMode",
  "machineProtocols.username",
  "machineProtocols.domain",
  "machineProtocols.sealedPassword",
  "machineProtocols.sealedPrivateKey",
  "machineProtocols.sealedPassphrase",
] as const;

type ConnectionRow = Pick<
  ClaimedConnection,
  "connectionId" | "sessionId" | "userId" | "machineId" | "protocol"
> & {
  readonly host: string;
  readonly port: number;
  readonly isDeclaredLocal: 0 | 1;
  readonly credentialMode: MachineCredentialMode;
  readonly username: string;
  readonly domain: string;
  readonly sealedPassword: string | null;
  readonly sealedPrivateKey: string | null;
  readonly sealedPassphrase: string | null;
  readonly policy: string | null;
};

export function claimedOf(row: ConnectionRow): ClaimedConnection {
  const { connectionId, sessionId, userId, machineId, protocol, host, port, username, domain } = row;
  return {
    ...{ connectionId, sessionId, userId, machineId, protocol },
    target: { host, port, isDeclaredLocal: row.isDeclaredLocal === 1 },
    credential: {
      ...{ mode: row.credentialMode, username, domain },
      sealed: {
        password: row.sealedPassword ?? undefined,
        privateKey: row.sealedPrivateKey ?? undefined,
        passphrase: row.sealedPassphrase ?? undefined,
      },
    },
    policy: policyOf(row.policy),
  };
}
