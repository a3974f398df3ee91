/** Who may use which pool. */
import { DeskgateError, type Log, type TimeWindow } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Entitlement } from "../../domain/machine.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { EntitlementChange, EntitlementStore } from "./ports.ts";

interface EntitlementsDeps {
  readonly store: EntitlementStore;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface EntitlementFields {
  readonly poolId: string;
  readonly userId: string | null;
  readonly groupId: string | null;
  readonly policyId?: string | null | undefined;
  readonly windows?: readonly TimeWindow[] | undefined;
  readonly networks?: readonly string[] | undefined;
}

export class EntitlementsService {
  readonly #deps: EntitlementsDeps;

  constructor(deps: EntitlementsDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly Entitlement[]> {
    return this.#deps.store.list();
  }

  async create(fields: EntitlementFields, actor: Actor): Promise<Entitlement> {
    const { poolId, userId, groupId, policyId, windows, networks } = fields;
    const entitlement: Entitlement = {
      id: this.#deps.random.uuid(),
      poolId,
      userId: userId ?? undefined,
      groupId: groupId ?? undefined,
      policyId: policyId ?? undefined,
      windows: windows ?? [],
      networks: networks ?? [],
      createdAt: this.#deps.clock.now(),
    };
    await this.#deps.audit.change(
      actor,
      () => this.#deps.store.create(entitlement),
      () =>
        deedOn(entitlement.id, "entitlement.created", {
          poolId,
          userId,
          groupId,
          policyId,
          windows,
          networks,
        }),
    );
    this.#tell(entitlement.id, actor, "Entitlement added");
    return entitlement;
  }

  /** Sessions that are outside the new windows end at once. */
  async update(entitlementId: string, change: EntitlementChange, actor: Actor): Promise<Entitlement> {
    const entitlement = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(entitlementId, change),
      (known) => (known ? deedOn(entitlementId, "entitlement.changed", { ...change }) : []),
    );
    if (!entitlement) throw new DeskgateError("not_found");
    this.#tell(entitlementId, actor, "Entitlement changed");
    await this.#deps.ending.endOutsideWindows();
    return entitlement;
  }

  async remove(entitlementId: string, actor: Actor): Promise<void> {
    const wasThere = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(entitlementId),
      (isGone) => (isGone ? deedOn(entitlementId, "entitlement.removed") : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
    this.#tell(entitlementId, actor, "Entitlement removed");
    await this.#deps.ending.endWithoutRight();
  }

  #tell(entitlementId: string, actor: Actor, message: string): void {
    this.#deps.log.info(
      { userId: actor.userId ?? actor.name, detail: `entitlement ${entitlementId}` },
      message,
    );
  }
}

function deedOn(entitlementId: string, action: string, detail?: Deed["detail"]): Deed {
  return { action, subject: { kind: "entitlement", id: entitlementId }, detail };
}
