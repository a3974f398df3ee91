/** API tokens. INVARIANT: a token never does more than its scopes, nor more than its owner may at that moment. */
import {
  API_TOKEN_PREFIX,
  DeskgateError,
  type Log,
  MAX_TOKEN_LIFETIME_MS,
  Secret,
  type TokenScopes,
} from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { hashSecret, newSecret, SEEN_GRANULARITY_MS } from "../../domain/sign-in.ts";
import type { AuditService } from "../audit/service.ts";
import type { ApiToken, TokenSort, TokenStore } from "./ports.ts";

interface TokensDeps {
  readonly store: TokenStore;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface TokenFields {
  readonly name: string;
  readonly scopes: TokenScopes;
  readonly expiresAt: number;
}

export class TokensService {
  readonly #deps: TokensDeps;

  constructor(deps: TokensDeps) {
    this.#deps = deps;
  }

  list(
    request: PageRequest<TokenSort>,
    filter: { readonly userId?: string | undefined },
  ): Promise<Page<ApiToken>> {
    return this.#deps.store.list(request, filter);
  }

  async create(
    caller: Pick<Caller, "userId" | "userName">,
    { name, scopes, expiresAt }: TokenFields,
    actor: Actor,
  ): Promise<{ readonly token: ApiToken; readonly secret: Secret }> {
    const { clock, random, store, audit } = this.#deps;
    const now = clock.now();
    if (expiresAt <= now || now + MAX_TOKEN_LIFETIME_MS < expiresAt)
      throw new DeskgateError("validation_failed", {
        fields: { expiresAt: "Choose a moment within the next year." },
      });
    const { userId, userName } = caller;
    const token = { id: random.uuid(), userId, name, scopes, createdAt: now, expiresAt };
    const unused = { lastUsedAt: undefined, lastUsedAddress: undefined };
    const secret = `${API_TOKEN_PREFIX}${newSecret(random)}`;
    const detail = { name, scopes: [...scopes], expiresAt };
    await audit.change(
      actor,
      () => store.create({ ...token, ...unused }, hashSecret(secret)),
      () => ({ action: "token.created", subject: { kind: "token", id: token.id }, detail }),
    );
    return { token: { ...token, ...unused, userName }, secret: new Secret(secret) };
  }

  /** Whom `secret` stands for now, with what it may do of what they may do; `undefined` where it is worth nothing. */
  async recognise(secret: string, address: string): Promise<Caller | undefined> {
    const { store, clock } = this.#deps;
    const found = await store.findByHash(hashSecret(secret));
    const now = clock.now();
    if (!found || found.isOwnerDisabled || found.token.expiresAt <= now) return undefined;
    const { token, owner } = found;
    if ((token.lastUsedAt ?? 0) + SEEN_GRANULARITY_MS <= now || token.lastUsedAddress !== address)
      await store.markUsed(token.id, now, address);
    const scopes: readonly string[] = token.scopes;
    const isWhole = scopes.includes("*");
    const permissions = owner.permissions.filter((permission) => isWhole || scopes.includes(permission));
    return { ...owner, permissions, tokenId: token.id };
  }

  async remove(tokenId: string, userId: string | undefined, actor: Actor): Promise<void> {
    const { store, audit } = this.#deps;
    const subject = { kind: "token", id: tokenId };
    const wasThere = await audit.change(
      actor,
      () => store.remove(tokenId, userId),
      (isRemoved) => (isRemoved ? { action: "token.removed", subject } : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
  }
}
