/**
 * A made-up site of moderate size: many people and machines by import, and by hand those that tell something.
 *
 * The hand-made ones have what pages show only when it is there: zones, tags, policies, hours, networks, a role of the
 * site's own, tokens, an identity that has changed, refusals, and people on desktops.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { API_PREFIX, IMPORT_KINDS, ROUTES, type RouteBodyInput } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { ApiClient, ApiFailure } from "../testbed/api-client.ts";
import { viewerState } from "../testbed/browser.ts";
import type { RunningDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import type { XvncDesktop } from "../testbed/xvnc.ts";

const MAKE_SITE = join(import.meta.dirname, "../../tools/make-site.mjs");
const COUNTS = ["--users", "120", "--groups", "14", "--machines", "60", "--pools", "6"];
const PASSWORD = "a long enough password";
const DAY_MS = 86_400_000;

export interface Site {
  readonly address: string;
  readonly dataDirectory: string;
  readonly administrator: ApiClient;
  /** An ordinary person with several desktops. */
  readonly person: ApiClient;
  readonly ids: {
    readonly person: string;
    readonly late: string;
    readonly office: string;
    readonly lab: string;
    readonly exam: string;
    readonly demo: string;
    /** In maintenance. */
    readonly front: string;
  };
  /** Of somebody who is on a desktop. */
  readonly viewer: Page;
}

interface Parts {
  readonly deskgate: RunningDeskgate;
  readonly browser: Browser;
  /** What the machines of the laboratory show. */
  readonly desktop: XvncDesktop;
}

export async function furnishSite({ deskgate, browser, desktop }: Parts): Promise<Site> {
  const administrator = await deskgate.signIn();
  await nameGateway(administrator);
  await importMany(administrator);
  const people = await addPeople(administrator);
  const stock = await addStock(administrator, desktop);
  const policies = await addPolicies(administrator);
  await giveAccess(administrator, { people, stock, policies });
  await addRoleAndTokens(administrator);
  const clients = await signInAll(deskgate.site, people);
  await collectRefusals(deskgate.site, clients, stock);
  const viewer = await openDesktops(browser, clients, stock);
  await speak(administrator);
  await addShiftCalendar(clients.grace);
  await favour(clients.ada, [stock.demo, stock.office]);
  const { ada, ken } = people;
  return {
    address: deskgate.site,
    dataDirectory: deskgate.dataDirectory,
    administrator,
    person: clients.ada,
    ids: {
      person: ada,
      late: ken,
      office: stock.office,
      lab: stock.lab,
      exam: stock.exam,
      demo: stock.demo,
      front: stock.front,
    },
    viewer,
  };
}

async function importMany(administrator: ApiClient): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-site-"));
  const made = spawnSync(process.execPath, [MAKE_SITE, folder, ...COUNTS], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`no site: ${made.stderr}`);
  const files = IMPORT_KINDS.map(async (kind) => [kind, await readFile(join(folder, `${kind}.csv`), "utf8")]);
  const body: unknown = Object.fromEntries(await Promise.all(files));
  const reply = await administrator.send("POST", `${API_PREFIX}/imports?kind=site&dryRun=false`, body);
  await rm(folder, { recursive: true, force: true });
  if (reply.status !== 200) throw new ApiFailure(reply);
}

const PEOPLE = {
  ada: "Ada Lovelace",
  grace: "Grace Hopper",
  edsger: "Edsger Dijkstra",
  barbara: "Barbara Liskov",
  ken: "Ken Thompson",
  radia: "Radia Perlman",
} as const;
type PersonName = keyof typeof PEOPLE;
type People = Readonly<Record<PersonName, string>>;
type Clients = Readonly<Record<PersonName, ApiClient>>;

