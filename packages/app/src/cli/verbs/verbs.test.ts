/** Verbs of the command line through the program's own entry, on a data folder of their own and without a server. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { API_TOKEN_PREFIX } from "@deskgate/contract";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { completionScript } from "../completion/completion.ts";
import { createProgram, runProgram } from "../program.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-verbs-"));
  // Each run of a program adds one, and here it is one process for all.
  process.stdout.setMaxListeners(200);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function deskgate(...words: readonly string[]): Promise<string> {
  let written = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text: unknown, ...rest: unknown[]) => {
    written += String(text);
    for (const then of rest) if (typeof then === "function") then();
    return true;
  });
  try {
    await runProgram([...words, "--data", folder]);
    return written;
  } finally {
    write.mockRestore();
  }
}

async function json(...words: readonly string[]) {
  return JSON.parse(await deskgate(...words, "--json"));
}

const refused = (code: string) => expect.objectContaining({ code });

test("pools are made with machines and a release rule, changed in what is named, and removed", async () => {
  for (const name of ["one", "two", "three"])
    await json("machine", "create", name, "--host", "192.0.2.9", "--protocol", "ssh:22");
  const { id: one } = await json("machine", "show", "one");
  const { id: two } = await json("machine", "show", "two");
  const { id: three } = await json("machine", "show", "three");
  const machines = ["--machine", "one", "--machine", "two"];
  const made = await json(
    "pool",
    "create",
    "Lab",
    "--kind",
    "floating",
    ...machines,
    "--release-after",
    "30m",
  );
  expect(made).toMatchObject({
    ...{ name: "Lab", kind: "floating", description: "" },
    release: { afterDisconnectMs: 1_800_000, onSignOut: false },
  });
  expect(new Set(made.machineIds)).toEqual(new Set([one, two]));
  const update = ["pool", "update", "Lab", "--add-machine", "three", "--remove-machine", "one"];
  const changed = await json(...update, "--release-on-sign-out", "yes", "--description", "Second floor");
  expect(new Set(changed.machineIds)).toEqual(new Set([two, three]));
  const kept = { ...made, description: "Second floor", machineIds: changed.machineIds };
  expect(changed).toEqual({
    ...{ ...kept, version: changed.version },
    release: { afterDisconnectMs: 1_800_000, onSignOut: true },
  });
  const forever = await json("pool", "update", "Lab", "--release-after", "never", "--name", "Labs");
  expect(forever).toMatchObject({ name: "Labs", release: { afterDisconnectMs: null, onSignOut: true } });
  expect(forever.machineIds).toEqual(changed.machineIds);
  expect((await json("pool", "update", "Labs", "--machine", "one")).machineIds).toEqual([one]);
  expect(await json("pool", "create", "Own", "--kind", "dedicated")).toMatchObject({ kind: "dedicated" });
  for (const wrong of [
    ["--release-after", "soon"],
    ["--kind", "fixed"],
    ["--release-on-sign-out", "maybe"],
  ])
    await expect(deskgate("pool", "create", "x", "--kind", "floating", ...wrong)).rejects.toThrow();
  // A name that is wrong changes nothing.
  const half = ["--description", "x", "--machine", "nobody"];
  await expect(deskgate("pool", "update", "Labs", ...half)).rejects.toEqual(refused("not_found"));
  expect(await json("pool", "show", "Labs")).toMatchObject({
    description: "Second floor",
    machineIds: [one],
  });
  expect(await deskgate("pool", "delete", "Labs")).toBe("Pool Labs removed\n");
  await expect(deskgate("pool", "show", "Labs")).rejects.toEqual(refused("not_found"));
});

test("tokens are made for a user, with their secret shown once, listed without it, and withdrawn", async () => {
  for (const name of ["ada", "bob"]) await json("user", "create", name);
  const made = await json(
    "token",
    "create",
    "ci",
    "--user",
    "ada",
    "--scope",
    "users.read",
    "--expires",
    "1d",
  );
  expect(made).toMatchObject({ name: "ci", userName: "ada", scopes: ["users.read"], lastUsedAt: null });
  expect(made.secret.startsWith(API_TOKEN_PREFIX)).toBe(true);
  const days = (Date.parse(made.expiresAt) - Date.parse(made.createdAt)) / 86_400_000;
  expect(days).toBeCloseTo(1, 3);
  const said = await deskgate("token", "create", "ci", "--user", "bob");
  expect(said).toMatch(/^Token ci of bob is good until .*shown this once:\ndgt_\S+\n$/);
  const listed = await deskgate("token", "list", "--json");
  expect(JSON.parse(listed)).toHaveLength(2);
  expect(listed).not.toContain("dgt_");
  expect(await json("token", "list", "--user", "bob")).toMatchObject([{ userName: "bob", scopes: ["*"] }]);
  const create = ["token", "create", "x", "--user"];
  await expect(deskgate(...create, "nobody")).rejects.toEqual(refused("not_found"));
  const tooLong = deskgate(...create, "ada", "--expires", "400d");
  await expect(tooLong).rejects.toEqual(refused("validation_failed"));
  const unknown = deskgate(...create, "ada", "--scope", "everything");
  await expect(unknown).rejects.toEqual(refused("validation_failed"));
  await expect(deskgate("token", "remove", "ci")).rejects.toThrow(/say whose/);
  expect(await deskgate("token", "remove", "ci", "--user", "bob")).toBe("Token ci of bob withdrawn\n");
  expect(await deskgate("token", "remove", made.id)).toBe("Token ci of ada withdrawn\n");
  expect(await deskgate("token", "list")).toBe("(none)\n");
  const actions = (await json("audit", "list", "--action", "token.")).map(
    ({ action, actorName }: Record<"action" | "actorName", string>) => [action, actorName.split(":")[0]],
  );
  expect(actions).toEqual([
    ...Array.from({ length: 2 }, () => ["token.removed", "local"]),
    ...Array.from({ length: 2 }, () => ["token.created", "local"]),
  ]);
});

test("a user's role is a built-in one or one that the site made, by its name", async () => {
  expect(await json("user", "create", "olga", "--role", "operator")).toMatchObject({ role: "operator" });
  const { openControlPlane } = await import("../../compose.ts");
  const { resolveConfig } = await import("../../config/resolve.ts");
  const { createLog } = await import("../../program-log.ts");
  const log = createLog({ level: "error", format: "json" }, { isTerminal: false, isToErrors: true });
  const { broker, close } = await openControlPlane(resolveConfig({ data: folder }), log);
  const role = await broker.call("test", "createRole", {
    body: { name: "Stock taker", permissions: ["machines.read"] },
  });
  await close();
  expect(await json("user", "update", "olga", "--role", "Stock taker")).toMatchObject({ role: role.id });
  expect(await deskgate("user", "list")).toMatch(/^olga +olga +Stock taker +enabled/m);
  await expect(deskgate("user", "update", "olga", "--role", "boss")).rejects.toThrow(/Stock taker/);
});

test("zones and policies are made, changed and removed", async () => {
  await json("zone", "create", "Plant", "--description", "North");
  expect(await json("zone", "update", "Plant", "--name", "Works")).toMatchObject({
    ...{ name: "Works", description: "North" },
  });
  const set = ["--set", "clipboardToMachine=no", "--set", "idleMs=30m", "--set", "protocols=rdp,ssh"];
  const made = await json("policy", "create", "Strict", ...set, "--set", "maxSessions=2");
  expect(made).toMatchObject({
    ...{ clipboardToMachine: false, idleMs: 1_800_000, protocols: ["rdp", "ssh"], maxSessions: 2 },
    record: null,
  });
  const changed = await json("policy", "update", "Strict", "--set", "idleMs=nothing", "--set", "record=yes");
  expect(changed).toEqual({ ...made, idleMs: null, record: true, version: 2 });
  expect(await deskgate("policy", "list")).toMatch(/^Strict +clipboardToMachine=false /m);
  for (const wrong of ["colour=red", "idleMs", "idleMs=1=2", "clipboardToMachine=maybe"])
    await expect(deskgate("policy", "update", "Strict", "--set", wrong)).rejects.toThrow();
  await deskgate("policy", "delete", "Strict");
  await deskgate("zone", "delete", "Works");
  expect(await deskgate("policy", "list")).toBe("(none)\n");
});

test("a machine gets the address that it is woken by, and is woken once a server has gateways", async () => {
  await json("zone", "create", "Attic");
  const fields = ["--host", "192.0.2.9", "--protocol", "ssh:22", "--zone", "Attic", "--tag", "gpu"];
  const plain = await json("machine", "create", "sleeper", ...fields);
  expect(plain).toMatchObject({ tags: ["gpu"], zoneId: expect.any(String), macAddress: null });
  await expect(deskgate("machine", "wake", "sleeper")).rejects.toEqual(refused("machine_mac_missing"));
  await json("machine", "update", "sleeper", "--mac", "00-00-5E-00-53-01");
  expect(await deskgate("machine", "wake", "sleeper")).toMatch(/^Machine sleeper is to be started/);
  await expect(deskgate("machine", "wake", "sleeper")).rejects.toEqual(refused("too_many_requests"));
});

test.each(["bash", "zsh", "fish"] as const)("completion for %s knows every noun and verb", (shell) => {
  const script = completionScript(createProgram(), shell);
  for (const word of [
    "token",
    "policy",
    "zone",
    "wake",
    "--release-after",
    "--scope",
    "floating",
    "users.read",
  ])
    expect(script).toContain(word.replace(/^--/, shell === "fish" ? "" : "--"));
});
