/**
 * Writes the CSV files of a made-up site: `node tools/make-site.mjs FOLDER [--users N] [--groups N] [--machines N] [--pools N]`.
 *
 * The same numbers give the same files. For trying imports and lists at size; the names mean nobody.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    users: { type: "string", default: "5000" },
    groups: { type: "string", default: "200" },
    machines: { type: "string", default: "2000" },
    pools: { type: "string", default: "50" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write(
    "usage: node tools/make-site.mjs FOLDER [--users N] [--groups N] [--machines N] [--pools N]\n",
  );
  process.exit(2);
}
const counts = Object.fromEntries(Object.entries(values).map(([kind, count]) => [kind, Number(count)]));

const FIRST = [
  "Ada",
  "Grace",
  "Edsger",
  "Barbara",
  "Ken",
  "Radia",
  "Zoë",
  "Jürgen",
  "Łukasz",
  "Mei",
  "Amara",
  "Olu",
];
const LAST = [
  "Lovelace",
  "Hopper",
  "Dijkstra",
  "Liskov",
  "Perlman",
  "Ångström",
  "Müller",
  "Okafor",
  "Tanaka",
  "Silva",
];
const pick = (list, index) => list[index % list.length];
const numbered = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const pad = (number) => String(number + 1).padStart(5, "0");

const groupName = (index) => `Team ${pad(index)}`;
const machineName = (index) => `WS-${pad(index)}`;
const poolName = (index) => `Pool ${pad(index)}`;
const machinesOf = (pool) =>
  numbered(counts.machines, machineName).filter((_, index) => index % counts.pools === pool);

const SITE = {
  // Every tenth group holds the nine after it.
  groups: [
    "name,memberGroups",
    ...numbered(counts.groups, (index) => {
      const inside = index % 10 === 0 ? numbered(9, (more) => index + 1 + more) : [];
      const names = inside.filter((other) => other < counts.groups).map(groupName);
      return `${groupName(index)},${names.join(";")}`;
    }),
  ],
  users: [
    "name,displayName,groups",
    ...numbered(counts.users, (index) => {
      const name = `${pick(FIRST, index)} ${pick(LAST, Math.floor(index / FIRST.length))}`;
      return `user${pad(index)},${name},${groupName(index % counts.groups)}`;
    }),
  ],
  machines: [
    "name,host,protocols,description",
    ...numbered(counts.machines, (index) => {
      const host = `10.${20 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
      return `${machineName(index)},${host},${pick(["rdp", "vnc:5901", "ssh", "rdp;ssh"], index)},"Room ${index % 97}, desk ${index % 11}"`;
    }),
  ],
  pools: [
    "name,kind,machines",
    ...numbered(
      counts.pools,
      (index) =>
        `${poolName(index)},${pick(["floating", "dedicated"], index)},${machinesOf(index).join(";")}`,
    ),
  ],
  entitlements: [
    "pool,user,group",
    ...numbered(counts.groups, (index) => `${poolName(index % counts.pools)},,${groupName(index)}`),
    ...numbered(
      Math.floor(counts.users / 50),
      (index) => `${machineName(index % counts.machines)},user${pad(index * 50)},`,
    ),
  ],
};

mkdirSync(folder, { recursive: true });
for (const [kind, lines] of Object.entries(SITE)) {
  writeFileSync(path.join(folder, `${kind}.csv`), `${lines.join("\r\n")}\r\n`);
  process.stdout.write(`${kind}.csv: ${lines.length - 1} rows\n`);
}
