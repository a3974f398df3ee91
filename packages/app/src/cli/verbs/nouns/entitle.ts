/** `deskgate entitle …` */
import { DeskgateError } from "@deskgate/contract";
import { UsageError } from "../../usage-error.ts";
import { findNamed, listAll } from "../find.ts";
import { type Api, type Noun, table, type VerbCall, type VerbOption } from "../verb.ts";

const WHO_AND_WHAT: readonly VerbOption[] = [
  { flags: "--user <name>", summary: "the user who may" },
  { flags: "--group <name>", summary: "the group that may" },
  { flags: "--pool <name>", summary: "the pool they may use", isRequired: true },
];

export const entitleNoun: Noun = {
  name: "entitle",
  summary: "who may use what",
  verbs: [
    {
      name: "list",
      summary: "list entitlements",
      run: async ({ api }) =>
        table(await named(api), [
          { title: "pool", value: ({ poolName }) => poolName },
          { title: "user", value: ({ userName }) => userName ?? "" },
          { title: "group", value: ({ groupName }) => groupName ?? "" },
          { title: "since", value: ({ createdAt }) => createdAt },
        ]),
    },
    {
      name: "show",
      summary: "show what a user or group may use by entitlements of its own",
      options: WHO_AND_WHAT.filter(({ isRequired }) => !isRequired),
      run: async (call) => {
        const { userId, groupId } = await holderOf(call);
        const items = (await named(call.api)).filter(
          (one) => one.userId === userId && one.groupId === groupId,
        );
        return table(items, [
          { title: "pool", value: ({ poolName }) => poolName },
          { title: "since", value: ({ createdAt }) => createdAt },
        ]);
      },
    },
    {
      name: "create",
      summary: "let a user or a group use a pool",
      options: WHO_AND_WHAT,
      run: async (call) => {
        const body = await wantedOf(call);
        const item = await call.api("createEntitlement", { body });
        return { kind: "done", said: "Entitlement added", item };
      },
    },
    {
      name: "delete",
      summary: "take it away again, ending the sessions that rested on it",
      options: WHO_AND_WHAT,
      run: async (call) => {
        const wanted = await wantedOf(call);
        const found = (await listAll(call.api, "listEntitlements")).find(
          ({ poolId, userId, groupId }) =>
            poolId === wanted.poolId && userId === wanted.userId && groupId === wanted.groupId,
        );
        if (!found) throw new DeskgateError("not_found");
        await call.api("deleteEntitlement", { params: { id: found.id } });
        return { kind: "done", said: "Entitlement removed", item: found };
      },
    },
  ],
};

async function holderOf({ api, options }: VerbCall) {
  const [user, group] = [options.text("user"), options.text("group")];
  if ((user === undefined) === (group === undefined)) throw new UsageError("name one of --user and --group");
  return {
    userId: user === undefined ? null : (await findNamed(api, "listUsers", user)).id,
    groupId: group === undefined ? null : (await findNamed(api, "listGroups", group)).id,
  };
}

async function wantedOf(call: VerbCall) {
  const pool = call.options.text("pool") ?? "";
  return { ...(await holderOf(call)), poolId: (await findNamed(call.api, "listPools", pool)).id };
}

/** Entitlements with names beside the ids. */
async function named(api: Api) {
  const names = async (route: "listUsers" | "listGroups" | "listPools") => {
    const items: readonly { readonly id: string; readonly name: string }[] = await listAll(api, route);
    return new Map(items.map(({ id, name }) => [id, name]));
  };
  const [users, groups, pools] = [
    await names("listUsers"),
    await names("listGroups"),
    await names("listPools"),
  ];
  return (await listAll(api, "listEntitlements")).map((one) => ({
    ...one,
    poolName: pools.get(one.poolId) ?? one.poolId,
    userName: one.userId === null ? null : (users.get(one.userId) ?? one.userId),
    groupName: one.groupId === null ? null : (groups.get(one.groupId) ?? one.groupId),
  }));
}
