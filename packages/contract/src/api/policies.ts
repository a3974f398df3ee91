/** What connections may do besides picture, keys and pointer: a pool's own word on it, and policies by name. */
import { z } from "zod";
import { policySchema, protocolSchema } from "../admission.ts";
import {
  displayNameSchema,
  errorCodeSchema,
  idParamsSchema,
  idSchema,
  listOf,
  timestampSchema,
  versionSchema,
} from "./common.ts";
import type { Route } from "./route.ts";

const longestMs = 366 * 24 * 60 * 60 * 1000;
const limitMsSchema = z.int().min(0).max(longestMs);
const rateSchema = z.int().min(0).max(1_000_000_000_000);

/** What a pool's connections may do; what is left out is allowed and without limit. */
export const poolPolicySchema = z.strictObject({
  ...policySchema.shape,
  clipboardToMachine: z.boolean().default(true),
  clipboardFromMachine: z.boolean().default(true),
  filesToMachine: z.boolean().default(true),
  filesFromMachine: z.boolean().default(true),
  /** End a connection after this long without input; 0 means never. */
  idleMs: limitMsSchema.default(0),
  /** End a connection this long after it began; 0 means never. */
  absoluteMs: limitMsSchema.default(0),
  /** Both directions together; 0 means as fast as it goes. */
  bytesPerSecond: rateSchema.default(0),
});
export type PoolPolicy = z.infer<typeof poolPolicySchema>;

/** LIMIT: sessions that a policy may allow one person at once. */
const MAX_SESSIONS = 1_000;

/** The policy in force for one person on one pool. */
export const effectivePolicySchema = z
  .object({
    ...policySchema.shape,
    idleMs: limitMsSchema,
    absoluteMs: limitMsSchema,
    bytesPerSecond: rateSchema,
    /** Sessions of the person, on all pools together; null: as many as they like. */
    maxSessions: z.int().min(1).max(MAX_SESSIONS).nullable(),
    /** Null: every protocol of the machine. */
    protocols: z.array(protocolSchema).nullable(),
    record: z.boolean(),
  })
  .meta({ id: "EffectivePolicy" });
export type EffectivePolicy = z.infer<typeof effectivePolicySchema>;

/** What a policy says; null says nothing. */
export const policySaysSchema = z.strictObject({
  clipboardToMachine: z.boolean().nullable().default(null),
  clipboardFromMachine: z.boolean().nullable().default(null),
  filesToMachine: z.boolean().nullable().default(null),
  filesFromMachine: z.boolean().nullable().default(null),
  /** 0 says: never. */
  idleMs: limitMsSchema.nullable().default(null),
  absoluteMs: limitMsSchema.nullable().default(null),
  /** 0 says: as fast as it goes. */
  bytesPerSecond: rateSchema.nullable().default(null),
  maxSessions: z.int().min(1).max(MAX_SESSIONS).nullable().default(null),
  protocols: z.array(protocolSchema).min(1, "Name at least one protocol.").max(8).nullable().default(null),
  record: z.boolean().nullable().default(null),
});
export type PolicySays = z.infer<typeof policySaysSchema>;

export const namedPolicySchema = z
  .object({
    ...{ id: idSchema, name: z.string(), ...policySaysSchema.shape },
    ...{ version: versionSchema, createdAt: timestampSchema },
  })
  .meta({ id: "Policy" });
export type NamedPolicy = z.infer<typeof namedPolicySchema>;

const policyFieldsSchema = z.strictObject({ name: displayNameSchema, ...policySaysSchema.shape });

/** Absent keeps what was said. */
const policyChangeSchema = z.strictObject({
  name: displayNameSchema.optional(),
  clipboardToMachine: z.boolean().nullable().optional(),
  clipboardFromMachine: z.boolean().nullable().optional(),
  filesToMachine: z.boolean().nullable().optional(),
  filesFromMachine: z.boolean().nullable().optional(),
  idleMs: limitMsSchema.nullable().optional(),
  absoluteMs: limitMsSchema.nullable().optional(),
  bytesPerSecond: rateSchema.nullable().optional(),
  maxSessions: z.int().min(1).max(MAX_SESSIONS).nullable().optional(),
  protocols: z.array(protocolSchema).min(1, "Name at least one protocol.").max(8).nullable().optional(),
  record: z.boolean().nullable().optional(),
});

const policyValueSchema = z.union([z.boolean(), z.int(), z.array(protocolSchema), z.null()]);

/** Who said what about one field, in the order in which it was weighed. */
const policyReasonSchema = z.object({
  source: z.enum(["entitlement", "pool", "default"]),
  /** The entitlement's or pool's id; empty for `default`. */
  id: z.string(),
  /** The policy's or pool's name. */
  name: z.string(),
  said: policyValueSchema,
});

export const policyRoutes = {
  listPolicies: {
    method: "GET",
    path: "/policies",
    access: "policies.read",
    tag: "Policies",
    summary: "All policies",
    reply: listOf(namedPolicySchema),
  },
  getPolicy: {
    method: "GET",
    path: "/policies/:id",
    access: "policies.read",
    tag: "Policies",
    summary: "One policy",
    params: idParamsSchema,
    reply: namedPolicySchema,
  },
  createPolicy: {
    method: "POST",
    path: "/policies",
    access: "policies.write",
    tag: "Policies",
    summary: "Add a policy, to be named in entitlements",
    body: policyFieldsSchema,
    reply: namedPolicySchema,
    status: 201,
    refusals: ["name_taken"],
  },
  updatePolicy: {
    method: "PATCH",
    path: "/policies/:id",
    access: "policies.write",
    tag: "Policies",
    summary: "Change a policy; counts for the next connection",
    params: idParamsSchema,
    body: policyChangeSchema,
    reply: namedPolicySchema,
    refusals: ["name_taken", "version_stale"],
  },
  deletePolicy: {
    method: "DELETE",
    path: "/policies/:id",
    access: "policies.write",
    tag: "Policies",
    summary: "Remove a policy that no entitlement names",
    params: idParamsSchema,
    refusals: ["still_in_use", "version_stale"],
  },
  explainPolicy: {
    method: "GET",
    path: "/explain/policy",
    access: "policies.read",
    tag: "Policies",
    summary: "Which policy is in force for a person on a pool now, and why",
    query: z.strictObject({
      userId: idSchema,
      poolId: idSchema,
      /** Where the person connects from; left out, networks are not looked at. */
      address: z.union([z.ipv4(), z.ipv6()]).optional(),
    }),
    reply: z.object({
      effective: effectivePolicySchema,
      /** Why the person would not get in now whatever the policy says, or null. */
      refusal: errorCodeSchema.nullable(),
      fields: z.record(
        effectivePolicySchema.keyof(),
        z.object({ value: policyValueSchema, because: z.array(policyReasonSchema) }),
      ),
    }),
    refusals: ["not_found"],
  },
} as const satisfies Record<string, Route>;
