import { createServer } from "node:http";
import { openBroker } from "@deskgate/broker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "./index.ts";

const quiet = () => undefined;
let url: string;
let token: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const broker = await openBroker({
    database: { kind: "sqlite", file: ":memory:" },
    sealingKey: new Uint8Array(32),
    log: { error: quiet, warn: quiet, info: quiet, debug: quiet },
    version: "0",
    consoleDirectory: undefined,
  });
  await broker.setup.ensureAdministrator();
  const server = createServer(broker.handleRequest);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  close = async () => {
    server.closeAllConnections();
    server.close();
    await broker.close();
  };
  const { path } = await broker.setup.createSignInLink("admin", 60_000);
  const send = (to: string, body: unknown, headers: Record<string, string>) =>
    fetch(`${url}/api/v1${to}`, {
      method: "POST",
      headers: { origin: url, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const signedIn = await send("/sign-in/link", { secret: path.split("#")[1] }, {});
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const made = await send("/me/tokens", { name: "script", scopes: ["*"], expiresAt }, { cookie });
  token = ((await made.json()) as { secret: string }).secret; // the API's reply
});
afterAll(() => close());

test("a script makes, lists, changes and removes by name", async () => {
  const client = createClient({ url, token });
  const crew = await client.createGroup({ body: { name: "Crew" } });
  expect((await client.listGroups({ query: { q: "crew", limit: 1 } })).items).toEqual([crew]);
  const params = { id: crew.id };
  const headers = { "if-match": `"v${crew.version}"` };
  const renamed = await client.updateGroup({ params, body: { name: "Pilots" }, headers });
  expect([renamed.name, renamed.version]).toEqual(["Pilots", crew.version + 1]);
  const stale = client.deleteGroup({ params, headers });
  await expect(stale).rejects.toMatchObject({
    name: "ApiRefusal",
    status: 412,
    error: { code: "version_stale" },
  });
  await client.deleteGroup({ params });
  expect((await client.listGroups()).total).toBe(0);
});