async function addPeople(administrator: ApiClient): Promise<People> {
  const groupOf = async (name: string, memberGroupIds: string[] = []) =>
    (await administrator.call(ROUTES.createGroup, { body: { name, memberIds: [], memberGroupIds } })).id;
  const compilers = await groupOf("Compilers");
  const networks = await groupOf("Networks");
  await groupOf("Engineering", [compilers, networks]);
  const entries: [string, string][] = [];
  for (const [name, displayName] of Object.entries(PEOPLE)) {
    const groupIds = [name === "radia" || name === "ken" ? networks : compilers];
    const body = {
      name,
      displayName,
      role: name === "grace" ? "operator" : "user",
      groupIds,
      password: PASSWORD,
    };
    entries.push([name, (await administrator.call(ROUTES.createUser, { body })).id]);
  }
  const invited = { name: "alan", displayName: "Alan Turing", role: "user", groupIds: [networks] };
  await administrator.call(ROUTES.createUser, { body: invited });
  const left = { name: "annie", displayName: "Annie Easley", role: "user", groupIds: [], password: PASSWORD };
  const { id } = await administrator.call(ROUTES.createUser, { body: left });
  await administrator.call(ROUTES.updateUser, { id, body: { isDisabled: true } });
  return Object.fromEntries(entries) as unknown as People; // by the keys of PEOPLE
}

interface Stock {
  readonly demo: string;
  readonly office: string;
  readonly cad: string;
  readonly lab: string;
  readonly exam: string;
  readonly build: string;
  readonly front: string;
}

type MachineBody = RouteBodyInput<typeof ROUTES.createMachine>;
type PoolBody = RouteBodyInput<typeof ROUTES.createPool>;

async function addStock(administrator: ApiClient, desktop: XvncDesktop): Promise<Stock> {
  const zoneOf = async (name: string, description: string) =>
    (await administrator.call(ROUTES.createZone, { body: { name, description } })).id;
  const laboratory = await zoneOf("Laboratory", "Behind the firewall of the physics building");
  const branch = await zoneOf("Branch office", "Reached over the line to the harbour");
  const machineOf = async (fields: Partial<MachineBody> & Pick<MachineBody, "name">) => {
    const body = {
      host: "10.30.1.10",
      protocols: [{ protocol: "rdp", port: 3389 }],
      ...fields,
    } as MachineBody; // every other field has its default
    return administrator.call(ROUTES.createMachine, { body });
  };
  const numbered = async (count: number, fields: (at: number) => Partial<MachineBody> & { name: string }) => {
    const ids: string[] = [];
    for (let at = 1; at <= count; at++) ids.push((await machineOf(fields(at))).id);
    return ids;
  };
  const desks = await numbered(8, (at) => ({
    ...{ name: `Desk ${at}`, host: `10.30.1.${10 + at}`, description: `Office, second floor, place ${at}` },
    ...{ tags: ["windows", "office"], macAddress: `00:00:5e:00:53:0${at}` },
    protocols: [{ protocol: "rdp", port: 3389, credentialMode: "own" }],
  }));
  const cads = await numbered(3, (at) => ({
    ...{ name: `CAD ${at}`, host: `10.30.2.${10 + at}`, description: "With a large screen", tags: ["gpu"] },
    protocols: [
      { protocol: "rdp", port: 3389, credentialMode: "prompt" },
      { protocol: "ssh", port: 22, credentialMode: "stored", username: "cad", password: "not shown" },
    ],
  }));
  const benches = await numbered(4, (at) => ({
    ...{ name: `Bench ${at}`, host: desktop.host, isDeclaredLocal: true, tags: ["linux", "lab"] },
    protocols: [{ protocol: "vnc", port: desktop.port, password: desktop.password }],
  }));
  const build = await machineOf({
    ...{ name: "Build server", host: "build.example.net", description: "Compiles at night", tags: ["linux"] },
    protocols: [
      { protocol: "ssh", port: 22, credentialMode: "stored", username: "build", password: "hidden" },
    ],
  });
  const front = await machineOf({ name: "Front desk", description: "Reception", isInMaintenance: true });
  await machineOf({ name: "Spectrometer", host: "10.40.7.2", zoneId: laboratory, tags: ["lab"] });
  await machineOf({ name: "Harbour 1", host: "10.50.0.21", zoneId: branch });
  const poolOf = async (body: PoolBody) => (await administrator.call(ROUTES.createPool, { body })).id;
  const office = await poolOf({
    name: "Office desktops",
    kind: "floating",
    machineIds: desks,
    description: "Windows with the usual programs",
  });
  const cad = await poolOf({
    name: "CAD workstations",
    kind: "dedicated",
    machineIds: cads,
    description: "One per person, kept for them",
  });
  const lab = await poolOf({
    name: "Physics lab",
    kind: "floating",
    machineIds: benches.slice(0, 3),
    description: "Linux at the benches",
  });
  const exam = await poolOf({ name: "Exam room", kind: "floating", machineIds: benches.slice(3) });
  const demo = (await administrator.call(ROUTES.listPools, { query: "?q=Demo" })).items[0]?.id ?? "";
  return { demo, office, cad, lab, exam, build: build.poolId, front: front.poolId };
}

