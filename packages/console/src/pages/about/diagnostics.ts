/**
 * The program's state as a text to hand on. In English whatever the page's language is, because others read it.
 *
 * INVARIANT: nothing of it names a person, an address or a secret; gateways go by their number.
 */
import type { About, HealthDetail } from "@deskgate/contract";

export function diagnosticsOf({ version, startedAt, uptimeMs, health }: About): string {
  const lines = [
    `Deskgate ${version}`,
    `started ${startedAt}, running for ${Math.floor(uptimeMs / 1000)} s`,
    ...(health ? linesOf(health) : []),
  ];
  return `${lines.join("\n")}\n`;
}

function linesOf({ database, gateways, certificate, syslog, lastBackupAt, runtime }: HealthDetail): string[] {
  const { kind, version, sizeBytes, migrationsDone, migrationsPending, schema } = database;
  return [
    ...(runtime
      ? [`runtime: Node.js ${runtime.node}, ${runtime.platform}, ${runtime.residentBytes} bytes resident`]
      : []),
    `database: ${kind} ${version}, ${sizeBytes} bytes, schema ${schema}, ${migrationsDone} migrations, ${migrationsPending} pending`,
    ...gateways.map(
      (gateway, index) =>
        `gateway ${index + 1}: ${gateway.kind}, ${gateway.state}, ${gateway.version}, ${gateway.openConnections} connections`,
    ),
    certificate
      ? `certificate: until ${certificate.expiresAt}${certificate.isSelfSigned ? ", self-signed" : ""}`
      : "certificate: none in this process",
    syslog
      ? `syslog: ${syslog.state}, ${syslog.sent} sent, ${syslog.queued} waiting, ${syslog.dropped} lost`
      : "syslog: off",
    `last backup: ${lastBackupAt ?? "not known"}`,
  ];
}
