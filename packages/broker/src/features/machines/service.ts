/** Machines as administrators look after them. Each comes with a pool of one. */
import {
  DeskgateError,
  type Log,
  type MachineCredentialMode,
  type Protocol,
  Secret,
  type Target,
  type Trust,
} from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { addressRefusal, type Machine } from "../../domain/machine.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { type MachineSecret, machineSecretPlace, type Sealing } from "../../domain/sealing.ts";
import { type AuditService, type Deed, PROGRAM } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { MachineFilter, MachineSort, MachineStore, ProbeResult, Prober, ProtocolRow } from "./ports.ts";

interface MachinesDeps {
  readonly store: MachineStore;
  readonly gateways: Prober;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface ProtocolFields {
  readonly protocol: Protocol;
  readonly port: number;
  readonly credentialMode?: MachineCredentialMode | undefined;
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
  readonly tags?: readonly string[] | undefined;
  readonly zoneId?: string | null | undefined;
  readonly macAddress?: string | null | undefined;
  readonly isInMaintenance?: boolean | undefined;
}

type MachineFieldChange = { readonly [Name in keyof MachineFields]?: MachineFields[Name] | undefined } & {
  readonly ifVersion?: number | undefined;
};

export class MachinesService {
  readonly #deps: MachinesDeps;

  constructor(deps: MachinesDeps) {
    this.#deps = deps;
  }

  list(request: PageRequest<MachineSort>, filter: MachineFilter): Promise<Page<Machine>> {
    return this.#deps.store.list(request, filter);
  }

  listAll(): Promise<readonly Machine[]> {
    return this.#deps.store.listAll();
  }

  async find(machineId: string): Promise<Machine> {
    const machine = await this.#deps.store.find(machineId);
    if (!machine) throw new DeskgateError("not_found");
    return machine;
  }

  /** `builtIn` marks a machine that the program keeps itself. */
  async create(fields: MachineFields, actor: Actor, builtIn?: string): Promise<Machine> {
    const { random, clock, store } = this.#deps;
    checkAddress(fields.host, fields.isDeclaredLocal);
    checkProtocols(fields.protocols);
    const id = random.uuid();
    const protocols = this.#protocolRows(id, fields.protocols);
    const { tags = [], zoneId = null, macAddress = null, isInMaintenance = false } = fields;
    const made = {
      ...{ ...fields, tags, zoneId, macAddress, isInMaintenance },
      ...{ id, poolId: random.uuid(), builtIn, protocols, createdAt: clock.now() },
    };
    const { name, host, isDeclaredLocal, trust } = fields;
    const machine = await this.#deps.audit.change(
      actor,
      () => store.create(made),
      () =>
        deedOn(id, "machine.created", { name, host, isDeclaredLocal, trust, ...spoken(fields.protocols) }),
    );
    this.#tell(id, actor, "Machine added");
    return machine;
  }

  async update(machineId: string, change: MachineFieldChange, actor: Actor): Promise<Machine> {
    const machine = await this.#findOwn(machineId);
    return this.#change(machine, change, actor);
  }

  async remove(machineId: string, actor: Actor, ifVersion?: number): Promise<void> {
    await this.#findOwn(machineId);
    await this.#remove(machineId, actor, ifVersion);
  }

  /** Makes the built-in machine, or brings it up to date. */
  async ensureBuiltIn(builtIn: string, fields: MachineFields): Promise<{ machine: Machine; isNew: boolean }> {
    const known = await this.#deps.store.findBuiltIn(builtIn);
    // An administrator may have given its name to another machine meanwhile, so the name is set only once.
    const { name, ...rest } = fields;
    if (known) return { machine: await this.#change(known, rest, PROGRAM), isNew: false };
    const machine = await this.create({ ...rest, name: await this.#freeName(name) }, PROGRAM, builtIn);
    return { machine, isNew: true };
  }

  async removeBuiltIn(builtIn: string): Promise<void> {
    const known = await this.#deps.store.findBuiltIn(builtIn);
    if (known) await this.#remove(known.id, PROGRAM);
  }

  /** Asks a gateway to dial the first protocol. */
  async probe(machineId: string): Promise<ProbeResult> {
    const machine = await this.find(machineId);
    const [first] = targetsOf(machine);
    if (!first) throw new DeskgateError("machine_protocol_missing");
    return this.#deps.gateways.probe(first.target, first.protocol, machine.zoneId);
  }

  async #change(machine: Machine, change: MachineFieldChange, actor: Actor): Promise<Machine> {
    checkAddress(change.host ?? machine.host, change.isDeclaredLocal ?? machine.isDeclaredLocal);
    checkProtocols(change.protocols ?? []);
    const protocols = change.protocols && this.#protocolRows(machine.id, change.protocols);
    const { protocols: _, ...shown } = change;
    const changed = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(machine.id, { ...change, protocols }),
      (known) => {
        if (!known) return [];
        const detail = { name: known.name, ...shown, ...(change.protocols ? spoken(change.protocols) : {}) };
        return deedOn(machine.id, "machine.changed", detail);
      },
    );
    if (!changed) throw new DeskgateError("not_found");
    this.#tell(machine.id, actor, "Machine changed");
    return changed;
  }

  async #remove(machineId: string, actor: Actor, ifVersion?: number): Promise<void> {
    const wasThere = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(machineId, ifVersion),
      (isGone) => (isGone ? deedOn(machineId, "machine.removed") : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
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
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted} ${number}`;
      if (!(await this.#deps.store.isNameTaken(name))) return name;
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

  #tell(machineId: string, actor: Actor, message: string): void {
    this.#deps.log.info({ machineId, detail: `by ${actor.userId ?? actor.name}` }, message);
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

function deedOn(machineId: string, action: string, detail?: Deed["detail"]): Deed {
  return { action, subject: { kind: "machine", id: machineId }, detail };
}

/** What the audit says of protocols: which secrets were set, not which they are. */
function spoken(protocols: readonly ProtocolFields[]) {
  return {
    protocols: protocols.map(({ protocol, port, credentialMode, username, domain, ...secrets }) => ({
      ...{ protocol, port, credentialMode, username, domain },
      secretsSet: Object.entries(secrets).flatMap(([name, value]) =>
        typeof value === "string" ? [name] : [],
      ),
    })),
  };
}
