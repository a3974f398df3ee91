/** Machines: where they are, how they are spoken to, and which identities of theirs are believed. */
import { z } from "zod";
import { classifyAddress, isDisguisedIpv4 } from "../address.ts";
import { MAX_PRIVATE_KEY_CHARACTERS, machineCredentialModeSchema, protocolSchema } from "../admission.ts";
import { fingerprintSchema, identityKindSchema, trustSchema } from "../identity.ts";
import { endReasonSchema } from "../link.ts";
import { macAddressSchema } from "../mac-address.ts";
import { displayNameSchema, idParamsSchema, idSchema, timestampSchema, versionSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

/** An IP literal or a DNS name (RFC 1123 §2.1). Nothing that hides a number, no port, no URL. */
export const hostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, "Enter a host name or an IP address.")
  .max(253, "Use at most 253 characters.")
  .refine(
    (host) => classifyAddress(host) !== undefined || isHostName(host),
    "Enter a host name or an IP address, without port or path.",
  );

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, "").split(".");
  return (
    !isDisguisedIpv4(host) && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}

export const machineProtocolSchema = z.object({
  protocol: protocolSchema,
  port: z.int().min(1).max(65535),
  credentialMode: machineCredentialModeSchema,
  username: z.string(),
  domain: z.string(),
  /** Whether a password is stored; the password itself never leaves the server. */
  hasPassword: z.boolean(),
  hasPrivateKey: z.boolean(),
});
export type MachineProtocol = z.infer<typeof machineProtocolSchema>;

/** A certificate or host key that a machine has shown. */
export const machineIdentitySchema = z
  .object({
    id: idSchema,
    protocol: protocolSchema,
    kind: identityKindSchema,
    fingerprint: fingerprintSchema,
    description: z.string(),
    /** At most one per protocol is accepted. */
    state: z.enum(["accepted", "refused"]),
    firstSeenAt: timestampSchema,
    lastSeenAt: timestampSchema,
    acceptedAt: timestampSchema.nullable(),
    /** The administrator's name; null where it was accepted because it came first. */
    acceptedBy: z.string().nullable(),
  })
  .meta({ id: "MachineIdentity" });
export type MachineIdentity = z.infer<typeof machineIdentitySchema>;

/** What periodic probes through a gateway say. */
export const machineHealthSchema = z
  .object({
    /** `unknown` until a gateway has probed it. */
    state: z.enum(["unknown", "up", "down"]),
    since: timestampSchema.nullable(),
    /** Null until this broker has probed it. */
    checkedAt: timestampSchema.nullable(),
    detail: z.string(),
  })
  .meta({ id: "MachineHealth" });
export type MachineHealth = z.infer<typeof machineHealthSchema>;

/** LIMIT: tags of one machine. */
const MAX_TAGS = 50;
export const tagsSchema = z
  .array(
    z
      .string()
      .trim()
      .toLowerCase()
      .regex(
        /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,48}[\p{L}\p{N}])?$/u,
        "Use letters, digits and . _ - inside.",
      ),
  )
  .max(MAX_TAGS, `Use at most ${MAX_TAGS} tags.`);

export const machineSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    description: z.string(),
    host: z.string(),
    isDeclaredLocal: z.boolean(),
    protocols: z.array(machineProtocolSchema),
    /** Which certificates and host keys are believed. */
    trust: trustSchema,
    identities: z.array(machineIdentitySchema),
    tags: z.array(z.string()),
    /** Null: gateways of every zone reach it. */
    zoneId: idSchema.nullable(),
    /** For waking it. */
    macAddress: z.string().nullable(),
    isInMaintenance: z.boolean(),
    health: machineHealthSchema,
    /** The pool of one that hands out just this machine. */
    poolId: idSchema,
    /** Made and kept by the program itself; cannot be changed. */
    isBuiltIn: z.boolean(),
    createdAt: timestampSchema,
    version: versionSchema,
  })
  .meta({ id: "Machine" });
export type Machine = z.infer<typeof machineSchema>;

const protocolFieldsSchema = z.strictObject({
  protocol: protocolSchema,
  port: z.int("Enter a port number.").min(1, "Ports begin at 1.").max(65535, "Ports end at 65535."),
  /** Absent keeps what it is; for a new protocol `stored` where a secret is given, otherwise `none`. Leaving `stored` removes the secrets. */
  credentialMode: machineCredentialModeSchema.optional(),
  /** Absent keeps what is stored. */
  username: z.string().trim().max(255).optional(),
  domain: z.string().trim().max(255).optional(),
  /** Absent keeps what is stored, null removes it. Classic VNC looks at the first 8 characters only. */
  password: z.string().min(1).max(255).nullable().optional(),
  /** PEM or OpenSSH text, for SSH. Absent keeps what is stored, null removes it. */
  privateKey: z.string().min(1).max(MAX_PRIVATE_KEY_CHARACTERS).nullable().optional(),
  passphrase: z.string().min(1).max(1024).nullable().optional(),
});

