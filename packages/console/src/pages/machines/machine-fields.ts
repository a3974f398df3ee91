/** A machine as its form holds it, and how that becomes what the API takes. */
import {
  type Machine,
  type MachineCredentialMode,
  type MachineProtocol,
  PROTOCOLS,
  type Protocol,
  type Trust,
} from "@deskgate/contract";
import type { MachineFields } from "../../api/machines.ts";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

export interface ProtocolForm {
  readonly protocol: Protocol;
  /** Empty while nothing is typed. */
  readonly port: number | string;
  readonly credentialMode: MachineCredentialMode;
  readonly username: string;
  readonly domain: string;
  /** Empty: none for a new machine, the stored one for an old. The same for the key and its passphrase. */
  readonly password: string;
  readonly privateKey: string;
  readonly passphrase: string;
}

export interface MachineForm {
  readonly name: string;
  readonly description: string;
  readonly host: string;
  /** In the order of the API's own list, so that its field paths are the form's. */
  readonly protocols: readonly ProtocolForm[];
  readonly trust: Trust;
  readonly isDeclaredLocal: boolean;
  readonly tags: string[];
  /** Empty: every zone. */
  readonly zoneId: string;
  readonly macAddress: string;
  readonly isInMaintenance: boolean;
  /** Of a new machine only; see parts/people.ts. */
  readonly people: string[];
}

/** Where the API's field paths stand in the form, where they differ. */
export const INPUT_OF_FIELD: Readonly<Record<string, string>> = { protocols: "protocols.0.port" };

export function newProtocol(protocol: Protocol): ProtocolForm {
  return {
    ...{ protocol, port: PROTOCOL_TRAITS[protocol].port, credentialMode: "stored" },
    ...{ username: "", domain: "", password: "", privateKey: "", passphrase: "" },
  };
}

export const NEW_MACHINE: MachineForm = {
  name: "",
  description: "",
  host: "",
  protocols: [newProtocol("vnc")],
  trust: "first-use",
  isDeclaredLocal: false,
  tags: [],
  zoneId: "",
  macAddress: "",
  isInMaintenance: false,
  people: [],
};

/** Those that the machine does not speak yet. */
export function freeProtocols({ protocols }: Pick<MachineForm, "protocols">): readonly Protocol[] {
  return PROTOCOLS.filter((one) => protocols.every(({ protocol }) => protocol !== one));
}

export function formOf(machine: Machine): MachineForm {
  const { name, description, host, isDeclaredLocal, trust, tags, zoneId, macAddress, protocols } = machine;
  return {
    ...NEW_MACHINE,
    ...{ name, description, host, isDeclaredLocal, trust, tags },
    isInMaintenance: machine.isInMaintenance,
    zoneId: zoneId ?? "",
    macAddress: macAddress ?? "",
    protocols: protocols.map(protocolFormOf),
  };
}

function protocolFormOf({ protocol, port, credentialMode, username, domain }: MachineProtocol): ProtocolForm {
  return { ...newProtocol(protocol), port, credentialMode, username, domain };
}

export function fieldsOf(form: MachineForm): MachineFields {
  const { name, description, host, isDeclaredLocal, trust, tags, isInMaintenance, protocols } = form;
  return {
    ...{ name, description, host, isDeclaredLocal, trust, tags, isInMaintenance },
    zoneId: form.zoneId === "" ? null : form.zoneId,
    macAddress: form.macAddress.trim() === "" ? null : form.macAddress,
    protocols: protocols.map(protocolFieldsOf),
  };
}

function protocolFieldsOf(form: ProtocolForm): MachineFields["protocols"][number] {
  const { protocol, credentialMode } = form;
  // An empty port is no number; the schema says so at the field.
  const port = form.port === "" ? Number.NaN : Number(form.port);
  return { protocol, port, credentialMode, ...namesOf(form), ...secretsOf(form) };
}

function namesOf({ protocol, credentialMode, username, domain }: ProtocolForm) {
  const { hasUsername, hasDomain } = PROTOCOL_TRAITS[protocol];
  const isNamed = credentialMode !== "none";
  return {
    username: isNamed && hasUsername ? username : "",
    domain: isNamed && hasDomain ? domain : "",
  };
}

/** Absent keeps what is stored. */
function secretsOf({ protocol, credentialMode, password, privateKey, passphrase }: ProtocolForm) {
  if (credentialMode !== "stored") return {};
  const mayHaveKey = PROTOCOL_TRAITS[protocol].hasPrivateKey;
  return {
    ...(password !== "" && { password }),
    ...(mayHaveKey && privateKey !== "" && { privateKey }),
    ...(mayHaveKey && passphrase !== "" && { passphrase }),
  };
}
