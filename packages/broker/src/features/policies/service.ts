/** Policies by name, and which one is in force for whom. */
import { DeskgateError } from "@deskgate/contract";
import { judgeAccess, policyBy } from "../../domain/access.ts";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { GrantRefusal } from "../../domain/grant.ts";
import type { ResolvedPolicy } from "../../domain/policy.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { NamedPolicy, PolicyChange, PolicyStore } from "./ports.ts";

interface PoliciesDeps {
  readonly store: PolicyStore;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
}

interface PolicyQuestion {
  readonly userId: string;
  readonly poolId: string;
  readonly address?: string | undefined;
}

export interface ExplainedPolicy extends ResolvedPolicy {
  readonly refusal: GrantRefusal | undefined;
}

export class PoliciesService {
  readonly #deps: PoliciesDeps;

  constructor(deps: PoliciesDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly NamedPolicy[]> {
    return this.#deps.store.list();
  }

  async find(policyId: string): Promise<NamedPolicy> {
    const policy = await this.#deps.store.find(policyId);
    if (!policy) throw new DeskgateError("not_found");
    return policy;
  }

  async create(fields: Pick<NamedPolicy, "name" | "says">, actor: Actor): Promise<NamedPolicy> {
    const { random, clock } = this.#deps;
    const policy = { ...fields, id: random.uuid(), createdAt: clock.now(), version: 1 };
    await this.#deps.audit.change(
      actor,
      () => this.#deps.store.create(policy),
      () => deedOn(policy.id, "policy.created", { name: policy.name, ...policy.says }),
    );
    return policy;
  }

  async update(policyId: string, change: PolicyChange, actor: Actor): Promise<NamedPolicy> {
    const policy = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(policyId, change),
      (changed) =>
        changed ? deedOn(policyId, "policy.changed", { name: changed.name, ...change.says }) : [],
    );
    if (!policy) throw new DeskgateError("not_found");
    return policy;
  }

  async remove(policyId: string, actor: Actor, ifVersion: number | undefined): Promise<void> {
    const outcome = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(policyId, ifVersion),
      (result) => (result === "removed" ? deedOn(policyId, "policy.removed") : []),
    );
    if (outcome === "unknown") throw new DeskgateError("not_found");
    if (outcome === "in-use") throw new DeskgateError("still_in_use");
  }

  /** What a connection would get now. Where it would be refused, the policy by all of the person's entitlements. */
  async explain({ userId, poolId, address }: PolicyQuestion): Promise<ExplainedPolicy> {
    const found = await this.#deps.store.findAccess(userId, poolId);
    if (!found) throw new DeskgateError("not_found");
    const access = judgeAccess({ ...found, moment: { at: this.#deps.clock.now(), address } });
    return "refused" in access
      ? { ...policyBy(found.pool, found.grants), refusal: access.refused }
      : { ...access.allowed, refusal: undefined };
  }
}

function deedOn(policyId: string, action: string, detail: Deed["detail"] = {}): Deed {
  return { action, subject: { kind: "policy", id: policyId }, detail };
}