const SAYS_NOTHING = {
  ...{ clipboardToMachine: null, clipboardFromMachine: null, filesToMachine: null, filesFromMachine: null },
  ...{
    idleMs: null,
    absoluteMs: null,
    bytesPerSecond: null,
    maxSessions: null,
    protocols: null,
    record: null,
  },
};

interface Policies {
  readonly staff: string;
  readonly guests: string;
}

async function addPolicies(administrator: ApiClient): Promise<Policies> {
  const policyOf = async (body: Partial<RouteBodyInput<typeof ROUTES.createPolicy>> & { name: string }) =>
    (await administrator.call(ROUTES.createPolicy, { body: { ...SAYS_NOTHING, ...body } })).id;
  const staff = await policyOf({
    ...{ name: "Staff", clipboardToMachine: true, clipboardFromMachine: true, filesToMachine: true },
    ...{ idleMs: 7_200_000, maxSessions: 3 },
  });
  const guests = await policyOf({
    ...{ name: "Guests", clipboardToMachine: false, clipboardFromMachine: false, filesFromMachine: false },
    ...{ idleMs: 900_000, absoluteMs: 14_400_000, bytesPerSecond: 2_000_000, maxSessions: 1 },
  });
  await policyOf({ name: "Night shift", absoluteMs: 43_200_000, protocols: ["ssh"] });
  return { staff, guests };
}

interface Given {
  readonly people: People;
  readonly stock: Stock;
  readonly policies: Policies;
}

async function giveAccess(administrator: ApiClient, { people, stock, policies }: Given): Promise<void> {
  type Body = RouteBodyInput<typeof ROUTES.createEntitlement>;
  const give = (body: Body) => administrator.call(ROUTES.createEntitlement, { body });
  const { staff: policyId, guests } = policies;
  const groups = (await administrator.call(ROUTES.listGroups)).items;
  const engineering = groups.find(({ name }) => name === "Engineering")?.id ?? null;
  const team = groups.find(({ name }) => name === "Team 00001")?.id ?? null;
  await give({ poolId: stock.office, groupId: engineering, policyId });
  await give({ poolId: stock.office, groupId: team, policyId: guests });
  await give({ poolId: stock.lab, groupId: engineering, policyId });
  await give({ poolId: stock.demo, groupId: engineering });
  await give({ poolId: stock.exam, groupId: engineering, policyId: guests });
  const tomorrow = ((new Date().getDay() + 1) % 7) + 1;
  const windows = [{ days: [tomorrow], from: "08:00", to: "18:00", timeZone: "Europe/Berlin" }];
  await give({ poolId: stock.cad, userId: people.ada });
  await give({ poolId: stock.cad, userId: people.ken, windows, policyId });
  await give({ poolId: stock.cad, userId: people.radia, networks: ["10.0.0.0/8", "2001:db8::/32"] });
  await give({ poolId: stock.build, userId: people.ken });
  await give({ poolId: stock.front, userId: people.barbara });
  await give({ poolId: stock.front, userId: people.ada });
}

