/** Who may use one desktop: take away with the cross, undo if it was a slip, add from the list. */
import type { Entitlement, Pool } from "@deskgate/contract";
import { Button, CloseButton, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbClock, TbPlus, TbUser, TbUsersGroup } from "react-icons/tb";
import { entitlementsQuery, useCreateEntitlement, useDeleteEntitlement } from "../../api/machines.ts";
import { useUsersAsked } from "../../api/names.ts";
import { useMay } from "../../api/permissions.ts";
import { groupsQuery } from "../../api/users.ts";
import {
  choiceOfGroup,
  choiceOfUser,
  entitledOf,
  isGroupValue,
  type People,
  valueOfEntitled,
} from "../../parts/people.ts";
import { usePersonSearch } from "../../parts/pickers.tsx";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { useSettled } from "../../parts/use-settled.ts";
import { accessText } from "../../text/access.ts";
import { hasTerms } from "./terms.ts";
import { TermsDialog } from "./terms-dialog.tsx";

export function PoolPeople({ pool }: { readonly pool: Pool }) {
  const { data } = useQuery({ ...entitlementsQuery(pool.id), enabled: useSettled() });
  const entitlements = data?.items.filter(({ poolId }) => poolId === pool.id) ?? [];
  const { users, isPending } = useUsersAsked(
    entitlements.flatMap(({ userId }) => (userId === null ? [] : [userId])),
  );
  const { data: groups } = useQuery(groupsQuery);
  const people = { users, groups: groups?.items ?? [], isPending };
  const mayChange = useMay()("entitlements.write");
  const { take } = useTakeAway(pool);
  const [terms, setTermsOf] = useState<{ readonly entitlement: Entitlement; readonly who: string }>();
  const named = entitlements
    .flatMap((entitlement) => {
      const label = labelOf(entitlement, people);
      return label === undefined ? [] : [{ entitlement, value: valueOfEntitled(entitlement), label }];
    })
    // Groups first, then by name.
    .toSorted(
      (one, other) =>
        one.value.slice(0, 1).localeCompare(other.value.slice(0, 1)) || one.label.localeCompare(other.label),
    );
  return (
    <div className="dg-tags" aria-busy={isPending}>
      {named.map(({ entitlement, value, label }) => (
        <span key={entitlement.id} className="dg-tag dg-person">
          {isGroupValue(value) ? (
            <TbUsersGroup size={14} strokeWidth={1.7} />
          ) : (
            <TbUser size={14} strokeWidth={1.7} />
          )}
          {mayChange ? (
            <button
              type="button"
              className="dg-terms"
              aria-label={accessText.termsOf(label, pool.name)}
              onClick={() => setTermsOf({ entitlement, who: label })}
            >
              {label}
            </button>
          ) : (
            label
          )}
          {hasTerms(entitlement) && (
            <TbClock size={14} strokeWidth={1.7} role="img" aria-label={accessText.hasTerms} />
          )}
          {mayChange && (
            <CloseButton
              size="xs"
              aria-label={accessText.remove(label, pool.name)}
              onClick={() => take(entitlement, label)}
            />
          )}
        </span>
      ))}
      {data && entitlements.length === 0 && <span className="dg-soft">{accessText.nobody}</span>}
      {terms && <TermsDialog {...terms} onClose={() => setTermsOf(undefined)} />}
      {mayChange && <AddPerson pool={pool} taken={entitlements.map(valueOfEntitled)} />}
    </div>
  );
}

interface Known extends People {
  /** Some of them are still asked for. */
  readonly isPending: boolean;
}

/** Undefined until it is known. */
function labelOf({ userId, groupId }: Entitlement, { users, groups, isPending }: Known): string | undefined {
  const group = groups.find(({ id }) => id === groupId);
  if (group) return choiceOfGroup(group).label;
  const user = users.find(({ id }) => id === userId);
  if (user) return choiceOfUser(user).label;
  return isPending ? undefined : accessText.deleted;
}

function useTakeAway(pool: Pool) {
  const deleteEntitlement = useDeleteEntitlement();
  const createEntitlement = useCreateEntitlement();
  const tell = (error: unknown) => notifications.show({ color: "red", message: sentenceOf(error) });
  const take = (entitlement: Entitlement, label: string) =>
    deleteEntitlement.mutate(entitlement, {
      onError: tell,
      onSuccess: () => {
        const id = `removed-${entitlement.id}`;
        // It comes back with the terms it had.
        const { policyId, windows, networks } = entitlement;
        const undo = () => {
          notifications.hide(id);
          createEntitlement.mutate(
            { poolId: pool.id, ...entitledOf(valueOfEntitled(entitlement)), policyId, windows, networks },
            { onError: tell },
          );
        };
        notifications.show({
          id,
          message: (
            <div className="dg-undo">
              {accessText.removed(label, pool.name)}
              <Button size="compact-xs" variant="light" onClick={undo}>
                {accessText.undo}
              </Button>
            </div>
          ),
        });
      },
    });
  return { take };
}

interface AddPersonProps {
  readonly pool: Pool;
  readonly taken: readonly string[];
}

function AddPerson(props: AddPersonProps) {
  const [isOpen, setOpen] = useState(false);
  const { pool } = props;
  if (!isOpen)
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<TbPlus size={14} />}
        aria-label={accessText.addTo(pool.name)}
        data-testid={`entitle-${pool.name}`}
        onClick={() => setOpen(true)}
      >
        {accessText.add}
      </Button>
    );
  return <PersonSelect {...props} onClose={() => setOpen(false)} />;
}

function PersonSelect({ pool, taken, onClose }: AddPersonProps & { readonly onClose: () => void }) {
  const createEntitlement = useCreateEntitlement();
  const { typed, setTyped, choices } = usePersonSearch(taken);
  const add = (value: string | null) => {
    if (value === null) return;
    createEntitlement.mutate(
      { poolId: pool.id, ...entitledOf(value) },
      { onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }) },
    );
  };
  return (
    <Select
      className="dg-add-person"
      size="xs"
      aria-label={accessText.addTo(pool.name)}
      placeholder={accessText.addPlaceholder}
      nothingFoundMessage={accessText.everyoneAdded}
      data={choices}
      value={null}
      onChange={add}
      onBlur={onClose}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      defaultDropdownOpened
      autoFocus
    />
  );
}
