/** API tokens in the database. Secrets come hashed. */
import type { TokenScopes } from "@deskgate/contract";
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { ApiToken, FoundToken, TokenSort, TokenStore } from "../features/tokens/ports.ts";
import type { Database } from "./database.ts";
import { type ListShape, readPage } from "./lists.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { readPermissions, roleOf } from "./role-of.ts";

const TOKEN_LIST: ListShape<TokenSort> = {
  id: "apiTokens.id",
  sorts: {
    name: { column: "apiTokens.name", as: "text" },
    createdAt: { column: "apiTokens.createdAt", as: "number" },
    expiresAt: { column: "apiTokens.expiresAt", as: "number" },
    lastUsedAt: { column: "apiTokens.lastUsedAt", as: "number" },
  },
  searched: ["apiTokens.name", "users.name"],
};

export class TokensStore implements TokenStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(
    request: PageRequest<TokenSort>,
    { userId }: { readonly userId?: string | undefined },
  ): Promise<Page<ApiToken>> {
    const rows = this.#db
      .selectFrom("apiTokens")
      .innerJoin("users", "users.id", "apiTokens.userId")
      .selectAll("apiTokens")
      .select("users.name as userName")
      .$if(userId !== undefined, (query) => query.where("apiTokens.userId", "=", userId ?? ""));
    return mapPage(await readPage(rows, TOKEN_LIST, request), (row) => ({
      ...row,
      scopes: scopesOf(row.scopes),
      lastUsedAt: row.lastUsedAt ?? undefined,
      lastUsedAddress: row.lastUsedAddress ?? undefined,
    }));
  }

  async create({ scopes, ...token }: Omit<ApiToken, "userName">, tokenHash: string): Promise<void> {
    const row = {
      ...token,
      tokenHash,
      scopes: JSON.stringify(scopes),
      lastUsedAt: null,
      lastUsedAddress: null,
    };
    await refuseTaken(this.#db.insertInto("apiTokens").values(row).execute(), "name");
  }

  async findByHash(tokenHash: string): Promise<FoundToken | undefined> {
    const row = await this.#db
      .selectFrom("apiTokens")
      .innerJoin("users", "users.id", "apiTokens.userId")
      .selectAll("apiTokens")
      .select(["users.name as userName", "users.displayName", "users.role", "users.roleId"])
      .select(["users.passwordHash", "users.disabledAt"])
      .where("apiTokens.tokenHash", "=", tokenHash)
      .executeTakeFirst();
    if (!row) return undefined;
    const { id, userId, userName, displayName, name, createdAt, expiresAt } = row;
    return {
      token: {
        ...{ id, userId, name, createdAt, expiresAt, scopes: scopesOf(row.scopes) },
        lastUsedAt: row.lastUsedAt ?? undefined,
        lastUsedAddress: row.lastUsedAddress ?? undefined,
      },
      owner: {
        ...{ userId, userName, displayName, role: roleOf(row), hasPassword: row.passwordHash !== null },
        permissions: await readPermissions(this.#db, row),
        // Whatever looks for a sign-in by it finds none.
        signInId: id,
      },
      isOwnerDisabled: row.disabledAt !== null,
    };
  }

  async markUsed(tokenId: string, at: number, address: string): Promise<void> {
    const used = { lastUsedAt: at, lastUsedAddress: address };
    await this.#db.updateTable("apiTokens").set(used).where("id", "=", tokenId).execute();
  }

  async remove(tokenId: string, userId: string | undefined): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("apiTokens")
      .where("id", "=", tokenId)
      .$if(userId !== undefined, (query) => query.where("userId", "=", userId ?? ""))
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

/** Written above, from scopes that the contract knew. */
function scopesOf(column: string): TokenScopes {
  return JSON.parse(column) as TokenScopes;
}
