/** What API tokens need of others. */
import type { TokenScopes } from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import type { Page, PageRequest } from "../../domain/page.ts";

export interface ApiToken {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly name: string;
  readonly scopes: TokenScopes;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | undefined;
  readonly lastUsedAddress: string | undefined;
}

export type TokenSort = "name" | "createdAt" | "expiresAt" | "lastUsedAt";

export interface FoundToken {
  readonly token: Omit<ApiToken, "userName">;
  /** Its owner, with all that they may do at this moment. */
  readonly owner: Caller;
  readonly isOwnerDisabled: boolean;
}

export interface TokenStore {
  list(
    request: PageRequest<TokenSort>,
    filter: { readonly userId?: string | undefined },
  ): Promise<Page<ApiToken>>;
  /** Throws `name_taken`. */
  create(token: Omit<ApiToken, "userName">, tokenHash: string): Promise<void>;
  findByHash(tokenHash: string): Promise<FoundToken | undefined>;
  markUsed(tokenId: string, at: number, address: string): Promise<void>;
  /** Of this user, or of anyone where none is named. */
  remove(tokenId: string, userId: string | undefined): Promise<boolean>;
}
