/** The state of a list, kept in the address. What is typed counts after a pause, so that a word is one search. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { type ListState, type Sort, searchOfState, stateOfSearch } from "./list-state.ts";

const TYPING_PAUSE_MS = 200;

export interface ListControls {
  readonly state: ListState;
  /** What stands in the search box, ahead of `state.q` while somebody types. */
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly sortBy: (sort: Sort | undefined) => void;
  readonly filterBy: (name: string, value: string | undefined) => void;
  readonly clear: () => void;
}

export function useListState(filterNames: readonly string[] = []): ListControls {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>; // each page knows its own names
  const navigate = useNavigate();
  const state = stateOfSearch(search, filterNames);
  const go = (next: ListState) =>
    void navigate({
      to: ".",
      search: ((present: object) => ({ ...present, ...searchOfState(next, filterNames) })) as never, // see above
      replace: true,
    });
  const [typed, setTyped] = useState(state.q);
  useEffect(() => setTyped(state.q), [state.q]);
  const settle = useDebouncedCallback((q: string) => go({ ...state, q }), TYPING_PAUSE_MS);
  return {
    state,
    typed,
    type: (text) => {
      setTyped(text);
      settle(text);
    },
    sortBy: (sort) => go({ ...state, sort }),
    filterBy: (name, value) => {
      const { [name]: _before, ...others } = state.filters;
      go({ ...state, filters: value === undefined ? others : { ...others, [name]: value } });
    },
    clear: () => go({ q: "", sort: state.sort, filters: {} }),
  };
}
