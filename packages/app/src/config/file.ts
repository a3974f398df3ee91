/**
 * The configuration file as it is written: every field with its meaning, unit, default and example.
 *
 * The JSON schema in docs/reference/config.schema.json and the page config.md are made from this.
 */
import { z } from "zod";
import { durationSchema } from "./duration.ts";
import { listenAddressSchema } from "./listen-address.ts";

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
        "Folder for the database, the key that seals secrets, and the certificate; relative to the working directory.",
      )
      .meta({ examples: ["/var/lib/deskgate"] }),
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
    log: z
      .strictObject({
        level: z
          .enum(["error", "warn", "info", "debug"])
          .default("info")
          .describe("The least severe lines to write."),
        format: z
          .enum(["auto", "pretty", "json"])
          .default("auto")
          .describe("`auto` is pretty on a terminal and JSON elsewhere."),
      })
      .prefault({})
      .describe("What is written to standard output."),
  })
  .describe("Settings of `deskgate serve`.");

export type ConfigFile = z.output<typeof configFileSchema>;
