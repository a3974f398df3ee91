/**
 * `npm run bench:broker [-- --quick] [--json FILE] [--only sqlite|postgres]`: how many people one broker process lets in.
 *
 * A flow is what a person does to get to a desktop: sign in by a one-time link, list the desktops, connect to one, and
 * hold a ticket that a gateway has reserved. Three requests over one kept connection per client; 200 clients, each
 * beginning its next flow when the last one is done (a closed loop). The links are made before the clock starts.
 *
 * Not in the flow: TLS (the gateway's), the gateway (one in memory takes every reservation), password hashing (its cost
 * is chosen; measured apart, one after the other). CPU is the broker process's, its database thread included; what
 * PostgreSQL's own processes use is not. PostgreSQL runs without waiting for the disk, SQLite waits for it.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { startPostgres } from "../../testbed/postgres.ts";
import { machineFacts } from "../machine.ts";
import { type BrokerOrder, type BrokerReady, HASHED_USER } from "./broker-process.ts";
import { Client } from "./flow.ts";

const CLIENTS = 200;
const FLOWS_PER_CLIENT = { quick: 10, full: 50 };
const WARM_UP_FLOWS = 2;
const HASHES = 10;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    only: { type: "string" },
  },
});

interface Measured {
  readonly flows: number;
  readonly flowsPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMsPerFlow: number;
  readonly passwordMs: number;
}

async function measure(database: BrokerOrder["database"]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, "broker-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ask = async <Answer>(message: unknown): Promise<Answer> => {
    const answer = once(child, "message");
    child.send(message as object); // a text or an order; both can be sent
    return (
      await Promise.race([
        answer,
        once(child, "exit").then(() => Promise.reject(new Error("the broker ended"))),
      ])
    )[0];
  };
  const flowsPerClient = WARM_UP_FLOWS + (options.quick ? FLOWS_PER_CLIENT.quick : FLOWS_PER_CLIENT.full);
  const { port, links } = await ask<BrokerReady>({
    database,
    clients: CLIENTS,
    flowsPerClient,
  } satisfies BrokerOrder);
  const clients = links.map(() => new Client(port));
  const run = async (from: number, to: number) => {
    const took: number[] = [];
    await Promise.all(
      clients.map(async (client, index) => {
        for (const secret of links[index]?.slice(from, to) ?? []) {
          const began = performance.now();
          await client.flow(secret);
          took.push(performance.now() - began);
        }
      }),
    );
    return took.toSorted((a, b) => a - b);
  };
  await run(0, WARM_UP_FLOWS);
  const cpuBefore = await ask<NodeJS.CpuUsage>("cpu");
  const began = performance.now();
  const took = await run(WARM_UP_FLOWS, flowsPerClient);
  const seconds = (performance.now() - began) / 1000;
  const cpu = await ask<NodeJS.CpuUsage>("cpu");
  const hashing = performance.now();
  for (let count = 0; count < HASHES; count++) await clients[0]?.signInWithPassword(HASHED_USER);
  const passwordMs = (performance.now() - hashing) / HASHES;
  for (const client of clients) client.close();
  const exit = once(child, "exit");
  child.send("stop");
  await exit;
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  const cpuMs = (cpu.user + cpu.system - cpuBefore.user - cpuBefore.system) / 1000;
  return {
    ...{ flows: took.length, flowsPerS: took.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) },
    ...{ cpuMsPerFlow: cpuMs / took.length, passwordMs },
  };
}

async function measureSqlite(): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-bench-"));
  try {
    return await measure({ kind: "sqlite", file: join(folder, "bench.sqlite") });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measurePostgres(): Promise<Measured> {
  const cluster = await startPostgres();
  try {
    cluster.createDatabase("bench");
    const { port, user, password } = cluster;
    return await measure({ kind: "postgres", port, user, password, name: "bench" });
  } finally {
    await cluster.remove();
  }
}

const machine = machineFacts();
process.stdout.write(`${machine.cpu}, ${machine.cores} cores, ${machine.system}, node ${process.version}, `);
process.stdout.write(`load average ${machine.loadAverage}\n`);
const figures: Record<string, number> = {};
const details: Record<string, Measured> = {};
for (const [name, run] of Object.entries({ sqlite: measureSqlite, postgres: measurePostgres })) {
  if (options.only !== undefined && options.only !== name) continue;
  const measured = await run();
  details[name] = measured;
  figures[`flows_per_s_${name}`] = rounded(measured.flowsPerS);
  figures[`p99_ms_${name}`] = rounded(measured.p99Ms);
  figures[`cpu_ms_per_flow_${name}`] = rounded(measured.cpuMsPerFlow);
  process.stdout.write(
    `${name.padEnd(9)} ${rounded(measured.flowsPerS)} flows/s, p50 ${rounded(measured.p50Ms)} ms, p99 ${rounded(measured.p99Ms)} ms, ` +
      `${rounded(measured.cpuMsPerFlow)} ms CPU per flow (${measured.flows} flows, ${CLIENTS} clients); ` +
      `one sign-in by password ${rounded(measured.passwordMs)} ms\n`,
  );
}
if (options.json !== undefined) {
  const report = { figures, details, machine, isQuick: options.quick, at: new Date().toISOString() };
  await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
