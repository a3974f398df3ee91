/** Choosing any number of machines; what is typed is searched on the server. */
import { MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { searchList } from "../api/list.ts";
import { machinesList } from "../api/machines.ts";
import { machineQuery } from "../api/names.ts";
import { shellText } from "../text/shell.ts";

const TYPING_PAUSE_MS = 200;
/** Chosen ones beyond these are kept, but not named. */
const MAX_PILLS = 60;

interface MachinesPickerProps {
  readonly label: string;
  readonly description?: string;
  readonly value?: string[];
  readonly onChange?: (ids: string[]) => void;
  readonly error?: string;
}

export function MachinesPicker({ value = [], onChange, ...rest }: MachinesPickerProps) {
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed, TYPING_PAUSE_MS);
  const { data: found = [] } = useQuery(searchList(machinesList, settled));
  const named = value.slice(0, MAX_PILLS);
  const chosen = useQueries({ queries: named.map(machineQuery) }).flatMap(({ data }) => (data ? [data] : []));
  const others = found.filter(({ id }) => !chosen.some((machine) => machine.id === id));
  return (
    <MultiSelect
      {...rest}
      data={[...chosen, ...others].map(({ id, name }) => ({ value: id, label: name }))}
      value={named}
      onChange={(ids) => onChange?.([...ids, ...value.slice(MAX_PILLS)])}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={shellText.nothingMatches}
      hidePickedOptions
    />
  );
}
