/** The program as its operator meets it: verbs, completion, the audit checked and sent on, metrics, health, logs. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { ROUTES } from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient, ApiFailure } from "../testbed/api-client.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { ensurePackages } from "../testbed/packages.ts";
import { freePort } from "../testbed/peer.ts";
import { type Rsyslog, startRsyslog } from "../testbed/rsyslog.ts";

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "packages/app/src/main.ts");

let folder: string;
let rsyslog: Rsyslog;
let metricsPort: number;
let configuration: string;
let server: RunningDeskgate;
let administrator: ApiClient;

beforeAll(async () => {
  ensurePackages(["rsyslog", "fish", "zsh"]);
  folder = await mkdtemp(join(tmpdir(), "deskgate-operating-"));
  rsyslog = await startRsyslog();
  metricsPort = await freePort();
  configuration = join(folder, "site.json");
  const syslog = { collector: `127.0.0.1:${rsyslog.port}`, transport: "tcp" };
  await writeFile(
    configuration,
    JSON.stringify({ audit: { syslog }, metrics: { listen: String(metricsPort) } }),
  );
  server = await startDeskgate({ args: ["--config", configuration] });
  administrator = await server.signIn();
});
afterAll(async () => {
  await server?.stop();
  await rsyslog?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function deskgate(
  args: readonly string[],
  options: { readonly data?: string; readonly input?: string } = {},
): Ran {
  const data = ["--config", configuration, "--data", options.data ?? server.dataDirectory];
  return run(process.execPath, [MAIN, ...args, ...data], options.input);
}

function run(command: string, args: readonly string[], input = ""): Ran {
  return spawnSync(command, args, { encoding: "utf8", cwd: folder, timeout: 60_000, input });
}

function json(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = deskgate([...args, "--json"], input === undefined ? {} : { input });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

describe("verbs beside a running server", () => {
  it("make a person, a group, a machine and a right, which the server knows at once", async () => {
    const password = "correct horse battery";
    const ada = json(["user", "create", "ada", "--display-name", "Ada", "--password"], `${password}\nmore\n`);
    const client = await ApiClient.byPassword(server.site, "ada", password);
    expect((await client.call(ROUTES.getMe)).id).toBe(ada.id);
    json(["group", "create", "staff", "--member", "ada"]);
    json([
      "machine",
      "create",
      "Desk",
      "--host",
      "192.0.2.9",
      "--protocol",
      "vnc:5901",
      "--protocol",
      "ssh:22",
    ]);
    json(["entitle", "create", "--group", "staff", "--pool", "Desk"]);
    expect((await client.call(ROUTES.listDesktops)).items).toMatchObject([{ name: "Desk" }]);
    const { sessionId } = await client.call(ROUTES.connectDesktop, {
      ...{ id: json(["pool", "show", "Desk"]).id, body: {} },
    });
    expect(json(["session", "list"])).toMatchObject([{ id: sessionId, userName: "ada" }]);
    json(["session", "kill", sessionId]);
    expect(json(["session", "show", sessionId])).toMatchObject({ state: "ended", endReason: "killed" });
    json(["group", "update", "staff", "--remove-member", "ada", "--name", "crew"]);
    expect(json(["group", "show", "crew"]).memberIds).toEqual([]);
    json(["entitle", "delete", "--group", "crew", "--pool", "Desk"]);
    expect(json(["entitle", "show", "--group", "crew"])).toEqual([]);
    json(["user", "update", "ada", "--disable"]);
    await expect(client.call(ROUTES.getMe)).rejects.toThrow(ApiFailure);
    for (const gone of [
      ["machine", "delete", "Desk"],
      ["group", "delete", "crew"],
      ["user", "delete", "ada"],
    ])
      json(gone);
    expect(json(["user", "list"])).toMatchObject([{ name: "admin" }]);
  });

  it("write tables for people, which a name cannot disturb", () => {
    json(["group", "create", "tidy"]);
    const { stdout } = deskgate(["group", "list"]);
    expect(stdout).toMatch(/^name +members +created\ntidy +0 +\d{4}-/);
    json(["group", "delete", "tidy"]);
    expect(deskgate(["group", "list"]).stdout).toBe("(none)\n");
  });

  it("say with the exit status how it went, and name what is wrong", () => {
    expect(deskgate(["user", "show", "nobody"])).toMatchObject({ status: 1 });
    expect(deskgate(["user", "show", "nobody"]).stderr).toMatch(/^deskgate: .*\(not_found\)$/m);
    const short = deskgate(["user", "create", "eve", "--password"], { input: "short\n" });
    expect(short.status).toBe(1);
    expect(short.stderr).toContain("password: Use at least 10 characters.");
    expect(deskgate(["user", "lits"])).toMatchObject({ status: 2 });
    expect(deskgate(["user", "lits"]).stderr).toContain("Did you mean list?");
    expect(deskgate(["usr", "list"]).stderr).toContain('did you mean "user"?');
    expect(deskgate(["machine", "create", "x", "--host", "h"])).toMatchObject({ status: 2 });
    expect(deskgate(["entitle", "create", "--pool", "x"])).toMatchObject({ status: 2 });
    expect(deskgate(["user", "list", "--help"])).toMatchObject({ status: 0 });
  });

  it("take no password from the arguments, and do not repeat one that was given there", () => {
    const { status, stdout, stderr } = deskgate(["user", "create", "eve", "--password", "hunter2-hunter2"]);
    expect(status).toBe(2);
    expect(stdout + stderr).not.toContain("hunter2");
    expect(deskgate(["user", "create", "eve", "--password"], { input: "" })).toMatchObject({ status: 2 });
  });
});

describe("deskgate audit", () => {
  /** A copy of the data folder with the database changed behind the program's back. */
  async function tampered(name: string, statements: string): Promise<string> {
    const data = join(folder, name);
    await mkdir(data);
    const source = new DatabaseSync(join(server.dataDirectory, "deskgate.sqlite"), { readOnly: true });
    source.exec(`vacuum into '${join(data, "deskgate.sqlite")}'`);
    source.close();
    await copyFile(join(server.dataDirectory, "sealing.key"), join(data, "sealing.key"));
    const database = new DatabaseSync(join(data, "deskgate.sqlite"));
    database.exec(statements);
    database.close();
    return data;
  }

  const SWAP = `
    create temp table pair as select * from audit_records where sequence in (3, 4);
    delete from audit_records where sequence in (3, 4);
    update pair set sequence = 7 - sequence;
    insert into audit_records select * from pair;`;

  it("finds the chain whole while the server runs, and after it was copied", async () => {
    const whole = deskgate(["audit", "verify"]);
    expect(whole).toMatchObject({ status: 0, stderr: "" });
    const head = /^Head to remember: (\d+:[0-9a-f]{64})$/m.exec(whole.stdout)?.[1] ?? "";
    expect(deskgate(["audit", "verify", "--head", head], { data: await tampered("copy", "") })).toMatchObject(
      {
        status: 0,
      },
    );
  });

  it.each([
    ["a changed record", "update audit_records set actor_name = 'nobody' where sequence = 3", 3, "changed"],
    ["a removed record", "delete from audit_records where sequence = 3", 3, "missing"],
    ["two records that changed places", SWAP, 3, "changed"],
    ["a removed beginning", "delete from audit_records where sequence <= 2", 1, "missing"],
    [
      "a cut tail",
      "delete from audit_records where sequence = (select max(sequence) from audit_records)",
      undefined,
      "cut",
    ],
  ])("finds %s", async (name, statements, sequence, fault) => {
    const data = await tampered(name.replaceAll(" ", "-"), statements);
    const { status, stdout } = deskgate(["audit", "verify", "--json"], { data });
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ isWhole: false, fault, ...(sequence ? { sequence } : {}) });
  });

  it("finds a tail that was cut together with the store's own head, by a remembered one", async () => {
    const head = /\d+:[0-9a-f]{64}/.exec(deskgate(["audit", "verify"]).stdout)?.[0] ?? "";
    const data = await tampered(
      "cut-well",
      `delete from audit_records where sequence = (select max(sequence) from audit_records);
       update audit_head set sequence = sequence - 1,
         hash = (select hash from audit_records order by sequence desc limit 1);`,
    );
    expect(deskgate(["audit", "verify"], { data })).toMatchObject({ status: 0 });
    const remembered = deskgate(["audit", "verify", "--head", head], { data });
    expect(remembered.status).toBe(3);
    expect(remembered.stdout).toContain(`BROKEN at record ${head.split(":")[0]} (cut)`);
  });

  it("exports what the guide's own program finds whole, and broken once it was touched", async () => {
    const guide = await readFile(join(ROOT, "docs/guides/audit.md"), "utf8");
    const program = join(folder, "verify.py");
    await writeFile(program, /```python\n([\s\S]*?)```/.exec(guide)?.[1] ?? "");
    json(["group", "create", 'Löß "😀" \\ group']);
    const { stdout } = deskgate(["audit", "export"]);
    const file = join(folder, "export.jsonl");
    await writeFile(file, stdout);
    const python = run("python3", [program, file]);
    expect(python).toMatchObject({ status: 0, stderr: "" });
    expect(python.stdout).toMatch(/^whole, head \d+:[0-9a-f]{64}\n$/);
    const own = deskgate(["audit", "verify", "--file", file]);
    expect(own.stdout).toContain(python.stdout.trim().split(" ").at(-1));
    await writeFile(file, stdout.replace("Löß", "Loess"));
    expect(run("python3", [program, file]).stderr).toMatch(/^broken at record \d+$/m);
    expect(deskgate(["audit", "verify", "--file", file])).toMatchObject({ status: 3 });
    await writeFile(file, `${stdout.slice(0, 100)}\n`);
    expect(deskgate(["audit", "verify", "--file", file])).toMatchObject({ status: 2 });
  });

  it("goes to a real collector as it is made, by the server and by a verb", async () => {
    const { id } = json(["group", "create", "seen ] by \\ syslog"]);
    await administrator.call(ROUTES.deleteGroup, { id });
    const has = (messageId: string) => (message: { messageId: string; structuredData: string }) =>
      message.messageId === messageId && message.structuredData.includes(`subjectId="${id}"`);
    const messages = await rsyslog.until(
      (all) => all.some(has("group.created")) && all.some(has("group.removed")),
    );
    const created = messages.find(has("group.created"));
    expect(created).toMatchObject({ priority: "109", application: "deskgate" });
    expect(created?.structuredData).toContain(
      String.raw`seen \] by \\\\\\\\ syslog`.replaceAll("\\\\\\\\", "\\\\"),
    );
  });
});

