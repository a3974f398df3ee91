/** `deskgate user …` */
import { BUILT_IN_ROLE_NAMES, type User } from "@deskgate/contract";
import { UsageError } from "../../usage-error.ts";
import { findNamed, given, idsOf, listAll } from "../find.ts";
import { type Api, type Noun, table, type VerbCall, type VerbOption } from "../verb.ts";

const FIELDS: readonly VerbOption[] = [
  { flags: "--display-name <text>", summary: "the name that people read" },
  {
    flags: "--role <role>",
    summary: "what the user may do in Deskgate: a built-in role, or one that the site made, by its name",
    suggestions: BUILT_IN_ROLE_NAMES,
  },
  { flags: "--group <name>", summary: "a group the user is in; repeat it for several", isRepeated: true },
  { flags: "--password", summary: "ask for a password, or read it from the first line of standard input" },
];

export const userNoun: Noun = {
  name: "user",
  summary: "people who can sign in",
  verbs: [
    {
      name: "list",
      summary: "list users",
      run: async ({ api }) => {
        const roles = new Map((await listAll(api, "listRoles")).map(({ id, name }) => [id as string, name]));
        return table(await listAll(api, "listUsers"), [
          { title: "name", value: ({ name }: User) => name },
          { title: "display name", value: ({ displayName }) => displayName },
          { title: "role", value: ({ role }) => roles.get(role) ?? role },
          { title: "state", value: ({ isDisabled }) => (isDisabled ? "disabled" : "enabled") },
          { title: "last sign-in", value: ({ lastSignInAt }) => lastSignInAt ?? "never" },
        ]);
      },
    },
    {
      name: "show",
      summary: "show one user",
      operands: ["name"],
      run: async ({ api, operand }) => ({
        kind: "item",
        item: await findNamed(api, "listUsers", operand(0)),
      }),
    },
    {
      name: "create",
      summary: "add a user; without --password they come in by a sign-in link",
      operands: ["name"],
      options: FIELDS,
      run: async (call) => {
        const fields = await fieldsOf(call);
        const name = call.operand(0);
        const item = await call.api("createUser", { body: { displayName: name, ...fields, name } });
        return { kind: "done", said: `User ${item.name} added`, item };
      },
    },
    {
      name: "update",
      summary: "change a user; what is not named stays",
      operands: ["name"],
      options: [
        { flags: "--name <name>", summary: "another name to sign in with" },
        ...FIELDS,
        { flags: "--disable", summary: "end their sign-ins and sessions, and let them in no more" },
        { flags: "--enable", summary: "let them in again" },
      ],
      run: async (call) => {
        const { api, operand, options } = call;
        if (options.has("disable") && options.has("enable"))
          throw new UsageError("choose one of --disable and --enable");
        const { id } = await findNamed(api, "listUsers", operand(0));
        const isDisabled = options.has("disable") ? true : options.has("enable") ? false : undefined;
        const body = { ...(await fieldsOf(call)), ...given({ name: options.text("name"), isDisabled }) };
        const item = await api("updateUser", { params: { id }, body });
        return { kind: "done", said: `User ${item.name} changed`, item };
      },
    },
    {
      name: "delete",
      summary: "remove a user, with their sign-ins, sessions and entitlements",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listUsers", operand(0));
        await api("deleteUser", { params: { id } });
        return { kind: "done", said: `User ${name} removed`, item: { id, name } };
      },
    },
    {
      name: "link",
      summary: "make a one-time sign-in link to hand to a user",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id } = await findNamed(api, "listUsers", operand(0));
        const item = await api("createSignInLink", { params: { id } });
        const said = `Put the site's address in front of this path. It works once, until ${item.expiresAt}.\n${item.path}`;
        return { kind: "done", said, item };
      },
    },
  ],
};

async function fieldsOf({ api, options, askSecret }: VerbCall) {
  return given({
    displayName: options.text("display-name"),
    role: await roleOf(api, options.text("role")),
    groupIds: await idsOf(api, "listGroups", options.texts("group")),
    password: options.has("password") ? await askSecret("Password") : undefined,
  });
}

async function roleOf(api: Api, wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const roles = await listAll(api, "listRoles");
  const found = roles.find(({ name }) => name === wanted) ?? roles.find(({ id }) => id === wanted);
  if (found) return found.id;
  throw new UsageError(`no role ${wanted}; there are ${roles.map(({ name }) => name).join(", ")}`);
}
