/** `deskgate pool …` */
import { DEFAULT_RELEASE, type Pool, type Release } from "@deskgate/contract";
import { durationMs, durationSchema } from "../../../config/duration.ts";
import { UsageError } from "../../usage-error.ts";
import { findNamed, given, idsOf, listAll } from "../find.ts";
import { type Api, type Noun, type OptionValues, table, type VerbOption } from "../verb.ts";

const NEVER = "never";

const FIELDS: readonly VerbOption[] = [
  { flags: "--description <text>", summary: "a line about it" },
  {
    flags: "--release-after <time>",
    summary: `end a session this long after its last viewer left, such as 30m or 8h; or ${NEVER}`,
    suggestions: ["30m", "8h", NEVER],
  },
  {
    flags: "--release-on-sign-out <answer>",
    summary: "end a session when its person signs out",
    choices: ["yes", "no"],
  },
];

const MACHINE: VerbOption = {
  flags: "--machine <name>",
  summary: "a machine that it hands out; repeat it for several",
  isRepeated: true,
};

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
    {
      name: "create",
      summary: "make a pool of machines",
      operands: ["name"],
      options: [
        {
          flags: "--kind <kind>",
          summary: "floating: any free machine; dedicated: the first use binds one to its person",
          choices: ["floating", "dedicated"],
          isRequired: true,
        },
        MACHINE,
        ...FIELDS,
      ],
      run: async ({ api, operand, options }) => {
        const machineIds = await idsOf(api, "listMachines", options.texts("machine"));
        const fields = { machineIds, ...fieldsOf(options, DEFAULT_RELEASE) };
        const body = { name: operand(0), kind: options.text("kind"), ...given(fields) };
        const item = await api("createPool", { body });
        return { kind: "done", said: `Pool ${item.name} added`, item };
      },
    },
    {
      name: "update",
      summary: "change a pool, or set, add and take away machines; what is not named stays",
      operands: ["name"],
      options: [
        { flags: "--name <name>", summary: "another name" },
        { ...MACHINE, summary: "the machines from now on, all of them; repeat it for several" },
        { flags: "--add-machine <name>", summary: "one more machine; may be repeated", isRepeated: true },
        { flags: "--remove-machine <name>", summary: "one machine less; may be repeated", isRepeated: true },
        ...FIELDS,
      ],
      run: async ({ api, operand, options }) => {
        const pool = await findNamed(api, "listPools", operand(0));
        // Names are looked up before anything is changed.
        const machineIds = await machinesOf(api, options, pool);
        const body = given({ name: options.text("name"), ...fieldsOf(options, pool.release) });
        const params = { id: pool.id };
        const changed = await api("updatePool", { params, body });
        const item = machineIds ? await api("setPoolMachines", { params, body: { machineIds } }) : changed;
        return { kind: "done", said: `Pool ${item.name} changed`, item };
      },
    },
    {
      name: "delete",
      summary: "remove a pool, ending its sessions; its machines stay",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listPools", operand(0));
        await api("deletePool", { params: { id } });
        return { kind: "done", said: `Pool ${name} removed`, item: { id, name } };
      },
    },
  ],
};

function fieldsOf(options: OptionValues, release: Release) {
  return { description: options.text("description"), release: releaseOf(options, release) };
}

/** What was said over what is; `undefined` where nothing was. */
function releaseOf(options: OptionValues, before: Release): Release | undefined {
  const [after, onSignOut] = [options.text("release-after"), options.text("release-on-sign-out")];
  if (after === undefined && onSignOut === undefined) return undefined;
  return {
    afterDisconnectMs: after === undefined ? before.afterDisconnectMs : timeOf(after),
    onSignOut: onSignOut === undefined ? before.onSignOut : onSignOut === "yes",
  };
}

function timeOf(text: string): number | null {
  if (text === NEVER) return null;
  const { success } = durationSchema.safeParse(text);
  if (!success) throw new UsageError(`--release-after ${text}: write a time such as 30m or 8h, or ${NEVER}`);
  return durationMs(text);
}

/** `undefined` where nothing was said about machines. */
async function machinesOf(api: Api, options: OptionValues, pool: Pool): Promise<string[] | undefined> {
  const set = await idsOf(api, "listMachines", options.texts("machine"));
  const added = await idsOf(api, "listMachines", options.texts("add-machine"));
  const removed = await idsOf(api, "listMachines", options.texts("remove-machine"));
  if ((set ?? added ?? removed) === undefined) return undefined;
  return [...(set ?? pool.machineIds), ...(added ?? [])].filter((id) => !removed?.includes(id));
}