describe("metrics and health", () => {
  const get = async (path: string) => {
    const reply = await fetch(`http://127.0.0.1:${metricsPort}${path}`);
    return { status: reply.status, text: await reply.text() };
  };

  it("tell of what was done, by the names of routes and never by addresses", async () => {
    await administrator.call(ROUTES.listUsers);
    const { text } = await get("/metrics");
    expect(text).toMatch(/^deskgate_sign_ins_total\{outcome="ok"\} [1-9]/m);
    expect(text).toMatch(/^deskgate_http_request_seconds_count\{route="listUsers",status="2xx"\} [1-9]/m);
    expect(text).toMatch(/^deskgate_store_roundtrip_seconds_count [1-9]/m);
    expect(text).toMatch(/^deskgate_sessions\{state="ended"\} \d+$/m);
    expect(text).not.toContain("/api/");
    expect(text).not.toContain("admin");
  });

  it("are there for whoever runs the process, and without detail on the one port", async () => {
    expect(await get("/healthz")).toEqual({ status: 200, text: "ok\n" });
    expect(await get("/readyz")).toEqual({ status: 200, text: "ready\n" });
    const outside = await new ApiClient(server.site).send("GET", "/readyz");
    expect([outside.status, outside.text]).toEqual([200, "ready\n"]);
    expect((await new ApiClient(server.site).send("GET", "/healthz")).text).toBe("ok\n");
  });
});

