/** `deskgate policy …` */
import { type NamedPolicy, type PolicySays, policySaysSchema } from "@deskgate/contract";
import { durationMs, durationSchema } from "../../../config/duration.ts";
import { UsageError } from "../../usage-error.ts";
import { findNamed, given, listAll } from "../find.ts";
import { type Noun, type OptionValues, table, type VerbOption } from "../verb.ts";

type Field = keyof PolicySays;
const FIELDS = Object.keys(policySaysSchema.shape) as readonly Field[]; // the keys of its shape are its fields

const SET: VerbOption = {
  flags: "--set <field=value>",
  summary:
    "what it says: yes or no, a time such as 30m, a number, protocols with commas between, or nothing; may be repeated",
  isRepeated: true,
  suggestions: FIELDS.map((field) => `${field}=`),
};

export const policyNoun: Noun = {
  name: "policy",
  summary: "what connections may do, to be named in entitlements",
  verbs: [
    {
      name: "list",
      summary: "list policies",
      run: async ({ api }) =>
        table(await listAll(api, "listPolicies"), [
          { title: "name", value: ({ name }: NamedPolicy) => name },
          { title: "says", value: spelled },
        ]),
    },
    {
      name: "show",
      summary: "show one policy",
      operands: ["name"],
      run: async ({ api, operand }) => ({
        kind: "item",
        item: await findNamed(api, "listPolicies", operand(0)),
      }),
    },
    {
      name: "create",
      summary: "add a policy",
      operands: ["name"],
      options: [SET],
      run: async ({ api, operand, options }) => {
        const item = await api("createPolicy", { body: { name: operand(0), ...saysOf(options) } });
        return { kind: "done", said: `Policy ${item.name} added`, item };
      },
    },
    {
      name: "update",
      summary: "change a policy; what is not named stays",
      operands: ["name"],
      options: [{ flags: "--name <name>", summary: "another name" }, SET],
      run: async ({ api, operand, options }) => {
        const { id } = await findNamed(api, "listPolicies", operand(0));
        const body = { ...given({ name: options.text("name") }), ...saysOf(options) };
        const item = await api("updatePolicy", { params: { id }, body });
        return { kind: "done", said: `Policy ${item.name} changed`, item };
      },
    },
    {
      name: "delete",
      summary: "remove a policy that no entitlement names",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listPolicies", operand(0));
        await api("deletePolicy", { params: { id } });
        return { kind: "done", said: `Policy ${name} removed`, item: { id, name } };
      },
    },
  ],
};

function spelled(policy: NamedPolicy): string {
  const said = FIELDS.filter((field) => policy[field] !== null);
  return said.map((field) => `${field}=${JSON.stringify(policy[field])}`).join(" ");
}

function saysOf(options: OptionValues): Readonly<Record<string, unknown>> {
  return Object.fromEntries((options.texts("set") ?? []).map(saidOf));
}

/** The value's kind is that of its words; whether it fits the field, the API says. */
function saidOf(text: string): readonly [Field, unknown] {
  const [name = "", ...rest] = text.split("=");
  const field = FIELDS.find((known) => known === name);
  if (!field || rest.length !== 1)
    throw new UsageError(`--set ${text}: write field=value; the fields are ${FIELDS.join(", ")}`);
  return [field, readValue(field, rest.join())];
}

function readValue(field: Field, text: string): unknown {
  if (text === "nothing") return null;
  if (text === "yes" || text === "no") return text === "yes";
  if (field === "protocols") return text.split(",");
  if (durationSchema.safeParse(text).success) return durationMs(text);
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
