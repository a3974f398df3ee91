import {
  type EffectivePolicy,
  type PolicySays,
  PROTOCOLS,
  policySaysSchema,
  poolPolicySchema,
} from "@deskgate/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PolicyField, type PolicySources, resolvePolicy } from "./policy.ts";

const flag = fc.option(fc.boolean());
const limit = fc.option(fc.constantFrom(0, 60_000, 600_000));
const says: fc.Arbitrary<PolicySays> = fc.record({
  ...{ clipboardToMachine: flag, clipboardFromMachine: flag, filesToMachine: flag, filesFromMachine: flag },
  ...{ idleMs: limit, absoluteMs: limit, bytesPerSecond: limit, record: flag },
  maxSessions: fc.option(fc.integer({ min: 1, max: 5 })),
  protocols: fc.option(fc.uniqueArray(fc.constantFrom(...PROTOCOLS), { minLength: 1 })),
});
const entitlement = fc.record({ id: fc.uuid(), name: fc.string(), says });
const pool = fc.record({
  id: fc.uuid(),
  name: fc.string(),
  policy: fc.record({
    ...{ clipboardToMachine: fc.boolean(), clipboardFromMachine: fc.boolean() },
    ...{ filesToMachine: fc.boolean(), filesFromMachine: fc.boolean() },
    ...{ idleMs: fc.constantFrom(0, 1, 60_000), absoluteMs: fc.constantFrom(0, 60_000, 900_000) },
    bytesPerSecond: fc.constantFrom(0, 100),
  }),
});
const sources: fc.Arbitrary<PolicySources> = fc.record({
  pool,
  entitlements: fc.array(entitlement, { maxLength: 4 }),
});
const openPool = { id: "p", name: "Pool", policy: poolPolicySchema.parse({}) };

/** How generous a value is, as numbers that can be compared one by one. */
function generosity(field: PolicyField, policy: EffectivePolicy): readonly number[] {
  if (field === "protocols")
    return PROTOCOLS.map((one) => Number(policy.protocols === null || policy.protocols.includes(one)));
  if (field === "record") return [policy.record ? 0 : 1];
  const value = policy[field];
  if (typeof value === "boolean") return [Number(value)];
  const isUnlimited = value === null || value === 0;
  return [isUnlimited ? Number.POSITIVE_INFINITY : value];
}

function isAtLeast(one: readonly number[], other: readonly number[]): boolean {
  return one.every((number, index) => (other[index] ?? 0) <= number);
}

const FIELDS = Object.keys(policySaysSchema.shape) as PolicyField[]; // the same fields, by their schema

describe("the policy in force", () => {
  test("allows everything where nobody says anything, and says so", () => {
    const { effective, fields } = resolvePolicy({ pool: openPool, entitlements: [] });
    expect(effective).toEqual({
      ...{
        clipboardToMachine: true,
        clipboardFromMachine: true,
        filesToMachine: true,
        filesFromMachine: true,
      },
      ...{ idleMs: 0, absoluteMs: 0, bytesPerSecond: 0, maxSessions: null, protocols: null, record: false },
    });
    for (const field of FIELDS)
      expect(fields[field].because).toMatchObject([{ source: "default", said: effective[field] }]);
  });

  test("is the same in whatever order the entitlements come", () => {
    fc.assert(
      fc.property(sources, ({ pool: its, entitlements }) => {
        const turned = { pool: its, entitlements: [...entitlements].reverse() };
        expect(resolvePolicy(turned).effective).toEqual(resolvePolicy({ pool: its, entitlements }).effective);
      }),
    );
  });

  test("is never more generous than the pool", () => {
    fc.assert(
      fc.property(sources, (all) => {
        const ceiling = {
          ...resolvePolicy({ pool: openPool, entitlements: [] }).effective,
          ...all.pool.policy,
        };
        const { effective } = resolvePolicy(all);
        for (const field of FIELDS)
          expect(isAtLeast(generosity(field, ceiling), generosity(field, effective)), field).toBe(true);
      }),
    );
  });

  test("never shrinks by one more entitlement, on a field that something was said about", () => {
    fc.assert(
      fc.property(sources, entitlement, (all, more) => {
        const before = resolvePolicy(all).effective;
        const after = resolvePolicy({ ...all, entitlements: [...all.entitlements, more] }).effective;
        for (const field of FIELDS)
          if (all.entitlements.some((one) => one.says[field] !== null))
            expect(isAtLeast(generosity(field, after), generosity(field, before)), field).toBe(true);
      }),
    );
  });

  test("is not touched by an entitlement that says nothing", () => {
    const silent = { id: "s", name: "Silent", says: policySaysSchema.parse({}) };
    fc.assert(
      fc.property(sources, (all) => {
        const more = { ...all, entitlements: [silent, ...all.entitlements, silent] };
        expect(resolvePolicy(more)).toEqual(resolvePolicy(all));
      }),
    );
  });

  test("is what one of those who are named said, on every field but the joined protocols", () => {
    fc.assert(
      fc.property(sources, (all) => {
        const { fields } = resolvePolicy(all);
        for (const field of FIELDS.filter((name) => name !== "protocols"))
          expect(fields[field].because.map(({ said }) => said)).toContain(fields[field].value);
        for (const { id, says: its } of all.entitlements)
          for (const field of FIELDS)
            expect(fields[field].because.some((reason) => reason.id === id)).toBe(its[field] !== null);
      }),
    );
  });
});
