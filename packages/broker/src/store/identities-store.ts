/** Certificates and host keys of machines in the database. */
import type { Selectable } from "kysely";
import type { MachineIdentity } from "../domain/machine.ts";
import type { IdentityStore, Judged, Sighting } from "../features/machines/ports.ts";
import type { Database, Queries } from "./database.ts";
import { ConstraintViolation } from "./dialects/constraint-violation.ts";
import type { Tables } from "./tables.ts";

export class IdentitiesStore implements IdentityStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async judge(sighting: Sighting): Promise<Judged | undefined> {
    try {
      return await this.#judge(sighting);
    } catch (cause) {
      // Another first use came in between; now there is something to compare with.
      if (cause instanceof ConstraintViolation && cause.kind === "unique") return this.#judge(sighting);
      throw cause;
    }
  }

  #judge(sighting: Sighting): Promise<Judged | undefined> {
    const { machineId, protocol, fingerprint, at } = sighting;
    return this.#db.transaction().execute(async (trx) => {
      const machine = await trx
        .selectFrom("machines")
        .select(["name", "trust"])
        .where("id", "=", machineId)
        .executeTakeFirst();
      if (!machine) return undefined;
      const { name: machineName, trust } = machine;
      const known = await listOf(trx, { machineId, protocol });
      const accepted = known.find(({ state }) => state === "accepted");
      const same = known.find((identity) => identity.fingerprint === fingerprint);
      const seen = { machineName, trust, hadAccepted: accepted !== undefined };
      if (same) {
        await trx
          .updateTable("machineIdentities")
          .set({ lastSeenAt: at })
          .where("id", "=", same.id)
          .execute();
        return { ...seen, state: same.state, isNew: false };
      }
      const state = !accepted && trust === "first-use" ? "accepted" : "refused";
      const acceptedAt = state === "accepted" ? at : null;
      const { at: firstSeenAt, isAuthorityVerified: _, ...row } = sighting;
      await trx
        .insertInto("machineIdentities")
        .values({ ...row, state, firstSeenAt, lastSeenAt: at, acceptedAt, acceptedBy: null })
        .execute();
      return { ...seen, state, isNew: true };
    });
  }

  accept(request: Parameters<IdentityStore["accept"]>[0]): Promise<MachineIdentity | undefined> {
    const { machineId, identityId, at, by } = request;
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom("machineIdentities")
        .selectAll()
        .where("id", "=", identityId)
        .where("machineId", "=", machineId)
        .executeTakeFirst();
      if (!row) return undefined;
      await trx
        .updateTable("machineIdentities")
        .set({ state: "refused" })
        .where("machineId", "=", machineId)
        .where("protocol", "=", row.protocol)
        .execute();
      const accepted = { state: "accepted", acceptedAt: at, acceptedBy: by } as const;
      await trx.updateTable("machineIdentities").set(accepted).where("id", "=", identityId).execute();
      return identityOf({ ...row, ...accepted });
    });
  }
}

function listOf(trx: Queries, { machineId, protocol }: Pick<Sighting, "machineId" | "protocol">) {
  return trx
    .selectFrom("machineIdentities")
    .select(["id", "fingerprint", "state"])
    .where("machineId", "=", machineId)
    .where("protocol", "=", protocol)
    .execute();
}

export function identityOf(row: Selectable<Tables["machineIdentities"]>): MachineIdentity {
  const { machineId: _, acceptedAt, acceptedBy, ...identity } = row;
  return { ...identity, acceptedAt: acceptedAt ?? undefined, acceptedBy: acceptedBy ?? undefined };
}
