/** Who may use which pool. */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Entitlement } from "../../domain/machine.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { EntitlementStore } from "./ports.ts";

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
}

export class EntitlementsService {
  readonly #deps: EntitlementsDeps;

  constructor(deps: EntitlementsDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly Entitlement[]> {
    return this.#deps.store.list();
  }

  async create({ poolId, userId, groupId }: EntitlementFields, actor: Actor): Promise<Entitlement> {
    const entitlement: Entitlement = {
      id: this.#deps.random.uuid(),
      poolId,
      userId: userId ?? undefined,
      groupId: groupId ?? undefined,
      createdAt: this.#deps.clock.now(),
    };
    await this.#deps.audit.change(
      actor,
      () => this.#deps.store.create(entitlement),
      () => deedOn(entitlement.id, "entitlement.created", { poolId, userId, groupId }),
    );
    this.#tell(entitlement.id, actor, "Entitlement added");
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
