/** Machines as administrators look after them. Each comes with a pool of one. */
import {
  type CredentialMode,
  DeskgateError,
  type Log,
  type Protocol,
  Secret,
  type Target,
  type Trust,
} from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import { addressRefusal, type Machine } from "../../domain/machine.ts";
import { type MachineSecret, machineSecretPlace, type Sealing } from "../../domain/sealing.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { MachineStore, ProbeResult, Prober, ProtocolRow } from "./ports.ts";

interface MachinesDeps {
  readonly store: MachineStore;
  readonly gateways: Prober;
  readonly ending: SessionEnding;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface ProtocolFields {
  readonly protocol: Protocol;
  readonly port: number;
  readonly credentialMode?: CredentialMode | undefined;
  readonly username?: string | undefined;
  readonly domain?: string | undefined;
  readonly password?: string | null | undefined;
  readonly privateKey?: string | null | undefined;
  readonly passphrase?: string | null | undefined;
}

export interface MachineFields {
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly isDeclaredLocal: boolean;
  readonly protocols: readonly ProtocolFields[];
  readonly trust: Trust;
}

type MachineFieldChange = { readonly [Name in keyof MachineFields]?: MachineFields[Name] | undefined };

export class MachinesService {
  readonly #deps: MachinesDeps;

  constructor(deps: MachinesDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly Machine[]> {
    return this.#deps.store.list();
  }

  async find(machineId: string): Promise<Machine> {
    const machine = await this.#deps.store.find(machineId);
    if (!machine) throw new DeskgateError("not_found");
    return machine;
  }

  /** `builtIn` marks a machine that the program keeps itself. */
  async create(fields: MachineFields, actor: string, builtIn?: string): Promise<Machine> {
    const { random, clock, store } = this.#deps;
    checkAddress(fields.host, fields.isDeclaredLocal);
    checkProtocols(fields.protocols);
    const id = random.uuid();
    const protocols = this.#protocolRows(id, fields.protocols);
    const made = { ...fields, id, poolId: random.uuid(), builtIn, protocols, createdAt: clock.now() };
    const machine = await store.create(made);
    this.#tell(id, actor, "Machine added");
    return machine;
  }

  async update(machineId: string, change: MachineFieldChange, actor: string): Promise<Machine> {
    const machine = await this.#findOwn(machineId);
    return this.#change(machine, change, actor);
  }

  async remove(machineId: string, actor: string): Promise<void> {
    await this.#findOwn(machineId);
    await this.#remove(machineId, actor);
  }

  /** Makes the built-in machine, or brings it up to date. */
  async ensureBuiltIn(builtIn: string, fields: MachineFields): Promise<{ machine: Machine; isNew: boolean }> {
    const known = await this.#deps.store.findBuiltIn(builtIn);
    // An administrator may have given its name to another machine meanwhile, so the name is set only once.
    const { name, ...rest } = fields;
    if (known) return { machine: await this.#change(known, rest, "setup"), isNew: false };
    const machine = await this.create({ ...rest, name: await this.#freeName(name) }, "setup", builtIn);
    return { machine, isNew: true };
  }

  async removeBuiltIn(builtIn: string): Promise<void> {
    const known = await this.#deps.store.findBuiltIn(builtIn);
    if (known) await this.#remove(known.id, "setup");
  }

  /** Asks a gateway to dial the first protocol. */
  async probe(machineId: string): Promise<ProbeResult> {
    const machine = await this.find(machineId);
    const [first] = targetsOf(machine);
    if (!first) throw new DeskgateError("machine_protocol_missing");
    return this.#deps.gateways.probe(first.target, first.protocol);
  }

  async #change(machine: Machine, change: MachineFieldChange, actor: string): Promise<Machine> {
    checkAddress(change.host ?? machine.host, change.isDeclaredLocal ?? machine.isDeclaredLocal);
    checkProtocols(change.protocols ?? []);
    const protocols = change.protocols && this.#protocolRows(machine.id, change.protocols);
    const changed = await this.#deps.store.update(machine.id, { ...change, protocols });
    if (!changed) throw new DeskgateError("not_found");
    this.#tell(machine.id, actor, "Machine changed");
    return changed;
  }

  async #remove(machineId: string, actor: string): Promise<void> {
    if (!(await this.#deps.store.remove(machineId))) throw new DeskgateError("not_found");
    this.#tell(machineId, actor, "Machine removed");
    // The pool went with it, and with the pool every right to it.
    await this.#deps.ending.endWithoutRight();
  }

  /** A machine that administrators may change. */
  async #findOwn(machineId: string): Promise<Machine> {
    const machine = await this.find(machineId);
    if (!machine.isBuiltIn) return machine;
    const fields = { isBuiltIn: "The program made this machine and keeps it; it cannot be changed." };
    throw new DeskgateError("validation_failed", { fields });
  }

  async #freeName(wanted: string): Promise<string> {
    const taken = new Set((await this.#deps.store.list()).map(({ name }) => name));
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted} ${number}`;
      if (!taken.has(name)) return name;
    }
  }

  #protocolRows(machineId: string, protocols: readonly ProtocolFields[]): readonly ProtocolRow[] {
    return protocols.map(({ protocol, port, username, domain, ...fields }) => {
      const seal = (secret: MachineSecret) => {
        const value = fields[secret];
        const place = machineSecretPlace(secret, { machineId, protocol });
        return typeof value === "string" ? this.#deps.sealing.seal(new Secret(value), place) : value;
      };
      const hasSecret = typeof fields.password === "string" || typeof fields.privateKey === "string";
      return {
        ...{ protocol, port, username, domain },
        credentialMode: fields.credentialMode ?? (hasSecret ? "stored" : undefined),
        sealedPassword: seal("password"),
        sealedPrivateKey: seal("privateKey"),
        sealedPassphrase: seal("passphrase"),
      };
    });
  }

  #tell(machineId: string, actor: string, message: string): void {
    this.#deps.log.info({ machineId, detail: `by ${actor}` }, message);
  }
}

/** Where a machine is dialled, one target per protocol. */
export function targetsOf(
  machine: Machine,
): readonly { readonly protocol: Protocol; readonly target: Target }[] {
  const { host, isDeclaredLocal } = machine;
  return machine.protocols.map(({ protocol, port }) => ({
    protocol,
    target: { host, port, isDeclaredLocal },
  }));
}

function checkAddress(host: string, isDeclaredLocal: boolean): void {
  const refusal = addressRefusal(host, isDeclaredLocal);
  if (refusal !== undefined)
    throw new DeskgateError("machine_address_refused", { fields: { host: refusal } });
}

function checkProtocols(protocols: readonly ProtocolFields[]): void {
  const names = protocols.map(({ protocol }) => protocol);
  if (new Set(names).size < names.length)
    throw new DeskgateError("validation_failed", { fields: { protocols: "Name each protocol once." } });
}
