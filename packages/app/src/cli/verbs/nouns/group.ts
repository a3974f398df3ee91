/** `deskgate group …` */
import type { Group } from "@deskgate/contract";
import { findNamed, given, idsOf, listAll } from "../find.ts";
import { type Noun, table, type VerbOption } from "../verb.ts";

const MEMBER: VerbOption = {
  flags: "--member <user>",
  summary: "a user in the group; repeat it for several",
  isRepeated: true,
};

export const groupNoun: Noun = {
  name: "group",
  summary: "users who are entitled together",
  verbs: [
    {
      name: "list",
      summary: "list groups",
      run: async ({ api }) =>
        table(await listAll(api, "listGroups"), [
          { title: "name", value: ({ name }: Group) => name },
          { title: "members", value: ({ memberIds }) => String(memberIds.length) },
          { title: "created", value: ({ createdAt }) => createdAt },
        ]),
    },
    {
      name: "show",
      summary: "show one group",
      operands: ["name"],
      run: async ({ api, operand }) => ({
        kind: "item",
        item: await findNamed(api, "listGroups", operand(0)),
      }),
    },
    {
      name: "create",
      summary: "add a group",
      operands: ["name"],
      options: [MEMBER],
      run: async ({ api, operand, options }) => {
        const memberIds = await idsOf(api, "listUsers", options.texts("member"));
        const item = await api("createGroup", { body: { name: operand(0), ...given({ memberIds }) } });
        return { kind: "done", said: `Group ${item.name} added`, item };
      },
    },
    {
      name: "update",
      summary: "rename a group, or set, add and remove members",
      operands: ["name"],
      options: [
        { flags: "--name <name>", summary: "another name" },
        { ...MEMBER, summary: "the members from now on, all of them; repeat it for several" },
        { flags: "--add-member <user>", summary: "one more member; may be repeated", isRepeated: true },
        { flags: "--remove-member <user>", summary: "one member less; may be repeated", isRepeated: true },
      ],
      run: async ({ api, operand, options }) => {
        const group = await findNamed(api, "listGroups", operand(0));
        const set = await idsOf(api, "listUsers", options.texts("member"));
        const added = await idsOf(api, "listUsers", options.texts("add-member"));
        const removed = await idsOf(api, "listUsers", options.texts("remove-member"));
        const members = [...(set ?? group.memberIds), ...(added ?? [])];
        const isChanged = (set ?? added ?? removed) !== undefined;
        const memberIds = isChanged ? members.filter((id) => !removed?.includes(id)) : undefined;
        const body = given({ name: options.text("name"), memberIds });
        const item = await api("updateGroup", { params: { id: group.id }, body });
        return { kind: "done", said: `Group ${item.name} changed`, item };
      },
    },
    {
      name: "delete",
      summary: "remove a group and what it was entitled to",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listGroups", operand(0));
        await api("deleteGroup", { params: { id } });
        return { kind: "done", said: `Group ${name} removed`, item: { id, name } };
      },
    },
  ],
};
