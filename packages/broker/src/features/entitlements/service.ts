/** Who may use which pool. */
import { DeskgateError, type Log, type TimeWindow } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Entitlement } from "../../domain/machine.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { EntitlementChange, EntitlementStore } from "./ports.ts";

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

  async create(fields: EntitlementFields, actor: string): Promise<Entitlement> {
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
    await this.#deps.store.create(entitlement);
    this.#tell(entitlement.id, actor, "Entitlement added");
    return entitlement;
  }

  /** Sessions that are outside the new windows end at once. */
  async update(entitlementId: string, change: EntitlementChange, actor: string): Promise<Entitlement> {
    const entitlement = await this.#deps.store.update(entitlementId, change);
    if (!entitlement) throw new DeskgateError("not_found");
    this.#tell(entitlementId, actor, "Entitlement changed");
    await this.#deps.ending.endOutsideWindows();
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
