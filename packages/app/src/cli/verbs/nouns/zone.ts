/** `deskgate zone …` */
import type { Zone } from "@deskgate/contract";
import { findNamed, given, listAll } from "../find.ts";
import { type Noun, table, type VerbOption } from "../verb.ts";

const DESCRIPTION: VerbOption = { flags: "--description <text>", summary: "a line about it" };

export const zoneNoun: Noun = {
  name: "zone",
  summary: "parts of the site that only their own gateways reach",
  verbs: [
    {
      name: "list",
      summary: "list zones",
      run: async ({ api }) =>
        table(await listAll(api, "listZones"), [
          { title: "name", value: ({ name }: Zone) => name },
          { title: "description", value: ({ description }) => description },
        ]),
    },
    {
      name: "create",
      summary: "add a zone",
      operands: ["name"],
      options: [DESCRIPTION],
      run: async ({ api, operand, options }) => {
        const body = { name: operand(0), ...given({ description: options.text("description") }) };
        const item = await api("createZone", { body });
        return { kind: "done", said: `Zone ${item.name} added`, item };
      },
    },
    {
      name: "update",
      summary: "rename or describe a zone",
      operands: ["name"],
      options: [{ flags: "--name <name>", summary: "another name" }, DESCRIPTION],
      run: async ({ api, operand, options }) => {
        const { id } = await findNamed(api, "listZones", operand(0));
        const body = given({ name: options.text("name"), description: options.text("description") });
        const item = await api("updateZone", { params: { id }, body });
        return { kind: "done", said: `Zone ${item.name} changed`, item };
      },
    },
    {
      name: "delete",
      summary: "remove a zone that no machine is in",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listZones", operand(0));
        await api("deleteZone", { params: { id } });
        return { kind: "done", said: `Zone ${name} removed`, item: { id, name } };
      },
    },
  ],
};
