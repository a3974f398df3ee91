import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
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
