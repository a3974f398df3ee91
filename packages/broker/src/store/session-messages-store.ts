/** What administrators have to say to people in sessions, in the database. */
import type { Connection, SessionMessage } from "../domain/session.ts";
import type { MessageStore } from "../features/sessions/ports.ts";
import type { Database } from "./database.ts";
import { writeStory } from "./session-transitions.ts";

// LIMIT: messages of one reply, the newest.
const MAX_SHOWN = 20;

export class SessionMessagesStore implements MessageStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  send(sessionId: string, message: SessionMessage, sender: string): Promise<boolean> {
    return this.#write(sessionId, message, sender);
  }

  notify(sessionId: string, notice: SessionMessage): Promise<boolean> {
    return this.#write(sessionId, notice, "");
  }

  /** Whether the session is live and the message is new to it. */
  #write(sessionId: string, message: SessionMessage, sender: string): Promise<boolean> {
    const { id, at, by, text, endsAt } = message;
    return this.#db.transaction().execute(async (trx) => {
      const live = await trx
        .selectFrom("sessions")
        .select("id")
        .where("id", "=", sessionId)
        .where("state", "!=", "ended")
        .executeTakeFirst();
      if (!live) return false;
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto("sessionMessages")
        .values({ id, sessionId, at, byName: by, text, shownAt: null, endsAt: endsAt ?? null })
        .onConflict((oc) => oc.column("id").doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) return false;
      await writeStory(trx, [{ sessionId, at, event: "message_sent", by: sender, detail: text }]);
      return true;
    });
  }

  async take({ sessionId, createdAt }: Connection, at: number): Promise<readonly SessionMessage[]> {
    const rows = await this.#db
      .selectFrom("sessionMessages")
      .selectAll()
      .where("sessionId", "=", sessionId)
      .where((eb) => eb.or([eb("at", ">=", createdAt), eb("shownAt", "is", null)]))
      .orderBy("at", "desc")
      .limit(MAX_SHOWN)
      .execute();
    const unseen = rows.filter(({ shownAt }) => shownAt === null);
    if (unseen.length > 0) await this.#markShown(sessionId, { ids: unseen.map(({ id }) => id), at });
    const told = rows.map(({ id, at: sentAt, byName, text, endsAt }) => ({
      ...{ id, at: sentAt, by: byName, text, endsAt: endsAt ?? undefined },
    }));
    return told.reverse();
  }

  #markShown(
    sessionId: string,
    { ids, at }: { readonly ids: readonly string[]; readonly at: number },
  ): Promise<void> {
    return this.#db.transaction().execute(async (trx) => {
      const shown = await trx
        .updateTable("sessionMessages")
        .set({ shownAt: at })
        .where("id", "in", ids)
        .where("shownAt", "is", null)
        .returning("text")
        .execute();
      await writeStory(
        trx,
        shown.map(({ text }) => ({ sessionId, at, event: "message_shown", detail: text })),
      );
    });
  }
}
