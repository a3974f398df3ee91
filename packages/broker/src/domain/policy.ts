/**
 * The policy in force for one person on one pool, and why. Pure.
 *
 * Among the entitlements by which the person is let in, the most generous word on each field wins; one that says nothing
 * on it does not count. The pool's own policy is a ceiling over that. Where nobody says anything, everything is allowed.
 */
import type { EffectivePolicy, PoolPolicy, Protocol } from "@deskgate/contract";

export type PolicyField = keyof EffectivePolicy;

export interface PolicySource {
  readonly id: string;
  readonly name: string;
}

/** Null says nothing. */
type Says = { readonly [Field in PolicyField]: EffectivePolicy[Field] | null };

export interface PolicySources {
  readonly pool: PolicySource & { readonly policy: PoolPolicy };
  readonly entitlements: readonly (PolicySource & { readonly says: Says })[];
}

export interface PolicyReason<Value> extends PolicySource {
  readonly source: "entitlement" | "pool" | "default";
  readonly said: Value;
}

export interface DecidedField<Value> {
  readonly value: Value;
  readonly because: readonly PolicyReason<Value>[];
}

export type DecidedFields = { readonly [Field in PolicyField]: DecidedField<EffectivePolicy[Field]> };

export interface ResolvedPolicy {
  readonly effective: EffectivePolicy;
  readonly fields: DecidedFields;
}

/** `join`: the more generous of two. `meet`: what both allow. `open`: what is so where nobody says anything. */
interface Rule<Value> {
  readonly open: Value;
  readonly join: (one: Value, other: Value) => Value;
  readonly meet: (one: Value, other: Value) => Value;
}

const ALLOWANCE: Rule<boolean> = {
  open: true,
  join: (one, other) => one || other,
  meet: (one, other) => one && other,
};

/** 0 means no limit. */
const LIMIT: Rule<number> = {
  open: 0,
  join: (one, other) => (one === 0 || other === 0 ? 0 : Math.max(one, other)),
  meet: (one, other) => (one === 0 ? other : other === 0 ? one : Math.min(one, other)),
};

const COUNT: Rule<number | null> = {
  open: null,
  join: (one, other) => (one === null || other === null ? null : Math.max(one, other)),
  meet: (one, other) => (one === null ? other : other === null ? one : Math.min(one, other)),
};

const CHOICE: Rule<Protocol[] | null> = {
  open: null,
  join: (one, other) => (one === null || other === null ? null : [...new Set([...one, ...other])].sort()),
  meet: (one, other) =>
    one === null ? other : other === null ? one : one.filter((protocol) => other.includes(protocol)),
};

/** Not being recorded is the more generous. */
const DUTY: Rule<boolean> = {
  open: false,
  join: (one, other) => one && other,
  meet: (one, other) => one || other,
};

const RULES: { readonly [Field in PolicyField]: Rule<EffectivePolicy[Field]> } = {
  clipboardToMachine: ALLOWANCE,
  clipboardFromMachine: ALLOWANCE,
  filesToMachine: ALLOWANCE,
  filesFromMachine: ALLOWANCE,
  idleMs: LIMIT,
  absoluteMs: LIMIT,
  bytesPerSecond: LIMIT,
  maxSessions: COUNT,
  protocols: CHOICE,
  record: DUTY,
};

export function resolvePolicy(sources: PolicySources): ResolvedPolicy {
  const decide = <Field extends PolicyField>(field: Field) => decideField(field, sources);
  const fields: DecidedFields = {
    clipboardToMachine: decide("clipboardToMachine"),
    clipboardFromMachine: decide("clipboardFromMachine"),
    filesToMachine: decide("filesToMachine"),
    filesFromMachine: decide("filesFromMachine"),
    idleMs: decide("idleMs"),
    absoluteMs: decide("absoluteMs"),
    bytesPerSecond: decide("bytesPerSecond"),
    maxSessions: decide("maxSessions"),
    protocols: decide("protocols"),
    record: decide("record"),
  };
  return { effective: valuesOf(fields), fields };
}

function decideField<Field extends PolicyField>(
  field: Field,
  { pool, entitlements }: PolicySources,
): DecidedField<EffectivePolicy[Field]> {
  type Value = EffectivePolicy[Field];
  const rule: Rule<Value> = RULES[field];
  const because: PolicyReason<Value>[] = entitlements.flatMap(({ id, name, says }) => {
    const said: Value | null = says[field];
    return said === null ? [] : [{ source: "entitlement" as const, id, name, said }];
  });
  const [first, ...others] = because.map(({ said }) => said);
  let value = first === undefined ? rule.open : others.reduce(rule.join, rule.join(first, first));
  const ceiling = ceilingOf(field, pool.policy);
  if (ceiling !== undefined && ceiling !== rule.open) {
    because.push({ source: "pool", id: pool.id, name: pool.name, said: ceiling });
    value = rule.meet(value, ceiling);
  }
  if (because.length === 0) because.push({ source: "default", id: "", name: "", said: rule.open });
  return { value, because };
}

/** What the pool says, on the fields that pools have a word on. */
function ceilingOf<Field extends PolicyField>(
  field: Field,
  policy: PoolPolicy,
): EffectivePolicy[Field] | undefined {
  const said: Partial<EffectivePolicy> = policy;
  return said[field];
}

function valuesOf(fields: DecidedFields): EffectivePolicy {
  return {
    clipboardToMachine: fields.clipboardToMachine.value,
    clipboardFromMachine: fields.clipboardFromMachine.value,
    filesToMachine: fields.filesToMachine.value,
    filesFromMachine: fields.filesFromMachine.value,
    idleMs: fields.idleMs.value,
    absoluteMs: fields.absoluteMs.value,
    bytesPerSecond: fields.bytesPerSecond.value,
    maxSessions: fields.maxSessions.value,
    protocols: fields.protocols.value,
    record: fields.record.value,
  };
}
