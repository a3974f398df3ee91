/** One's own API tokens: making one, and withdrawing it. */
import type { ApiToken } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useState } from "react";
import { TbKey, TbPlus } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { myTokensList, useDeleteToken } from "../../api/tokens.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { useNow } from "../../parts/use-now.ts";
import { tokensText } from "../../text/tokens.ts";
import { Expiry, LastUsed, Scopes, withdrawColumn } from "./token-cells.tsx";
import { AddTokenDialog } from "./token-form.tsx";

const AGE_REFRESH_MS = 60_000;

export function TokensPage() {
  const [isAdding, setAdding] = useState(false);
  const [withdrawn, setWithdrawn] = useState<ApiToken>();
  const controls = useListState();
  const listing = useListing(myTokensList, controls.state);
  const now = useNow(AGE_REFRESH_MS);
  const add = (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setAdding(true)} data-testid="add-token">
      {tokensText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={tokensText.title}
        lead={tokensText.lead}
        search={tokensText.search}
        controls={controls}
        listing={listing}
        columns={columnsOf(now, setWithdrawn)}
        keyOf={({ id }) => id}
        actions={add}
        empty={
          <EmptyState
            icon={<TbKey size={26} strokeWidth={1.6} />}
            title={tokensText.emptyTitle}
            hint={tokensText.emptyHint}
          >
            {add}
          </EmptyState>
        }
      />
      {isAdding && <AddTokenDialog onClose={() => setAdding(false)} />}
      {withdrawn && <WithdrawDialog token={withdrawn} onClose={() => setWithdrawn(undefined)} />}
    </>
  );
}

function columnsOf(now: number, onWithdraw: (token: ApiToken) => void): readonly Column<ApiToken>[] {
  const { columns } = tokensText;
  return [
    {
      header: columns.token,
      sort: "name",
      cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
    },
    {
      header: columns.scopes,
      cell: ({ scopes }) => <Scopes scopes={scopes} everything={tokensText.everything} />,
    },
    {
      header: columns.lastUsed,
      sort: "lastUsedAt",
      width: 190,
      cell: (token) => <LastUsed token={token} now={now} />,
    },
    {
      header: columns.expires,
      sort: "expiresAt",
      width: 180,
      cell: ({ expiresAt }) => <Expiry expiresAt={expiresAt} now={now} />,
    },
    withdrawColumn(140, onWithdraw),
  ];
}

function WithdrawDialog({ token, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const deleteToken = useDeleteToken();
  return (
    <ConfirmDialog
      title={tokensText.withdrawTitle(token.name)}
      hint={tokensText.withdrawHint}
      action={tokensText.withdraw}
      change={deleteToken}
      onConfirm={() => deleteToken.mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