async function addRoleAndTokens(administrator: ApiClient): Promise<void> {
  const permissions = ["overview.read", "sessions.read", "sessions.message", "explain.use"] as const;
  await administrator.call(ROUTES.createRole, {
    body: { name: "Night watch", permissions: [...permissions] },
  });
  const expiresAt = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  const tokens = [
    { name: "Nightly import", scopes: ["import.run" as const], expiresAt: expiresAt(90) },
    {
      name: "Grafana",
      scopes: ["overview.read" as const, "sessions.read" as const],
      expiresAt: expiresAt(365),
    },
    { name: "My laptop", scopes: ["*"] as ["*"], expiresAt: expiresAt(7) },
  ];
  for (const body of tokens) await administrator.call(ROUTES.createMyToken, { body });
}

/** It is called after this host otherwise. */
async function nameGateway(administrator: ApiClient): Promise<void> {
  const [gateway] = (await administrator.call(ROUTES.listGateways)).items;
  if (gateway)
    await administrator.call(ROUTES.renameGateway, { id: gateway.id, body: { name: "main hall" } });
}

/** A token of somebody else. */
async function addShiftCalendar(client: ApiClient): Promise<void> {
  const expiresAt = new Date(Date.now() + 30 * DAY_MS).toISOString();
  const body = { name: "Shift calendar", scopes: ["sessions.read" as const], expiresAt };
  await client.call(ROUTES.createMyToken, { body });
}

async function signInAll(address: string, people: People): Promise<Clients> {
  const entries: [string, ApiClient][] = [];
  for (const name of Object.keys(people))
    entries.push([name, await ApiClient.byPassword(address, name, PASSWORD)]);
  return Object.fromEntries(entries) as unknown as Clients; // by the keys of PEOPLE
}

async function collectRefusals(address: string, clients: Clients, stock: Stock): Promise<void> {
  const refuse = (asked: Promise<unknown>) =>
    asked.then(
      () => {
        throw new Error("nothing was refused");
      },
      (cause: unknown) => {
        if (!(cause instanceof ApiFailure)) throw cause;
      },
    );
  const connect = (client: ApiClient, id: string) => client.call(ROUTES.connectDesktop, { id, body: {} });
  await refuse(ApiClient.byPassword(address, "edsger", "a wrong password"));
  await refuse(connect(clients.ken, stock.cad));
  await refuse(connect(clients.radia, stock.cad));
  await refuse(connect(clients.barbara, stock.front));
  await connect(clients.edsger, stock.exam);
  await refuse(connect(clients.grace, stock.exam));
  await refuse(connect(clients.barbara, stock.build));
}

/** Some are on a desktop, one has left the machine waiting, and one is about to come. */
async function openDesktops(browser: Browser, clients: Clients, stock: Stock): Promise<Page> {
  const viewer = await openDesktop(browser, clients.grace, stock.demo);
  await openDesktop(browser, clients.barbara, stock.lab);
  await openDesktop(browser, clients.edsger, stock.exam);
  const gone = await openDesktop(browser, clients.radia, stock.lab);
  await gone.context().close();
  await clients.ken.call(ROUTES.connectDesktop, { id: stock.demo, body: {} });
  return viewer;
}

async function openDesktop(browser: Browser, client: ApiClient, poolId: string): Promise<Page> {
  const { page } = await openLaunchpad(browser, client);
  await page.goto(`${client.site}/desktops/${poolId}/view`);
  await viewerState(page, "connected");
  return page;
}

async function speak(administrator: ApiClient): Promise<void> {
  const sessions = (await administrator.call(ROUTES.listSessions)).items;
  const { id = "" } = sessions.find(({ userName }) => /barbara/i.test(userName)) ?? {};
  const text = "The benches restart at noon. Please save your work.";
  await administrator.call(ROUTES.sendSessionMessage, { id, body: { text } });
}

async function favour(client: ApiClient, poolIds: readonly string[]): Promise<void> {
  for (const id of poolIds) await client.call(ROUTES.setFavourite, { id, body: { isFavourite: true } });
}
