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

  send(sessionId: string, { id, at, by, text }: SessionMessage, sender: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const live = await trx
        .selectFrom("sessions")
        .select("id")
        .where("id", "=", sessionId)
        .where("state", "!=", "ended")
        .executeTakeFirst();
      if (!live) return false;
      await trx
        .insertInto("sessionMessages")
        .values({ id, sessionId, at, byName: by, text, shownAt: null })
        .execute();
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
    return rows.map(({ id, at: sentAt, byName, text }) => ({ id, at: sentAt, by: byName, text })).reverse();
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