describe("the log", () => {
  it("is one JSON object per line on standard output; what people read goes elsewhere", async () => {
    const data = join(folder, "logged");
    const listen = `127.0.0.1:${await freePort()}`;
    const child = spawn(process.execPath, [MAIN, "serve", "--listen", listen, "--data", data], {
      cwd: folder,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      stdout += piece;
    });
    const isWelcomed = new Promise<void>((done) => {
      child.stderr.setEncoding("utf8").on("data", (piece: string) => {
        stderr += piece;
        if (stderr.includes("Ctrl-C")) done();
      });
    });
    const gone = once(child, "exit");
    await Promise.race([isWelcomed, gone]);
    expect([child.exitCode, stderr]).toEqual([null, expect.stringContaining("Ctrl-C")]);
    child.kill("SIGTERM");
    await gone;
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.stringMatching(/^(error|warn|info|debug)$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        message: expect.stringMatching(/^[A-Z].*[^.]$/),
      });
    }
    expect(stdout).not.toContain("sign-in/link");
    expect(stderr).toContain("Deskgate is ready");
  });
});

describe("completion", () => {
  async function script(shell: string): Promise<string> {
    const { stdout, status } = run(process.execPath, [MAIN, "completion", shell]);
    expect(status).toBe(0);
    const file = join(folder, `completion.${shell}`);
    await writeFile(file, stdout);
    return file;
  }

  /** What bash offers for the last word, by the very function that it calls. */
  function bashOffers(file: string, ...words: string[]): string[] {
    const line = ["deskgate", ...words].map((word) => `'${word}'`).join(" ");
    const program = `source '${file}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length}
      "$(complete -p deskgate | sed 's/.*-F \\([^ ]*\\).*/\\1/')"; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = run("bash", ["--norc", "-c", program]);
    expect(stderr).toBe("");
    return stdout.split("\n").filter((word) => word !== "");
  }

  it("in bash offers nouns, verbs, options and values, wherever options stand", async () => {
    const file = await script("bash");
    expect(bashOffers(file, "")).toEqual(expect.arrayContaining(["serve", "user", "audit", "completion"]));
    expect(bashOffers(file, "us")).toEqual(["user"]);
    expect(bashOffers(file, "user", "")).toEqual(["list", "show", "create", "update", "delete", "link"]);
    expect(bashOffers(file, "user", "create", "ada", "--d")).toEqual(["--display-name", "--data"]);
    expect(bashOffers(file, "user", "create", "--role", "")).toEqual([
      "administrator",
      "operator",
      "auditor",
      "user",
    ]);
    expect(bashOffers(file, "user", "create", "--role", "user", "--pass")).toEqual(["--password"]);
    expect(bashOffers(file, "audit", "export", "--format", "s")).toEqual(["syslog"]);
    expect(bashOffers(file, "completion", "")).toEqual(["bash", "zsh", "fish"]);
    await writeFile(join(folder, "here.json"), "{}");
    expect(bashOffers(file, "serve", "--config", "here")).toEqual(["here.json"]);
  });

  it("in fish offers the same", async () => {
    const file = await script("fish");
    const offers = (line: string) => {
      const { stdout, stderr } = run("fish", [
        "--no-config",
        "-c",
        `source '${file}'; complete -C '${line}'`,
      ]);
      expect(stderr).toBe("");
      return stdout.split("\n").map((each) => each.split("\t")[0]);
    };
    expect(offers("deskgate us")).toContain("user");
    expect(offers("deskgate user ")).toEqual(expect.arrayContaining(["list", "create", "link"]));
    expect(offers("deskgate user create --role ")).toEqual(expect.arrayContaining(["administrator", "user"]));
    expect(offers("deskgate user create ada --pass")).toContain("--password");
    expect(offers("deskgate user ")).not.toContain("serve");
  });

  it("in zsh is understood and taken up", async () => {
    const file = await script("zsh");
    const program = `autoload -Uz compinit; compinit -D; source '${file}'; print -r -- $_comps[deskgate]
      compadd() { print -r -- compadd "$@" }; _describe() { print -rl -- $found }
      words=(deskgate user ''); CURRENT=3; _deskgate
      words=(deskgate user create --role ''); CURRENT=5; _deskgate`;
    const { stdout, stderr } = run("zsh", ["-f", "-c", program]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^_deskgate\nlist:list users\n/);
    expect(stdout).toContain("compadd -- administrator operator auditor user");
  });
});
