/** The audit: what was done to what, by whom, from where. Append-only. */
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { AuditEntry, AuditStore } from "./ports.ts";

interface AuditDeps {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** `action` is `subject.verb` and stable. INVARIANT: `detail` holds no secret. */
export interface Deed {
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly detail: Readonly<Record<string, unknown>>;
}

export class AuditService {
  readonly #deps: AuditDeps;

  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  async record({ userId, name, address }: Actor, { action, subject, detail }: Deed): Promise<void> {
    const { store, clock, random } = this.#deps;
    await store.append({
      ...{ id: random.uuid(), at: clock.now(), action, detail },
      ...{ actorUserId: userId, actorName: name, address },
      ...{ subjectKind: subject.kind, subjectId: subject.id },
    });
  }

  list(limit: number): Promise<readonly AuditEntry[]> {
    return this.#deps.store.list(limit);
  }
}
