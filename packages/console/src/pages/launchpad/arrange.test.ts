import type { Desktop } from "@deskgate/contract";
import { expect, it } from "vitest";
import { arrangeDesktops, isSearchUseful } from "./arrange.ts";

function desktop(name: string, rest: Partial<Desktop> = {}): Desktop {
  return {
    id: name,
    name,
    description: "",
    protocols: [],
    state: "available",
    poolKind: "machine",
    machineState: "unknown",
    refusal: null,
    isFavourite: false,
    openConnections: 0,
    lastUsedAt: null,
    lastProtocol: null,
    ...rest,
  };
}

const desktops = [
  desktop("Lab 10"),
  desktop("Lab 2", { description: "Chemistry, second floor" }),
  desktop("Accounts", { lastUsedAt: "2026-01-01T00:00:00.000Z" }),
  desktop("Mail", { lastUsedAt: "2026-02-01T00:00:00.000Z" }),
  desktop("Workshop", { state: "in-session" }),
];
const names = (search: string) => arrangeDesktops(desktops, search).map(({ name }) => name);

it("puts what is open first, then what was used last, then the rest by name", () => {
  expect(names("")).toEqual(["Workshop", "Mail", "Accounts", "Lab 2", "Lab 10"]);
});

it("finds every word anywhere in name or description", () => {
  expect(names(" lab CHEM ")).toEqual(["Lab 2"]);
  expect(names("nowhere")).toEqual([]);
});

it("offers the search only when there is something to search", () => {
  expect(isSearchUseful(desktops.slice(0, 3))).toBe(false);
  expect(isSearchUseful(desktops)).toBe(true);
});
