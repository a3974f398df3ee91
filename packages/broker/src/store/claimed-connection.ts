/** A claimed connection as the tables spell it, read back as the feature's port has it. */
import type { ClaimedConnection } from "../features/desktops/ports.ts";

type ConnectionRow = Pick<
  ClaimedConnection,
  "connectionId" | "sessionId" | "userId" | "machineId" | "protocol"
> & {
  readonly host: string;
  readonly port: number;
  readonly isDeclaredLocal: 0 | 1;
  readonly sealedPassword: string | null;
};

export function claimedOf(row: ConnectionRow): ClaimedConnection {
  const { connectionId, sessionId, userId, machineId, protocol, host, port } = row;
  return {
    ...{ connectionId, sessionId, userId, machineId, protocol },
    target: { host, port, isDeclaredLocal: row.isDeclaredLocal === 1 },
    sealedPassword: row.sealedPassword ?? undefined,
  };
}