const machineFieldsSchema = z.strictObject({
  name: displayNameSchema,
  description: z.string().trim().max(500, "Use at most 500 characters.").default(""),
  host: hostSchema,
  /** The machine runs on the gateway's own host or link, and may be dialled there. */
  isDeclaredLocal: z.boolean().default(false),
  protocols: z.array(protocolFieldsSchema).min(1, "Name at least one protocol.").max(8),
  trust: trustSchema.default("first-use"),
  tags: tagsSchema.default([]),
  zoneId: idSchema.nullable().default(null),
  macAddress: macAddressSchema.nullable().default(null),
  isInMaintenance: z.boolean().default(false),
});

export const machineRoutes = {
  listMachines: {
    method: "GET",
    path: "/machines",
    access: "machines.read",
    tag: "Machines",
    summary: "Machines, a page at a time",
    query: listQuery({
      sorts: ["name", "host", "createdAt"],
      filters: { protocol: protocolSchema.optional(), poolId: idSchema.optional() },
    }),
    reply: pageOf(machineSchema),
    refusals: ["cursor_invalid"],
  },
  getMachine: {
    method: "GET",
    path: "/machines/:id",
    access: "machines.read",
    tag: "Machines",
    summary: "One machine",
    params: idParamsSchema,
    reply: machineSchema,
  },
  createMachine: {
    method: "POST",
    path: "/machines",
    access: "machines.write",
    tag: "Machines",
    summary: "Add a machine, with a pool of one that hands it out",
    body: machineFieldsSchema,
    reply: machineSchema,
    status: 201,
    refusals: ["name_taken", "machine_address_refused"],
  },
  updateMachine: {
    method: "PATCH",
    path: "/machines/:id",
    access: "machines.write",
    tag: "Machines",
    summary: "Change a machine; a changed address or password is used by the next connection",
    params: idParamsSchema,
    body: machineFieldsSchema.partial().extend({
      description: z.string().trim().max(500).optional(),
      isDeclaredLocal: z.boolean().optional(),
      trust: trustSchema.optional(),
      tags: tagsSchema.optional(),
      zoneId: idSchema.nullable().optional(),
      macAddress: macAddressSchema.nullable().optional(),
      isInMaintenance: z.boolean().optional(),
    }),
    reply: machineSchema,
    refusals: ["name_taken", "machine_address_refused", "version_stale"],
  },
  deleteMachine: {
    method: "DELETE",
    path: "/machines/:id",
    access: "machines.write",
    tag: "Machines",
    summary: "Remove a machine, ending its sessions",
    params: idParamsSchema,
    refusals: ["version_stale"],
  },
  probeMachine: {
    method: "POST",
    path: "/machines/:id/probe",
    access: "machines.write",
    tag: "Machines",
    summary: "Let the gateway try to reach the machine, and say what happened",
    params: idParamsSchema,
    reply: z.object({
      isReachable: z.boolean(),
      tookMs: z.number(),
      reason: endReasonSchema.optional(),
      detail: z.string(),
    }),
    refusals: ["no_gateway", "machine_protocol_missing"],
  },
  wakeMachine: {
    method: "POST",
    path: "/machines/:id/wake",
    access: "machines.write",
    tag: "Machines",
    summary: "Switch the machine on by Wake-on-LAN, through the gateways of its zone",
    params: idParamsSchema,
    reply: z.object({
      /** `waiting`: no gateway of the zone is ready here; the first that is within a minute sends it. */
      state: z.enum(["sent", "waiting"]),
      /** Which gateways have sent it, and to which broadcast address. */
      gateways: z.array(z.object({ id: z.string(), sentTo: z.string() })),
    }),
    refusals: ["machine_mac_missing", "too_many_requests", "no_gateway"],
  },
  acceptIdentity: {
    method: "POST",
    path: "/machines/:id/identities/:identityId/accept",
    access: "machines.write",
    tag: "Machines",
    summary: "Believe this certificate or host key from now on, and no other of the same protocol",
    params: idParamsSchema.extend({ identityId: idSchema }),
    reply: machineSchema,
  },
} as const satisfies Record<string, Route>;
