/** Who has which machine of a dedicated pool, and taking one back. */

import type { Pool, PoolAssignment } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../../api/permissions.ts";
import { assignmentsQuery, useRemoveAssignment } from "../../api/pools.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { DataTable } from "../../parts/table/data-table.tsx";
import { poolsText } from "../../text/pools.ts";
import { spellMoment } from "../../text/quantities.ts";
import { sessionsText } from "../../text/sessions.ts";

interface AssignmentsDialogProps {
  readonly pool: Pool;
  readonly onClose: () => void;
}

export function AssignmentsDialog({ pool, onClose }: AssignmentsDialogProps) {
  const assignments = useQuery(assignmentsQuery(pool.id));
  const [taken, setTaken] = useState<PoolAssignment>();
  const mayChange = useMay()("pools.write");
  if (taken) return <TakeBackDialog pool={pool} assignment={taken} onClose={() => setTaken(undefined)} />;
  const title = poolsText.assignmentsTitle(pool.name);
  return (
    <Dialog onClose={onClose} size="lg" title={title}>
      <Loaded query={assignments}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="dg-none-found">{poolsText.assignmentsNone}</p>
          ) : (
            <DataTable
              label={title}
              rows={items}
              keyOf={({ userId }) => userId}
              minWidth={480}
              columns={[
                { header: sessionsText.columns.user, cell: ({ userName }) => userName },
                { header: sessionsText.columns.machine, cell: ({ machineName }) => machineName },
                {
                  header: sessionsText.columns.since,
                  width: 160,
                  cell: ({ assignedAt }) => spellMoment(assignedAt),
                },
                {
                  header: poolsText.columns.actions,
                  isHeaderHidden: true,
                  align: "right",
                  width: 130,
                  cell: (assignment) =>
                    mayChange && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={poolsText.takeBackOf(assignment.userName)}
                        onClick={() => setTaken(assignment)}
                      >
                        {poolsText.takeBack}
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Dialog>
  );
}

function TakeBackDialog({
  pool,
  assignment: { userId, userName, machineName },
  onClose,
}: AssignmentsDialogProps & { readonly assignment: PoolAssignment }) {
  const removeAssignment = useRemoveAssignment();
  return (
    <ConfirmDialog
      title={poolsText.takeBackTitle(userName)}
      hint={poolsText.takeBackHint(machineName)}
      action={poolsText.takeBack}
      change={removeAssignment}
      onConfirm={() => removeAssignment.mutate({ id: pool.id, userId }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
