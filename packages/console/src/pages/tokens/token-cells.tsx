/** What tables of API tokens show of one, and the button that withdraws it. */
import type { ApiToken } from "@deskgate/contract";
import { Button } from "@mantine/core";
import type { Column } from "../../parts/table/data-table.tsx";
import { spellAge, spellMoment } from "../../text/quantities.ts";
import { tokensText } from "../../text/tokens.ts";

/** What a token may; `everything` says what it is to hold them all. */
export function Scopes({ scopes, everything }: Pick<ApiToken, "scopes"> & { readonly everything: string }) {
  if (scopes[0] === "*") return everything;
  return (
    <div className="dg-tags">
      {scopes.map((scope) => (
        <span key={scope} className="dg-tag dg-mono">
          {scope}
        </span>
      ))}
    </div>
  );
}

type Shown = Pick<ApiToken, "lastUsedAt" | "lastUsedAddress">;

export function LastUsed({ token, now }: { readonly token: Shown; readonly now: number }) {
  const { lastUsedAt, lastUsedAddress } = token;
  if (lastUsedAt === null) return <span className="dg-soft">{tokensText.never}</span>;
  return (
    <div>
      <div>{spellAge(lastUsedAt, now)}</div>
      {lastUsedAddress !== null && <div className="dg-cell-sub">{tokensText.from(lastUsedAddress)}</div>}
    </div>
  );
}

export function Expiry({ expiresAt, now }: { readonly expiresAt: string; readonly now: number }) {
  return Date.parse(expiresAt) < now ? (
    <span className="dg-tag dg-tag-warning">{tokensText.expired}</span>
  ) : (
    spellMoment(expiresAt)
  );
}

export function withdrawColumn<Token extends ApiToken>(
  width: number,
  onWithdraw: (token: Token) => void,
): Column<Token> {
  return {
    header: tokensText.columns.actions,
    isHeaderHidden: true,
    align: "right",
    width,
    cell: (token) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={tokensText.withdrawOf(token.name)}
        onClick={() => onWithdraw(token)}
      >
        {tokensText.withdraw}
      </Button>
    ),
  };
}
