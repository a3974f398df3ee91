/** `deskgate pool …` */
import type { Pool } from "@deskgate/contract";
import { findNamed, listAll } from "../find.ts";
import { type Noun, table } from "../verb.ts";

export const poolNoun: Noun = {
  name: "pool",
  summary: "machines handed out by one rule",
  verbs: [
    {
      name: "list",
      summary: "list pools",
      run: async ({ api }) =>
        table(await listAll(api, "listPools"), [
          { title: "name", value: ({ name }: Pool) => name },
          { title: "kind", value: ({ kind }) => kind },
          { title: "machines", value: ({ machineIds }) => String(machineIds.length) },
        ]),
    },
    {
      name: "show",
      summary: "show one pool with its policy",
      operands: ["name"],
      run: async ({ api, operand }) => ({
        kind: "item",
        item: await findNamed(api, "listPools", operand(0)),
      }),
    },
  ],
};
