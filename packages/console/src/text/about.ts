/** Words of the page about the program. */
import { aboutText as de } from "./de/about.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "About Deskgate",
  lead: "What runs here, and how its parts are.",
  copy: "Copy diagnostics",
  copied: "Copied",
  copyHint:
    "For whoever helps you: versions, states and numbers. No names of people, no addresses, no secrets.",
  program: "Program",
  version: "Version",
  running: "Running for",
  since: (moment: string) => `since ${moment}`,
  runtime: "Node.js",
  memory: "Memory",
  database: "Database",
  kinds: { sqlite: "SQLite", postgres: "PostgreSQL" },
  size: "Size",
  schema: "Schema",
  migrations: (done: number) => `${done} migrations, none pending`,
  migrationsPending: (done: number, pending: number) => `${done} migrations, ${pending} pending`,
  gateways: "Gateways",
  noGateways: "None has joined.",
  certificate: "Certificate",
  certificateUntil: "Good until",
  certificateLeft: (days: number) => (days === 1 ? "1 day left" : `${days} days left`),
  certificateOver: "Expired",
  selfSigned: "Self-signed",
  noCertificate: "This process has no port of its own.",
  syslog: "Audit to syslog",
  syslogStates: { working: "Working", failing: "The collector does not take it" },
  noSyslog: "Not sent anywhere. It is set in the configuration file.",
  sent: "Sent",
  queued: "Waiting",
  dropped: "Lost",
  backup: "Last backup",
  noBackup: "None is known of. Make one with deskgate backup.",
  state: "State",
  api: "API reference",
};

export const aboutText = inLanguage({ en, de });
