import { IMPORT_COLUMNS, IMPORT_KINDS } from "@deskgate/contract";
import { expect, it } from "vitest";
import { ROW_SCHEMAS } from "./rows.ts";

it.each(IMPORT_KINDS)("%s take the columns that people are told of", (kind) => {
  expect(Object.keys(ROW_SCHEMAS[kind].shape).toSorted()).toEqual([...IMPORT_COLUMNS[kind]].toSorted());
});
