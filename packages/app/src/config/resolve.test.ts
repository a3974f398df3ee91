import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseBrokerUrl } from "./broker-url.ts";
import { ConfigError } from "./config-error.ts";
import { parseListenAddress, parseMetricsAddress } from "./listen-address.ts";
import { resolveConfig } from "./resolve.ts";

const folder = mkdtempSync(join(tmpdir(), "deskgate-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(content: unknown): string {
  const file = join(folder, "deskgate.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

/** The lines a person would read. */
function problemsOf(content: unknown): readonly string[] {
  try {
    resolveConfig({ config: fileWith(content) });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  it("needs nothing: every setting has a default", () => {
    const config = resolveConfig({ config: fileWith({}), data: folder });
    expect(config).toMatchObject({
      listen: { host: "::", port: 8443 },
      hasDemo: true,
      limits: { total: 10_000, perAddress: 2_000, firstBytesDeadlineMs: 10_000 },
    });
    expect(config.tls.isSelfSigned).toBe(true);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("takes the command line before the file", () => {
    const config = resolveConfig({
      config: fileWith({ listen: "[::]:443", demo: true, dataDirectory: "/nowhere" }),
      listen: "127.0.0.1:9443",
      data: folder,
      demo: false,
    });
    expect(config).toMatchObject({
      listen: { host: "127.0.0.1", port: 9443 },
      hasDemo: false,
      dataDirectory: folder,
    });
  });

  it("of planes apart is taken from both, the command line first", () => {
    const gateway = { broker: "https://old.example:1", name: "dmz", brokerTrust: "authorities" };
    const config = resolveConfig({
      config: fileWith({ broker: { listen: "10.0.0.1:9000", servesDirectly: true }, gateway }),
      broker: "https://broker.example:9000",
      linkListen: "127.0.0.1:9001",
      code: "the-code",
    });
    expect(config.broker).toEqual({ listen: { host: "127.0.0.1", port: 9001 }, servesDirectly: true });
    const broker = { host: "broker.example", port: 9000 };
    expect(config.gateway).toMatchObject({ broker, name: "dmz", trust: "authorities" });
    expect(JSON.stringify(config)).not.toContain("the-code");
    expect(resolveConfig({ config: fileWith({}) }).gateway.broker).toBeUndefined();
  });

  it("of planes apart that is wrong is named by its place", () => {
    expect(problemsOf({ gateway: { broker: "http://broker.example" } })[0]).toMatch(
      /^gateway.broker: write the/,
    );
    expect(problemsOf({ gateway: { brokerFingerprint: "AB:CD" } })[0]).toMatch(
      /^gateway.brokerFingerprint: write/,
    );
    expect(problemsOf({ broker: { lisen: "[::]:1" } })).toEqual([
      'broker.lisen: unknown setting, did you mean "listen"?',
    ]);
    expect(() => resolveConfig({ config: fileWith({ gateway: [] }), broker: "https://b" })).toThrow(
      ConfigError,
    );
  });

  it("with an unknown setting is refused, with a suggestion", () => {
    expect(problemsOf({ lisen: "[::]:443" })).toEqual(['lisen: unknown setting, did you mean "listen"?']);
    expect(problemsOf({ limits: { connectionPerAddress: 5 } })).toEqual([
      'limits.connectionPerAddress: unknown setting, did you mean "connectionsPerAddress"?',
    ]);
    expect(problemsOf({ tls: { certificateFile: "a", keyFile: "b", keyfile: "c" } })).toEqual([
      'tls.keyfile: unknown setting, did you mean "keyFile"?',
    ]);
    expect(problemsOf({ somethingElse: 1 })[0]).toMatch(
      /^somethingElse: unknown setting; there are listen, /,
    );
  });

  it("names every problem at once, with its place", () => {
    const problems = problemsOf({
      listen: "nonsense",
      demo: "yes",
      limits: { connections: 0, firstBytesDeadline: "soon" },
    });
    expect(problems).toHaveLength(4);
    expect(problems.join("\n")).toMatch(/^listen: write host:port/);
    expect(problems.join("\n")).toContain("limits.firstBytesDeadline: write a whole number and a unit");
  });

  it.each(["", "{", "[]", "null", '"text"'])("that is no JSON object (%s) is refused", (text) => {
    expect(problemsOf(text)[0]).toContain("cannot be read");
  });

  it("names a PostgreSQL by its parts or by a URL, encrypted unless it is on this host", () => {
    const database = (written: object) =>
      resolveConfig({ config: fileWith({ database: { kind: "postgres", ...written } }), data: folder })
        .database;
    expect(resolveConfig({ config: fileWith({}), data: folder }).database).toEqual({ kind: "sqlite" });
    expect(database({})).toMatchObject({ host: "localhost", port: 5432, user: "deskgate", name: "deskgate" });
    expect(database({ url: "postgres://ada%40x@[2001:db8::1]:6000/site" })).toMatchObject({
      ...{ host: "2001:db8::1", port: 6000, user: "ada@x", name: "site", hasTls: true },
    });
    expect(database({ host: "/run/postgresql" })).toMatchObject({ hasTls: false });
    expect(database({ host: "db.example.org", tls: "off" })).toMatchObject({ hasTls: false });
    // Who names an authority wants it asked.
    expect(database({ host: "127.0.0.1", authorityFile: "/ca.pem" })).toMatchObject({ hasTls: true });
  });

  it.each([
    [{ kind: "postgres", hots: "x" }, 'database.hots: unknown setting, did you mean "host"?'],
    [{ host: "x" }, 'database.host: is for PostgreSQL; add "kind": "postgres"'],
    [
      { kind: "postgres", url: "postgres://a@h/d", port: 1 },
      "database.port: stands in `url` already; keep one of the two",
    ],
    [
      { kind: "postgres", tls: "off", authorityFile: "/ca.pem" },
      'database.authorityFile: vouches for nobody with "tls": "off"; leave out one of the two',
    ],
    [{ kind: "postgres", url: "mysql://h/d" }, "database.url: has to begin with postgres://"],
    [
      { kind: "postgres", url: "postgres://h/d?sslmode=disable" },
      "database.url: takes no parameters; there are settings for them",
    ],
    [{ kind: "postgres", url: "postgres://h" }, "database.url: has to end with the database's name"],
  ])("with a database that cannot be meant (%j) is refused", (database, problem) => {
    expect(problemsOf({ database })).toEqual([problem]);
  });

  it("never repeats a password that was put into the database's URL", () => {
    const [problem] = problemsOf({ database: { kind: "postgres", url: "postgres://a:geheim@h/d" } });
    expect(problem).toContain("passwordFile");
    expect(problem).not.toContain("geheim");
  });

  it("that is named and missing is refused", () => {
    expect(() => resolveConfig({ config: join(folder, "missing.json") })).toThrow(ConfigError);
  });
});

describe("the metrics' address", () => {
  it.each([
    ["9464", { host: "127.0.0.1", port: 9464 }],
    ["[::]:9464", { host: "::", port: 9464 }],
  ])("%s is understood, and a port alone is one of this host", (text, expected) =>
    expect(parseMetricsAddress(text)).toEqual(expected),
  );
  it.each(["", "99999", "x", "9464 "])("%s is not", (text) =>
    expect(parseMetricsAddress(text)).toBeUndefined(),
  );
});

describe("a listen address", () => {
  it.each([
    ["[::]:8443", { host: "::", port: 8443 }],
    ["127.0.0.1:443", { host: "127.0.0.1", port: 443 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[fe80::1%eth0]:1", { host: "fe80::1%eth0", port: 1 }],
  ])("%s is understood", (text, expected) => expect(parseListenAddress(text)).toEqual(expected));
  it.each(["", "8443", ":8443", "::8443", "host:", "host:99999", "http://host:1", "a b:1"])(
    "%s is not",
    (text) => expect(parseListenAddress(text)).toBeUndefined(),
  );
});

describe("the broker's address", () => {
  it.each([
    ["https://broker.example:8444", { host: "broker.example", port: 8444 }],
    ["https://broker.example/", { host: "broker.example", port: 8444 }],
    ["https://broker.example:443", { host: "broker.example", port: 443 }],
    ["https://[2001:db8::1]:9000", { host: "2001:db8::1", port: 9000 }],
  ])("%s is understood", (text, expected) => expect(parseBrokerUrl(text)).toEqual(expected));
  it.each([
    ...["", "broker.example:8444", "http://broker.example", "https://", "https://b/path", "https://b?x=1"],
    ...["https://user:pass@b", "https://b:99999", "wss://b:1"],
  ])("%s is not", (text) => expect(parseBrokerUrl(text)).toBeUndefined());
});
