/** Sign-ins, sign-in links and password hashes in the database. Tokens and secrets come hashed. */
import type {
  LinkStore,
  NewLink,
  NewSignIn,
  PasswordStore,
  SignInStore,
  SignInUser,
  StoredSignIn,
} from "../features/sign-in/ports.ts";
import type { Database } from "./database.ts";
import { readPermissions, roleOf } from "./role-of.ts";

export class SignInsStore implements SignInStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async create(signIn: NewSignIn, replaces: string | undefined): Promise<void> {
    const { id, userId, createdAt } = signIn;
    await this.#db.transaction().execute(async (trx) => {
      await trx
        .insertInto("signIns")
        .values({ ...signIn, lastSeenAt: createdAt })
        .execute();
      await trx.updateTable("users").set({ lastSignInAt: createdAt }).where("id", "=", userId).execute();
      if (replaces === undefined) return;
      await trx.updateTable("connections").set({ signInId: id }).where("signInId", "=", replaces).execute();
      await trx.deleteFrom("signIns").where("id", "=", replaces).execute();
    });
  }

  async findByToken(tokenHash: string): Promise<StoredSignIn | undefined> {
    const row = await this.#db
      .selectFrom("signIns")
      .innerJoin("users", "users.id", "signIns.userId")
      .select(["signIns.id as signInId", "signIns.lastSeenAt", "signIns.expiresAt"])
      .select([
        "users.id as userId",
        "users.name as userName",
        "users.displayName",
        "users.role",
        "users.roleId",
      ])
      .select(["users.passwordHash", "users.disabledAt"])
      .where("signIns.tokenHash", "=", tokenHash)
      .executeTakeFirst();
    if (!row) return undefined;
    const { lastSeenAt, expiresAt, passwordHash, disabledAt, role, roleId, ...caller } = row;
    const permissions = await readPermissions(this.#db, { role, roleId });
    const rights = { role: roleOf({ role, roleId }), permissions };
    return {
      caller: { ...caller, ...rights, hasPassword: passwordHash !== null },
      ...{ lastSeenAt, expiresAt },
      isUserDisabled: disabledAt !== null,
    };
  }

  async markSeen(signInId: string, at: number): Promise<void> {
    await this.#db.updateTable("signIns").set({ lastSeenAt: at }).where("id", "=", signInId).execute();
  }

  async findUser(userId: string): Promise<SignInUser | undefined> {
    const row = await this.#db.selectFrom("users").selectAll().where("id", "=", userId).executeTakeFirst();
    if (!row) return undefined;
    const { id, name, displayName, passwordHash, disabledAt } = row;
    return {
      ...{ id, name, displayName, role: roleOf(row) },
      permissions: await readPermissions(this.#db, row),
      hasPassword: passwordHash !== null,
      disabledAt: disabledAt ?? undefined,
    };
  }
}

export class PasswordsStore implements PasswordStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async findByName(
    name: string,
  ): Promise<{ readonly userId: string; readonly hash: string | undefined } | undefined> {
    const row = await this.#db
      .selectFrom("users")
      .select(["id", "passwordHash"])
      .where("name", "=", name)
      .executeTakeFirst();
    return row && { userId: row.id, hash: row.passwordHash ?? undefined };
  }

  async replaceHash(userId: string, hash: string): Promise<void> {
    await this.#db.updateTable("users").set({ passwordHash: hash }).where("id", "=", userId).execute();
  }
}

export class LinksStore implements LinkStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async create(link: NewLink): Promise<void> {
    await this.#db
      .insertInto("signInLinks")
      .values({ ...link, usedAt: null })
      .execute();
  }

  async redeem(secretHash: string, now: number): Promise<string | undefined> {
    const link = await this.#db
      .updateTable("signInLinks")
      .set({ usedAt: now })
      .where("secretHash", "=", secretHash)
      .where("usedAt", "is", null)
      .where("expiresAt", ">", now)
      .returning("userId")
      .executeTakeFirst();
    return link?.userId;
  }
}
