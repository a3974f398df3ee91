/**
 * The configuration file as it is written: every field with its meaning, unit, default and example.
 *
 * The JSON schema in docs/reference/config.schema.json and the page config.md are made from this.
 */
import { z } from "zod";
import { brokerUrlSchema } from "./broker-url.ts";
import { databaseSchema } from "./database-file.ts";
import { durationSchema } from "./duration.ts";
import { listenAddressSchema, metricsAddressSchema } from "./listen-address.ts";

export const configFileSchema = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .describe("Where an editor finds the schema of this file; ignored by the program."),
    listen: listenAddressSchema
      .default("[::]:8443")
      .describe(
        "Address and port of the one TLS port. `[::]` takes IPv6 and IPv4; `127.0.0.1:8443` this host only.",
      )
      .meta({ examples: ["[::]:443", "127.0.0.1:8443"] }),
    dataDirectory: z
      .string()
      .min(1)
      .default("./data")
      .describe(
        "Folder for the SQLite database, the key that seals secrets, and the certificate; relative to the working directory.",
      )
      .meta({ examples: ["/var/lib/deskgate"] }),
    database: databaseSchema,
    demo: z.boolean().default(true).describe("Offer the built-in demo desktop to the first administrator."),
    tls: z
      .strictObject({
        certificateFile: z.string().min(1).describe("PEM file with the certificate and its chain."),
        keyFile: z.string().min(1).describe("PEM file with the private key."),
      })
      .optional()
      .describe(
        "Own certificate. Without it a self-signed one is made in the data folder. Changed files are taken up without a restart.",
      )
      .meta({
        examples: [{ certificateFile: "/etc/deskgate/fullchain.pem", keyFile: "/etc/deskgate/key.pem" }],
      }),
    broker: z
      .strictObject({
        listen: listenAddressSchema
          .default("[::]:8444")
          .describe(
            "Address and port where `deskgate broker` takes its gateways' links. Viewers never need it.",
          )
          .meta({ examples: ["10.0.0.5:8444"] }),
        servesDirectly: z
          .boolean()
          .default(false)
          .describe(
            "Serve API and console on that port too, for administrators inside; otherwise only through gateways.",
          ),
      })
      .prefault({})
      .describe("Settings of `deskgate broker`, where the planes run apart."),
    gateway: z
      .strictObject({
        broker: brokerUrlSchema
          .optional()
          .describe("Where the broker's port for gateways is.")
          .meta({ examples: ["https://broker.example.org:8444"] }),
        name: z
          .string()
          .trim()
          .min(1)
          .max(100)
          .optional()
          .describe("What the gateway calls itself when it registers; this host's name without it.")
          .meta({ examples: ["dmz-1"] }),
        codeFile: z
          .string()
          .min(1)
          .optional()
          .describe("File with the one-time code for the first start; `-` reads it from standard input.")
          .meta({ examples: ["/etc/deskgate/gateway.code"] }),
        brokerTrust: z
          .enum(["pinned", "authorities"])
          .default("pinned")
          .describe(
            "`pinned`: only the certificate that the code named. `authorities`: one that the system's authorities vouch for, with the broker's name in it.",
          ),
        brokerFingerprint: z
          .string()
          .regex(
            /^[0-9a-f]{64}$/,
            "write the SHA-256 of the certificate as 64 hexadecimal digits in lower case",
          )
          .optional()
          .describe(
            "SHA-256 of the broker's certificate, instead of the one that the code named; for when it was changed.",
          )
          .meta({ examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"] }),
        brokerAuthoritiesFile: z
          .string()
          .min(1)
          .optional()
          .describe("PEM file with authorities that vouch for the broker, beside the system's own.")
          .meta({ examples: ["/etc/deskgate/broker-authorities.pem"] }),
      })
      .prefault({})
      .describe("Settings of `deskgate gateway`, where the planes run apart."),
    machineAuthoritiesFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        "PEM file with authorities that vouch for machines' certificates, beside the system's own; for machines that trust authorities.",
      )
      .meta({ examples: ["/etc/deskgate/machine-authorities.pem"] }),
    limits: z
      .strictObject({
        connections: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(10_000)
          .describe("Open connections in all, console and desktops together."),
        connectionsPerAddress: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(2_000)
          .describe("Open connections from one address; a whole office may share one."),
        requestsPerSecond: z
          .int()
          .min(1)
          .max(100_000)
          .default(50)
          .describe(
            "Requests that one caller of the API may send in the long run; ten times as many at once.",
          ),
        requestsPerSecondPerAddress: z
          .int()
          .min(1)
          .max(100_000)
          .default(100)
          .describe("The same for all at one address who are not signed in."),
        firstBytesDeadline: durationSchema
          .default("10s")
          .describe("From the accept to a complete TLS handshake and a recognised request."),
      })
      .prefault({})
      .describe("What the listener bears before it refuses."),
    audit: z
      .strictObject({
        keep: durationSchema
          .optional()
          .describe(
            "Prune records of the audit that are older, whatever the settings in the console say. Absent leaves it to them.",
          )
          .meta({ examples: ["400d"] }),
        syslog: z
          .strictObject({
            collector: listenAddressSchema
              .describe("Host and port of the syslog collector.")
              .meta({ examples: ["logs.example.com:6514"] }),
            transport: z
              .enum(["udp", "tcp", "tls"])
              .default("tls")
              .describe("`udp` and `tcp` are not encrypted; `tls` checks the collector's certificate."),
            authoritiesFile: z
              .string()
              .min(1)
              .optional()
              .describe(
                "PEM file with the authorities to believe about the collector, instead of the system's.",
              ),
          })
          .optional()
          .describe("Send every record to a syslog collector (RFC 5424) as it is made."),
      })
      .prefault({})
      .describe("The record of what was done or refused."),
    metrics: z
      .strictObject({
        listen: metricsAddressSchema
          .describe(
            "Port, or address and port, of the listener for `/metrics`, `/healthz` and `/readyz`: plain HTTP, without sign-in. A port alone means 127.0.0.1.",
          )
          .meta({ examples: ["9464", "127.0.0.1:9464"] }),
      })
      .optional()
      .describe("Numbers for Prometheus. Absent means off."),
    log: z
      .strictObject({
        level: z
          .enum(["error", "warn", "info", "debug"])
          .default("info")
          .describe("The least severe lines to write."),
        format: z
          .enum(["auto", "pretty", "json"])
          .default("auto")
          .describe("`auto` is pretty on a terminal and JSON elsewhere; in JSON every line is one object."),
      })
      .prefault({})
      .describe("What is written to standard output."),
  })
  .describe("Settings of `deskgate serve`, `deskgate broker` and `deskgate gateway`.");

export type ConfigFile = z.output<typeof configFileSchema>;
