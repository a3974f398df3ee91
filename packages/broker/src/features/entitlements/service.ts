/** Who may use which pool. */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Entitlement } from "../../domain/machine.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { EntitlementFilter, EntitlementSort, EntitlementStore } from "./ports.ts";

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

  list(request: PageRequest<EntitlementSort>, filter: EntitlementFilter): Promise<Page<Entitlement>> {
    return this.#deps.store.list(request, filter);
  }

  async find(entitlementId: string): Promise<Entitlement> {
    const entitlement = await this.#deps.store.find(entitlementId);
    if (!entitlement) throw new DeskgateError("not_found");
    return entitlement;
  }

  async create({ poolId, userId, groupId }: EntitlementFields, actor: string): Promise<Entitlement> {
    const entitlement: Entitlement = {
      id: this.#deps.random.uuid(),
      poolId,
      userId: userId ?? undefined,
      groupId: groupId ?? undefined,
      createdAt: this.#deps.clock.now(),
      version: 1,
    };
    await this.#deps.store.create(entitlement);
    this.#tell(entitlement.id, actor, "Entitlement added");
    return entitlement;
  }

  async remove(entitlementId: string, actor: string, ifVersion?: number): Promise<void> {
    if (!(await this.#deps.store.remove(entitlementId, ifVersion))) throw new DeskgateError("not_found");
    this.#tell(entitlementId, actor, "Entitlement removed");
    await this.#deps.ending.endWithoutRight();
  }

  #tell(entitlementId: string, actor: string, message: string): void {
    this.#deps.log.info({ userId: actor, detail: `entitlement ${entitlementId}` }, message);
  }
}
