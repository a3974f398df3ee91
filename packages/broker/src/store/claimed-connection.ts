/** A claimed connection as the tables spell it, read back as the feature's port has it. */
import type { CredentialMode, PoolPolicy } from "@deskgate/contract";
import type { ClaimedConnection } from "../features/desktops/ports.ts";

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
  readonly credentialMode: CredentialMode;
  readonly username: string;
  readonly domain: string;
  readonly sealedPassword: string | null;
  readonly sealedPrivateKey: string | null;
  readonly sealedPassphrase: string | null;
};

export function claimedOf(row: ConnectionRow, policy: PoolPolicy): ClaimedConnection {
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
    policy,
  };
}
