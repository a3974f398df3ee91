/** `deskgate doctor`: looks at everything a start and a connection need, and says what to do about what is wrong. */
import process from "node:process";
import type { Broker } from "@deskgate/broker";
import { type ControlPlane, openControlPlane } from "../compose.ts";
import { type CommandLine, type Config, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkGateway } from "./check-gateway.ts";
import { checkMachines } from "./check-machines.ts";
import { checkPort } from "./check-port.ts";
import { checkTime } from "./check-time.ts";
import type { Finding } from "./finding.ts";

const MARKS = { good: "ok  ", warning: "warn", bad: "FAIL" } as const;

/** Prints one line per finding; the exit status is 1 where something is bad. */
export async function runDoctor(commandLine: CommandLine): Promise<void> {
  const config = resolveConfig(commandLine);
  const findings: Finding[] = [];
  const note = (more: readonly Finding[]) => {
    for (const finding of more) {
      findings.push(finding);
      const advice = finding.advice === undefined ? "" : `\n       ${finding.advice}`;
      process.stdout.write(`${MARKS[finding.level]}  ${finding.subject}: ${finding.text}${advice}\n`);
    }
  };
  const shape = shapeOf(config, commandLine);
  note([await checkPort(shape === "broker" ? config.broker.listen : config.listen)]);
  note(await checkCertificate(config.tls, new Date()));
  note(
    shape === "gateway" ? await checkGateway(config, Date.now()) : await checkStoreAndMachines(config, shape),
  );
  if (findings.some(({ level }) => level === "bad")) process.exitCode = 1;
}

/** A gateway of its own has a broker instead of a database; a broker of its own reaches no machines. */
type Shape = "one" | "broker" | "gateway";

function shapeOf(config: Config, commandLine: CommandLine): Shape {
  if (commandLine.linkListen !== undefined) return "broker";
  return config.gateway.broker === undefined ? "one" : "gateway";
}

async function checkStoreAndMachines(config: Config, shape: Shape): Promise<Finding[]> {
  let opened: ControlPlane;
  try {
    const log = createLog({ ...config.log, level: "error" }, { isTerminal: false, isToErrors: true });
    opened = await openControlPlane(config, log);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : "cannot be opened";
    const said = cause instanceof Error && cause.cause instanceof Error ? ` ${cause.cause.message}` : "";
    return [{ level: "bad", subject: "Database", text: `${text}${said}`, advice: adviceFor(config) }];
  }
  const { broker, close } = opened;
  try {
    const machines = shape === "one" ? await checkMachines(await broker.setup.listMachineTargets()) : [];
    const store = await broker.setup.checkStore();
    return [describeStore(store), ...checkTime(store.newestAt, Date.now()), ...machines];
  } finally {
    await close();
  }
}

function adviceFor({ database, dataDirectory }: Config): string {
  return database.kind === "sqlite"
    ? `Look at ${dataDirectory}: is it writable, and is the disk full? Restore a backup if the file is damaged.`
    : `Look at PostgreSQL on ${database.host}, port ${database.port}: does it run, and do user, password file and TLS match it?`;
}

function describeStore(store: Awaited<ReturnType<Broker["setup"]["checkStore"]>>): Finding {
  const subject = "Database";
  if (store.isHealthy) return { level: "good", subject, text: `healthy, ${store.migrationsDone} migrations` };
  return {
    level: "bad",
    subject,
    text: store.detail,
    advice: "Stop the server and restore the last backup: deskgate restore FILE --replace.",
  };
}
