/** `deskgate machine …` */
import { CREDENTIAL_MODES, type Machine, PROTOCOLS, type Protocol } from "@deskgate/contract";
import { UsageError } from "../../usage-error.ts";
import { findNamed, given, listAll } from "../find.ts";
import { type Noun, table, type VerbCall, type VerbOption } from "../verb.ts";

const FIELDS: readonly VerbOption[] = [
  { flags: "--description <text>", summary: "a line about it" },
  {
    flags: "--trust <how>",
    summary: "which identities are believed",
    choices: ["first-use", "pinned", "authority"],
  },
  { flags: "--local", summary: "it runs on the gateway's own host or link, and may be dialled there" },
  { flags: "--mac <address>", summary: "the network card's address, by which it is woken" },
  { flags: "--zone <name>", summary: "the zone that it is in" },
  { flags: "--tag <word>", summary: "a word to find it by; repeat it for several", isRepeated: true },
];

const CREDENTIAL: readonly VerbOption[] = [
  { flags: "--credential <mode>", summary: "where the credential comes from", choices: CREDENTIAL_MODES },
  { flags: "--username <name>", summary: "the name on the machine" },
  { flags: "--domain <name>", summary: "the domain of that name" },
  { flags: "--password", summary: "ask for the machine's password, or read it from standard input" },
];

export const machineNoun: Noun = {
  name: "machine",
  summary: "what one can be connected to",
  verbs: [
    {
      name: "list",
      summary: "list machines",
      run: async ({ api }) =>
        table(await listAll(api, "listMachines"), [
          { title: "name", value: ({ name }: Machine) => name },
          { title: "host", value: ({ host }) => host },
          { title: "protocols", value: (machine) => machine.protocols.map(spelled).join(" ") },
          { title: "description", value: ({ description }) => description },
        ]),
    },
    {
      name: "show",
      summary: "show one machine",
      operands: ["name"],
      run: async ({ api, operand }) => ({
        kind: "item",
        item: await findNamed(api, "listMachines", operand(0)),
      }),
    },
    {
      name: "create",
      summary: "add a machine, with a pool of one that hands it out",
      operands: ["name"],
      options: [
        { flags: "--host <address>", summary: "name or IP address", isRequired: true },
        {
          flags: "--protocol <name:port>",
          summary: "such as vnc:5901; repeat it for several, the first gets the credential",
          isRepeated: true,
          isRequired: true,
        },
        ...CREDENTIAL,
        ...FIELDS,
      ],
      run: async (call) => {
        const protocols = await protocolsOf(call);
        const host = call.options.text("host");
        const body = { name: call.operand(0), host, ...(await fieldsOf(call)), ...given({ protocols }) };
        const item = await call.api("createMachine", { body });
        return { kind: "done", said: `Machine ${item.name} added`, item };
      },
    },
    {
      name: "update",
      summary: "change a machine; what is not named stays",
      operands: ["name"],
      options: [
        { flags: "--name <name>", summary: "another name" },
        { flags: "--host <address>", summary: "another name or IP address" },
        {
          flags: "--protocol <name:port>",
          summary: "the protocols from now on, all of them; repeat it for several",
          isRepeated: true,
        },
        ...CREDENTIAL,
        ...FIELDS,
      ],
      run: async (call) => {
        const { id, protocols: known } = await findNamed(call.api, "listMachines", call.operand(0));
        const protocols = await protocolsOf(call, known.map(spelled));
        const { options } = call;
        const named = given({ name: options.text("name"), host: options.text("host"), protocols });
        const item = await call.api("updateMachine", {
          params: { id },
          body: { ...(await fieldsOf(call)), ...named },
        });
        return { kind: "done", said: `Machine ${item.name} changed`, item };
      },
    },
    {
      name: "wake",
      summary: "switch a machine on by Wake-on-LAN; a running server's gateways send it within seconds",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listMachines", operand(0));
        const item = await api("wakeMachine", { params: { id } });
        const by = item.gateways.map((gateway) => `${gateway.id} to ${gateway.sentTo}`).join(", ");
        const said = {
          sent: `Machine ${name} is being started: sent by ${by}`,
          waiting: `Machine ${name} is to be started: a running server sends it within seconds`,
        };
        return { kind: "done", said: said[item.state], item };
      },
    },
    {
      name: "delete",
      summary: "remove a machine, ending its sessions",
      operands: ["name"],
      run: async ({ api, operand }) => {
        const { id, name } = await findNamed(api, "listMachines", operand(0));
        await api("deleteMachine", { params: { id } });
        return { kind: "done", said: `Machine ${name} removed`, item: { id, name } };
      },
    },
  ],
};

async function fieldsOf({ api, options }: VerbCall) {
  const zone = options.text("zone");
  return given({
    macAddress: options.text("mac"),
    zoneId: zone === undefined ? undefined : (await findNamed(api, "listZones", zone)).id,
    tags: options.texts("tag"),
    description: options.text("description"),
    trust: options.text("trust"),
    isDeclaredLocal: options.has("local") ? true : undefined,
  });
}

/** `undefined` where nothing about protocols or credentials was said. */
async function protocolsOf({ options, askSecret }: VerbCall, known: readonly string[] = []) {
  const credential = given({
    credentialMode: options.text("credential"),
    username: options.text("username"),
    domain: options.text("domain"),
    password: options.has("password") ? await askSecret("Password of the machine") : undefined,
  });
  const named = options.texts("protocol");
  if (named === undefined && Object.keys(credential).length === 0) return undefined;
  return (named ?? known).map((text, index) => ({ ...endpointOf(text), ...(index === 0 ? credential : {}) }));
}

function endpointOf(text: string): { readonly protocol: Protocol; readonly port: number } {
  const [name, port, ...rest] = text.split(":");
  const protocol = PROTOCOLS.find((known) => known === name);
  if (!protocol || !/^\d{1,5}$/.test(port ?? "") || 0 < rest.length)
    throw new UsageError(
      `--protocol ${text}: write a protocol (${PROTOCOLS.join(", ")}) and a port, such as vnc:5901`,
    );
  return { protocol, port: Number(port) };
}

function spelled({ protocol, port }: { readonly protocol: string; readonly port: number }): string {
  return `${protocol}:${port}`;
}
