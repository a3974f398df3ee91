/** Everyone's API tokens, for whoever looks after them: whose they are, what they may, and withdrawing one. */
import type { OwnedApiToken } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useState } from "react";
import { TbKey } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { useNameOfUser } from "../../api/names.ts";
import { allTokensList, useDeleteAnyToken } from "../../api/tokens.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { type ListControls, useListState } from "../../parts/table/use-list-state.ts";
import { useNow } from "../../parts/use-now.ts";
import { allTokensText } from "../../text/all-tokens.ts";
import { tokensText } from "../../text/tokens.ts";
import { Expiry, LastUsed, Scopes, withdrawColumn } from "./token-cells.tsx";

const FILTERS = ["userId"];
const AGE_REFRESH_MS = 60_000;

export function AllTokensPage() {
  const [withdrawn, setWithdrawn] = useState<OwnedApiToken>();
  const controls = useListState(FILTERS);
  const listing = useListing(allTokensList, controls.state);
  const now = useNow(AGE_REFRESH_MS);
  const owner = useNameOfUser(controls.state.filters["userId"]);
  return (
    <>
      <ListPage
        title={allTokensText.title}
        lead={allTokensText.lead}
        search={allTokensText.search}
        controls={controls}
        listing={listing}
        columns={columnsOf({ now, onWithdraw: setWithdrawn, controls })}
        keyOf={({ id }) => id}
        minWidth={860}
        filters={[{ name: "userId", label: allTokensText.owner, labelOf: (id) => owner ?? id }]}
        empty={
          <EmptyState
            icon={<TbKey size={26} strokeWidth={1.6} />}
            title={allTokensText.emptyTitle}
            hint={allTokensText.emptyHint}
          />
        }
      />
      {withdrawn && <WithdrawDialog token={withdrawn} onClose={() => setWithdrawn(undefined)} />}
    </>
  );
}

interface ColumnsOptions {
  readonly now: number;
  readonly onWithdraw: (token: OwnedApiToken) => void;
  readonly controls: ListControls;
}

function columnsOf({ now, onWithdraw, controls }: ColumnsOptions): readonly Column<OwnedApiToken>[] {
  const { columns } = tokensText;
  return [
    {
      header: columns.token,
      sort: "name",
      cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
    },
    {
      header: allTokensText.owner,
      width: 120,
      cell: ({ userId, userName }) => (
        <Button
          variant="transparent"
          size="compact-sm"
          p={0}
          onClick={() => controls.filterBy("userId", userId)}
        >
          {userName}
        </Button>
      ),
    },
    {
      header: columns.scopes,
      cell: ({ scopes }) => <Scopes scopes={scopes} everything={allTokensText.everything} />,
    },
    {
      header: columns.lastUsed,
      sort: "lastUsedAt",
      width: 140,
      cell: (token) => <LastUsed token={token} now={now} />,
    },
    {
      header: columns.expires,
      sort: "expiresAt",
      width: 164,
      cell: ({ expiresAt }) => <Expiry expiresAt={expiresAt} now={now} />,
    },
    withdrawColumn(140, onWithdraw),
  ];
}

interface WithdrawDialogProps {
  readonly token: OwnedApiToken;
  readonly onClose: () => void;
}

function WithdrawDialog({ token: { id, name, userName }, onClose }: WithdrawDialogProps) {
  const deleteToken = useDeleteAnyToken();
  return (
    <ConfirmDialog
      title={allTokensText.withdrawTitle(name, userName)}
      hint={allTokensText.withdrawHint}
      action={tokensText.withdraw}
      change={deleteToken}
      onConfirm={() => deleteToken.mutate(id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
