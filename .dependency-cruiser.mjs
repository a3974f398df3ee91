/**
 * The architecture as rules (ARCHITECTURE.md, "Arrows"). `tools/arch.mjs` runs them and fails when fewer modules
 * than expected were read, so that a broken configuration cannot pass by reading nothing.
 */
const room = (name) => `packages/${name}/`;

/** What `from` may import of our own packages; everything else of ours is an error. */
const only = (from, allowed, why) => ({
  name: `${from.replaceAll("/", "-")}-direction`,
  comment: why,
  severity: "error",
  from: { path: `^packages/${from}/`, pathNot: "[.]test(ing)?[.]tsx?$" },
  to: { path: "^packages/", pathNot: [from, ...allowed].map((r) => `^${room(r)}`) },
});

/** Folders below `parent` that must not know each other; files directly in `parent` are shared. */
const strangers = (name, parent, why) => ({
  name,
  comment: why,
  severity: "error",
  from: { path: `^${parent}/([^/]+)/` },
  to: { path: `^${parent}/[^/]+/`, pathNot: `^${parent}/$1/` },
});

export default {
  forbidden: [
    {
      name: "no-circular",
      comment: "a cycle has no reading order",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      comment: "an import that resolves nowhere is read by nobody",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(virtual:|.*[.]css)" },
    },
    only("wire", [], "codecs stand alone: no I/O, no other room"),
    only("contract", [], "the contract depends on nobody"),
    only("gateway", ["wire", "contract"], "the data plane never sees the control plane"),
    only("broker", ["contract"], "the control plane never touches session bytes"),
    only("client", ["contract"], "the client knows the route table and nothing else"),
    only("console", ["wire", "contract"], "the console speaks to the API only"),
    only("broker/src/domain", ["contract"], "domain rules know no database, no HTTP, no driver"),
    only(
      "broker/src/features",
      ["broker/src/domain", "contract"],
      "features speak to ports, not to stores or HTTP",
    ),
    only(
      "broker/src/store",
      ["broker/src/domain", "broker/src/features", "contract"],
      "a store implements a feature's ports",
    ),
    only(
      "broker/src/sign-in",
      ["broker/src/domain", "broker/src/features", "contract"],
      "a sign-in method implements a port",
    ),
    only(
      "gateway/src/relay",
      ["gateway/src/transport", "wire", "contract"],
      "the copy loop knows streams and nothing of tickets or protocols",
    ),
    only("gateway/src/transport", ["contract"], "sockets know nothing above them"),
    {
      name: "wire-does-no-io",
      comment: "sans-I/O: bytes in, bytes out",
      severity: "error",
      from: { path: "^packages/wire/", pathNot: "[.]test[.]ts$" },
      to: { dependencyTypes: ["core", "npm", "npm-dev"] },
    },
    {
      name: "contract-needs-zod-only",
      comment: "the contract is schemas",
      severity: "error",
      from: { path: "^packages/contract/", pathNot: "[.]test[.]ts$" },
      to: { dependencyTypes: ["core", "npm"], pathNot: "node_modules/zod/" },
    },
    strangers(
      "protocols-are-strangers",
      "packages/gateway/src/protocols",
      "one protocol never imports another",
    ),
    strangers(
      "sign-in-methods-are-strangers",
      "packages/broker/src/sign-in/methods",
      "one sign-in method never imports another",
    ),
    {
      name: "no-deep-import",
      comment: "enter a package by its index",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: { path: "^packages/[^/]+/src/(?!index[.]ts)", pathNot: "^packages/$1/" },
    },
    {
      name: "tests-share-with-tests-only",
      comment: "what tests share is no part of the program, and may stand across its rooms",
      severity: "error",
      from: { path: "^packages/", pathNot: "([.]test|[/.]testing)[.]tsx?$" },
      to: { path: "^packages/.*([.]test|[/.]testing)[.]tsx?$" },
    },
    {
      name: "sockets-only-in-transport",
      comment: "node:net and node:tls are reached through Transport",
      severity: "error",
      from: {
        path: "^packages/gateway/src/",
        pathNot: ["^packages/gateway/src/transport/", "[.]test[.]ts$", "/testing[.]ts$"],
      },
      to: { path: "^(node:)?(net|tls)$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "gateway-has-no-database",
      comment: "a gateway stands outside: it holds its key and nothing else worth stealing",
      severity: "error",
      from: { path: "^packages/gateway/" },
      to: { path: "^(node:)?sqlite$|node_modules/(kysely|pg|better-sqlite3)/" },
    },
    {
      name: "environment-only-in-config",
      comment: "settings come from the resolved configuration",
      severity: "error",
      from: { path: "^packages/(gateway|broker|contract|wire)/" },
      to: { path: "^(node:)?process$" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
    },
  },
};
