import { afterEach, beforeEach, expect, test } from "vitest";
import { furnish, openTestBroker, signIn, type TestBroker, type TestBrowser } from "../../testing.ts";

let broker: TestBroker;
let site: Awaited<ReturnType<typeof furnish>>;
const streams: Stream[] = [];

beforeEach(async () => {
  broker = await openTestBroker();
  site = await furnish(broker);
});
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
  await broker.close();
});

/** An event stream that is read event by event. */
class Stream {
  readonly status: number;
  readonly #reader: ReadableStreamDefaultReader<string> | undefined;
  #text = "";

  constructor(response: Response) {
    this.status = response.status;
    this.#reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event's fields; comments too; `undefined` at the end. */
  async next(): Promise<Readonly<Record<string, string>> | undefined> {
    for (let end = this.#text.indexOf("\n\n"); end < 0; end = this.#text.indexOf("\n\n")) {
      const { done, value } = (await this.#reader?.read()) ?? { done: true, value: undefined };
      if (done) return undefined;
      this.#text += value;
    }
    const [event = "", ...rest] = this.#text.split("\n\n");
    this.#text = rest.join("\n\n");
    return Object.fromEntries(event.split("\n").map((line) => line.split(/: ?(.*)/s).slice(0, 2)));
  }

  /** Changes of a topic, without comments and other topics. */
  async change(topic: string): Promise<unknown> {
    for (let event = await this.next(); event; event = await this.next()) {
      if (event["event"] !== "change") continue;
      const data = JSON.parse(event["data"] ?? "");
      if (data.topic === topic) return { ...data, number: event["id"] };
    }
    return undefined;
  }

  close(): Promise<void> {
    return this.#reader?.cancel() ?? Promise.resolve();
  }
}

async function open(browser: TestBrowser, query = "", headers: Record<string, string> = {}): Promise<Stream> {
  const cookie = browser.cookie ?? "";
  const stream = new Stream(
    await fetch(`${broker.url}/api/v1/events${query}`, { headers: { cookie, ...headers } }),
  );
  streams.push(stream);
  return stream;
}

test("what changes through the API is told by name, and no data with it", async () => {
  const stream = await open(site.admin, "?topics=users,machines");
  const { id } = (await site.admin.api("POST", "/users", { name: "eve", displayName: "Secret Eve" })).body;
  const event = await stream.change("users");
  expect(event).toMatchObject({ topic: "users", id, change: "changed" });
  expect(JSON.stringify(event)).not.toContain("Eve");
  await site.admin.api("DELETE", `/users/${id}`);
  expect(await stream.change("users")).toMatchObject({ id, change: "removed" });
});

test("sessions that start and end are told", async () => {
  const stream = await open(site.admin, "?topics=sessions");
  const sessionOf = async () => (await site.admin.api("GET", "/sessions")).body.items[0]?.id;
  await site.browser.api("POST", `/desktops/${site.machine.poolId}/connections`, {});
  const id = await sessionOf();
  await site.admin.api("DELETE", `/sessions/${id}`);
  const told = [await stream.change("sessions"), await stream.change("sessions")];
  expect(told).toContainEqual(expect.objectContaining({ id }));
});

test("a topic needs its permission, and is not there without", async () => {
  expect((await open(site.browser, "?topics=users")).status).toBe(403);
  expect((await open(site.browser, "?topics=nothing")).status).toBe(400);
  const stream = await open(site.browser);
  await site.admin.api("POST", "/groups", { name: "Crew" });
  await site.admin.api("DELETE", `/entitlements/${site.entitlement.id}`);
  expect(await stream.next()).toHaveProperty("id");
  expect(JSON.parse((await stream.next())?.["data"] ?? "")).toMatchObject({ topic: "desktops" });
});

test("who comes back hears what they missed, or that it is too much", async () => {
  const first = await open(site.admin, "?topics=groups");
  await site.admin.api("POST", "/groups", { name: "One" });
  const { number } = (await first.change("groups")) as { readonly number: string };
  await first.close();
  const two = (await site.admin.api("POST", "/groups", { name: "Two" })).body;
  const again = await open(site.admin, "?topics=groups", { "last-event-id": number });
  expect(await again.change("groups")).toMatchObject({ id: two.id });
  for (const lost of ["other-1", "x", `${number.split("-")[0]}-99999`]) {
    const stranger = await open(site.admin, "?topics=groups", { "last-event-id": lost });
    await stranger.next();
    expect(await stranger.next()).toMatchObject({ event: "resync" });
    await stranger.close();
  }
});

test("a stream ends with its sign-in, and when a right to its topic is gone", async () => {
  const { id } = (
    await site.admin.api("POST", "/users", { name: "bob", displayName: "Bob", role: "operator" })
  ).body;
  const bob = await signIn(broker, "bob");
  const demoted = await open(bob, "?topics=machines");
  const own = await open(site.browser);
  await site.admin.api("PATCH", `/users/${id}`, { role: "user" });
  expect(await demoted.change("machines")).toBeUndefined();
  await site.browser.api("POST", "/sign-out");
  expect(await own.change("users")).toBeUndefined();
});

test("a sign-in has eight streams at most, and a place again when one is closed", async () => {
  const open8 = await Promise.all(Array.from({ length: 8 }, () => open(site.browser)));
  expect(open8.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  expect((await open(site.browser)).status).toBe(429);
  expect((await open(site.admin)).status).toBe(200);
});

test("a broker that stops ends its streams", async () => {
  const stream = await open(site.admin, "?topics=settings");
  await broker.broker.close();
  expect(await stream.change("settings")).toBeUndefined();
  broker = await openTestBroker();
});
