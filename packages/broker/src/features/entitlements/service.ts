/** Who may use which pool. */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Entitlement } from "../../domain/machine.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { EntitlementStore } from "./ports.ts";

interface EntitlementsDeps {
  readonly store: EntitlementStore;
  readonly ending: SessionEnding;
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

  async create({ poolId, userId, groupId }: EntitlementFields, actor: string): Promise<Entitlement> {
    const entitlement: Entitlement = {
      id: this.#deps.random.uuid(),
      poolId,
      userId: userId ?? undefined,
      groupId: groupId ?? undefined,
      createdAt: this.#deps.clock.now(),
    };
    await this.#deps.store.create(entitlement);
    this.#tell(entitlement.id, actor, "Entitlement added");
    return entitlement;
  }

  async remove(entitlementId: string, actor: string): Promise<void> {
    if (!(await this.#deps.store.remove(entitlementId))) throw new DeskgateError("not_found");
    this.#tell(entitlementId, actor, "Entitlement removed");
    await this.#deps.ending.endWithoutRight();
  }

  #tell(entitlementId: string, actor: string, message: string): void {
    this.#deps.log.info({ userId: actor, detail: `entitlement ${entitlementId}` }, message);
  }
}
