/** The `database` part of the configuration file, and what it comes to. A password never stands in it: it has a file of its own. */
import { z } from "zod";

const DEFAULT_HOST = "localhost";
const DEFAULT_PORT = 5432;
const DEFAULT_NAME = "deskgate";
const DEFAULT_CONNECTIONS = 10;

export const databaseSchema = z
  .strictObject({
    kind: z
      .enum(["sqlite", "postgres"])
      .default("sqlite")
      .describe(
        "`sqlite` is a file in the data folder and needs nothing else; the other settings here are for `postgres`.",
      ),
    url: z
      .string()
      .optional()
      .describe(
        "`postgres://USER@HOST:PORT/NAME` instead of the four settings that follow; without a password.",
      )
      .meta({ examples: ["postgres://deskgate@db.example.org/deskgate"] }),
    host: z
      .string()
      .min(1)
      .optional()
      .describe(`Name or address of the server, or the folder of its socket; \`${DEFAULT_HOST}\` if absent.`)
      .meta({ examples: ["db.example.org", "/run/postgresql"] }),
    port: z.int().min(1).max(65_535).optional().describe(`Port of the server; ${DEFAULT_PORT} if absent.`),
    user: z.string().min(1).optional().describe(`Role to sign in as; \`${DEFAULT_NAME}\` if absent.`),
    name: z.string().min(1).optional().describe(`Name of the database; \`${DEFAULT_NAME}\` if absent.`),
    passwordFile: z
      .string()
      .min(1)
      .optional()
      .describe("File that holds the role's password and nothing else. Read at the start.")
      .meta({ examples: ["/etc/deskgate/database-password"] }),
    tls: z
      .enum(["required", "off"])
      .optional()
      .describe(
        "`required` encrypts and checks the server's certificate and name. If absent: `required`, but `off` for a server on this host without `authorityFile`.",
      ),
    authorityFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        "PEM file with the authority that vouches for the server's certificate, instead of the system's own.",
      )
      .meta({ examples: ["/etc/deskgate/database-ca.pem"] }),
    maxConnections: z
      .int()
      .min(2)
      .max(1_000)
      .optional()
      .describe(
        `Connections to the server that this program opens at most; ${DEFAULT_CONNECTIONS} if absent.`,
      ),
  })
  .superRefine((written, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const { kind, url, ...rest } = written;
    if (kind === "sqlite") {
      for (const key of Object.keys(written).filter((key) => key !== "kind"))
        say(key, 'is for PostgreSQL; add "kind": "postgres"');
      return;
    }
    if (written.tls === "off" && written.authorityFile !== undefined)
      say("authorityFile", 'vouches for nobody with "tls": "off"; leave out one of the two');
    if (url === undefined) return;
    const problem = problemOfUrl(url);
    if (problem !== undefined) say("url", problem);
    for (const key of ["host", "port", "user", "name"] as const)
      if (rest[key] !== undefined) say(key, "stands in `url` already; keep one of the two");
  })
  .prefault({})
  .describe("Where everything is kept.");

export type DatabaseConfig =
  | { readonly kind: "sqlite" }
  | {
      readonly kind: "postgres";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly name: string;
      readonly passwordFile: string | undefined;
      readonly hasTls: boolean;
      readonly authorityFile: string | undefined;
      readonly maxConnections: number;
    };

/** `written` has passed the schema. */
export function databaseConfigOf(written: z.output<typeof databaseSchema>): DatabaseConfig {
  if (written.kind === "sqlite") return { kind: "sqlite" };
  const place = written.url === undefined ? written : placeOf(written.url);
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, user = DEFAULT_NAME, name = DEFAULT_NAME } = place;
  const { passwordFile, authorityFile, maxConnections = DEFAULT_CONNECTIONS } = written;
  const tls = written.tls ?? (isThisHost(host) && authorityFile === undefined ? "off" : "required");
  return {
    ...{ kind: "postgres", host, port, user, name, passwordFile, authorityFile, maxConnections },
    hasTls: tls === "required",
  };
}

function problemOfUrl(text: string): string | undefined {
  // Never quoted in a message: it may hold a password.
  if (!URL.canParse(text)) return "is no URL";
  const url = new URL(text);
  if (!/^postgres(ql)?:$/.test(url.protocol)) return "has to begin with postgres://";
  if (url.password !== "")
    return "must not hold a password; put it into a file and name that in `passwordFile`";
  if (url.search !== "" || url.hash !== "") return "takes no parameters; there are settings for them";
  if (url.hostname === "") return "names no host; for a socket give its folder as `host`";
  return /^\/[^/]+$/.test(url.pathname) ? undefined : "has to end with the database's name";
}

function placeOf(text: string) {
  const { hostname, port, username, pathname } = new URL(text);
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? undefined : Number(port),
    user: username === "" ? undefined : decodeURIComponent(username),
    name: decodeURIComponent(pathname.slice(1)),
  };
}

function isThisHost(host: string): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127\./.test(host);
}
