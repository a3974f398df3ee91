import { expect, it } from "vitest";
import { nextSort, searchOfState, stateOfSearch } from "./list-state.ts";

const NAMES = ["state", "pool"];

it("comes back from the address as it was", () => {
  const state = { q: "lab 2", sort: "-name", filters: { state: "down" } };
  expect(stateOfSearch(searchOfState(state, NAMES), NAMES)).toEqual(state);
});

it("leaves what is empty out of the address, and what it does not know out of the list", () => {
  const search = searchOfState({ q: "", sort: undefined, filters: {} }, NAMES);
  expect(JSON.stringify(search)).toBe("{}");
  expect(stateOfSearch({ q: 7, nonsense: "x", pool: ["a"] }, NAMES)).toEqual({
    q: "7",
    sort: undefined,
    filters: {},
  });
});

it("turns a column's order round and then gives the list its own back", () => {
  expect(nextSort(undefined, "name")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("-name", "name")).toBeUndefined();
  expect(nextSort("-name", "host")).toBe("host");
});
