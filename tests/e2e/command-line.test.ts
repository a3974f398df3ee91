/** The program as its administrator starts it: what it says when something is wrong, and what the doctor finds. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROUTES } from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../testbed/api-client.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";

const MAIN = join(import.meta.dirname, "../../packages/app/src/main.ts");

let server: RunningDeskgate;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-cli-"));
  server = await startDeskgate();
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function deskgate(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    cwd: folder,
    timeout: 60_000,
  });
  return { status, output: `${stdout}${stderr}` };
}

const listen = () => new URL(server.site).host.replace("localhost", "127.0.0.1");

describe("deskgate", () => {
  it("names an unknown setting and suggests the right one, without a stack", async () => {
    const file = join(folder, "wrong.json");
    await writeFile(file, JSON.stringify({ lisen: "[::]:1" }));
    const { status, output } = deskgate("serve", "--config", file);
    expect(status).toBe(1);
    expect(output.trim()).toBe('deskgate: lisen: unknown setting, did you mean "listen"?');
  });

  it("says what to do when the port is taken", () => {
    const { status, output } = deskgate("serve", "--listen", listen(), "--data", join(folder, "second"));
    expect(status).toBe(1);
    expect(output).toMatch(/^deskgate: port \d+ is taken by another program/m);
    expect(output).not.toContain("node:");
  });

  it("suggests the right option for a mistyped one", () => {
    expect(deskgate("serve", "--lisen", "x").output).toContain("--listen");
  });

  it("prints its version", () => {
    expect(deskgate("--version").output.trim()).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe("deskgate doctor", () => {
  it("finds a healthy site healthy, and a machine that does not answer", async () => {
    const healthy = deskgate("doctor", "--listen", listen(), "--data", server.dataDirectory);
    expect(healthy.output).toContain("Deskgate is running on it");
    expect(healthy.output).toMatch(/^ok .*Database: healthy/m);
    expect(healthy.status).toBe(0);
    const administrator = await server.signIn();
    await administrator.call(ROUTES.createMachine, {
      body: {
        name: "Switched off",
        host: "127.0.0.1",
        isDeclaredLocal: true,
        protocols: [{ protocol: "vnc", port: 1 }],
      },
    });
    const sick = deskgate("doctor", "--listen", listen(), "--data", server.dataDirectory);
    expect(sick.output).toMatch(/^FAIL .*Switched off.*ECONNREFUSED[\s\S]*switched on/m);
    expect(sick.status).toBe(1);
  });
});

describe("deskgate sign-in-link", () => {
  it("makes a way in beside a running server, which works once", async () => {
    const { output, status } = deskgate("sign-in-link", "admin", "--data", server.dataDirectory);
    expect(status).toBe(0);
    const path = /\/sign-in\/link#\S+/.exec(output)?.[0] ?? "";
    const client = await ApiClient.bySignInLink(server.site, path);
    expect((await client.call(ROUTES.getMe)).name).toBe("admin");
    await expect(ApiClient.bySignInLink(server.site, path)).rejects.toMatchObject({ code: "link_invalid" });
  });

  it("for someone who is not there says so", () => {
    const { status, output } = deskgate("sign-in-link", "nobody", "--data", server.dataDirectory);
    expect(status).toBe(1);
    expect(output).toContain("not_found");
  });
});
