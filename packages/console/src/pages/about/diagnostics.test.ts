import type { About } from "@deskgate/contract";
import { expect, it } from "vitest";
import { diagnosticsOf } from "./diagnostics.ts";

const about: About = {
  version: "1.2.3",
  startedAt: "2026-01-31T09:30:00.000Z",
  uptimeMs: 90_500,
  health: {
    database: {
      ...{ kind: "sqlite", version: "3.51.0", sizeBytes: 4096, schema: "0010-settings" },
      ...{ migrationsDone: 10, migrationsPending: 0 },
    },
    gateways: [
      {
        ...{ id: "local", name: "secret-host.example.org", kind: "built-in", state: "connected" },
        ...{ version: "1.2.3", openConnections: 2 },
      },
    ],
    certificate: { expiresAt: "2027-01-01T00:00:00.000Z", isSelfSigned: true },
    syslog: { state: "failing", sent: 1, queued: 2, dropped: 3 },
    lastBackupAt: null,
    runtime: { node: "24.0.0", platform: "linux x64", residentBytes: 1000 },
  },
};

it("says how every part is, and not what hosts are called", () => {
  expect(diagnosticsOf(about)).toBe(
    [
      "Deskgate 1.2.3",
      "started 2026-01-31T09:30:00.000Z, running for 90 s",
      "runtime: Node.js 24.0.0, linux x64, 1000 bytes resident",
      "database: sqlite 3.51.0, 4096 bytes, schema 0010-settings, 10 migrations, 0 pending",
      "gateway 1: built-in, connected, 1.2.3, 2 connections",
      "certificate: until 2027-01-01T00:00:00.000Z, self-signed",
      "syslog: failing, 1 sent, 2 waiting, 3 lost",
      "last backup: not known",
      "",
    ].join("\n"),
  );
});

it("is short for those who may not see more", () => {
  expect(diagnosticsOf({ ...about, health: null }).split("\n")).toHaveLength(3);
});
