/** Choosing people, groups, machines and pools out of any number: what is typed is searched on the server. */
import { MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ListSource, searchList } from "../api/list.ts";
import { useUsers } from "../api/names.ts";
import { groupsList, groupsQuery, usersList } from "../api/users.ts";
import { shellText } from "../text/shell.ts";
import { choiceOfUser, choicesOf, type PersonChoice } from "./people.ts";

const TYPING_PAUSE_MS = 200;
/** Chosen ones beyond these are counted, not named. */
const MAX_PILLS = 60;

interface PickerProps<Value> {
  readonly label?: string;
  readonly "aria-label"?: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly value?: Value;
  readonly onChange?: (value: Value) => void;
  readonly error?: string;
  readonly required?: boolean;
}

/** Options come filtered; the select must not filter them by its own idea of a match. */
const asTheyCome = <Option,>({ options }: { readonly options: Option[] }): Option[] => options;

function useSearched<Row>(source: ListSource<Row>) {
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const { data = [] } = useQuery(searchList(source, settled));
  return { typed, setTyped, rows: data };
}

export function UsersPicker({ value = [], onChange, ...rest }: PickerProps<string[]>) {
  const { typed, setTyped, rows } = useSearched(usersList);
  const named = value.slice(0, MAX_PILLS);
  const chosen = useUsers(named);
  const choices = [...chosen, ...rows.filter(({ id }) => !chosen.some((user) => user.id === id))].map(
    (user) => ({ value: user.id, label: choiceOfUser(user).label }),
  );
  const unnamed = value.slice(MAX_PILLS);
  return (
    <MultiSelect
      {...rest}
      data={choices}
      value={named}
      onChange={(ids) => onChange?.([...ids, ...unnamed])}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={asTheyCome}
      nothingFoundMessage={shellText.nothingMatches}
      hidePickedOptions
    />
  );
}

export function UserPicker({ value, ...rest }: PickerProps<string | null>) {
  const search = useSearched(usersList);
  const chosen = useUsers(value ? [value] : []);
  const choices = [...chosen, ...search.rows.filter(({ id }) => id !== value)].map((user) => ({
    value: user.id,
    label: choiceOfUser(user).label,
  }));
  return <SearchedSelect {...rest} value={value ?? null} choices={choices} search={search} />;
}

interface NamedPickerProps<Row> extends PickerProps<string | null> {
  readonly source: ListSource<Row>;
  /** The chosen one, where the page knows it already. */
  readonly chosen?: Row | undefined;
}

/** One of anything that has an id and a name. */
export function NamedPicker<Row extends { readonly id: string; readonly name: string }>({
  source,
  chosen,
  ...rest
}: NamedPickerProps<Row>) {
  const search = useSearched(source);
  const { rows } = search;
  const all = chosen && !rows.some(({ id }) => id === chosen.id) ? [chosen, ...rows] : rows;
  const choices = all.map(({ id, name }) => ({ value: id, label: name }));
  return <SearchedSelect {...rest} choices={choices} search={search} />;
}

interface SearchedSelectProps extends PickerProps<string | null> {
  readonly choices: { value: string; label: string }[];
  readonly search: { readonly typed: string; readonly setTyped: (text: string) => void };
}

function SearchedSelect({ choices, search, value, onChange, ...rest }: SearchedSelectProps) {
  return (
    <Select
      {...rest}
      data={choices}
      value={value ?? null}
      onChange={(id) => onChange?.(id)}
      searchable
      searchValue={search.typed}
      onSearchChange={search.setTyped}
      filter={asTheyCome}
      nothingFoundMessage={shellText.nothingMatches}
    />
  );
}

interface PersonSearch {
  readonly typed: string;
  readonly setTyped: (text: string) => void;
  readonly choices: { group: string; items: PersonChoice[] }[];
}

/** Users and groups as one list to choose from, where either may be entitled. */
export function usePersonSearch(taken: readonly string[]): PersonSearch {
  const { typed, setTyped, rows: users } = useSearched(usersList);
  const { data: groups = [] } = useQuery(searchList(groupsList, typed));
  return { typed, setTyped, choices: choicesOf({ users, groups }, taken) };
}

export function PeoplePicker({ value = [], onChange, ...rest }: PickerProps<string[]>) {
  const { typed, setTyped, choices } = usePersonSearch([]);
  const known = useKnownPeople(value);
  const offered = new Set(choices.flatMap(({ items }) => items.map((item) => item.value)));
  const data = [...known.filter((choice) => !offered.has(choice.value)), ...choices];
  return (
    <MultiSelect
      {...rest}
      data={data}
      value={value}
      onChange={(values) => onChange?.(values)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={asTheyCome}
      hidePickedOptions
      nothingFoundMessage={shellText.nothingMatches}
    />
  );
}

function useKnownPeople(values: readonly string[]): PersonChoice[] {
  const users = useUsers(values.flatMap((value) => (value.startsWith("user:") ? [value.slice(5)] : [])));
  const { data: groups } = useQuery(groupsQuery);
  return choicesOf({ users, groups: groups?.items ?? [] })
    .flatMap(({ items }) => items)
    .filter(({ value }) => values.includes(value));
}
