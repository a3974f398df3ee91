/** A machine as its form holds it, and how that becomes what the API takes. */
import type { Machine, MachineCredentialMode, Protocol, Trust } from "@deskgate/contract";
import type { MachineFields } from "../../api/machines.ts";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

export interface MachineForm {
  readonly name: string;
  readonly description: string;
  readonly host: string;
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
  readonly trust: Trust;
  readonly isDeclaredLocal: boolean;
  readonly tags: string[];
  /** Empty: every zone. */
  readonly zoneId: string;
  readonly macAddress: string;
  readonly isInMaintenance: boolean;
  /** Of a new machine only; see parts/people.ts. */
  readonly people: string[];
  /** Protocols of the machine that this form does not show; they stay as they are. */
  readonly others: MachineFields["protocols"];
}

/** Where the API's field paths stand in the form. */
export const INPUT_OF_FIELD: Readonly<Record<string, string>> = {
  "protocols.0.port": "port",
  "protocols.0.username": "username",
  "protocols.0.domain": "domain",
  "protocols.0.password": "password",
  "protocols.0.privateKey": "privateKey",
  "protocols.0.passphrase": "passphrase",
  protocols: "port",
};

export const NEW_MACHINE: MachineForm = {
  name: "",
  description: "",
  host: "",
  protocol: "vnc",
  port: PROTOCOL_TRAITS.vnc.port,
  credentialMode: "stored",
  username: "",
  domain: "",
  password: "",
  privateKey: "",
  passphrase: "",
  trust: "first-use",
  isDeclaredLocal: false,
  tags: [],
  zoneId: "",
  macAddress: "",
  isInMaintenance: false,
  people: [],
  others: [],
};

export function formOf({
  name,
  description,
  host,
  isDeclaredLocal,
  trust,
  tags,
  zoneId,
  macAddress,
  isInMaintenance,
  protocols: [first, ...others],
}: Machine): MachineForm {
  return {
    ...NEW_MACHINE,
    ...{ name, description, host, isDeclaredLocal, trust, tags, isInMaintenance },
    zoneId: zoneId ?? "",
    macAddress: macAddress ?? "",
    ...(first && {
      protocol: first.protocol,
      port: first.port,
      credentialMode: first.credentialMode,
      username: first.username,
      domain: first.domain,
    }),
    others: others.map(({ protocol, port }) => ({ protocol, port })),
  };
}

export function fieldsOf(form: MachineForm): MachineFields {
  const { name, description, host, isDeclaredLocal, trust, protocol, credentialMode, others } = form;
  // An empty port is no number; the schema says so at the field.
  const port = form.port === "" ? Number.NaN : Number(form.port);
  const shown = { protocol, port, credentialMode, ...namesOf(form), ...secretsOf(form) };
  const { tags, isInMaintenance } = form;
  return {
    ...{ name, description, host, isDeclaredLocal, trust, tags, isInMaintenance },
    zoneId: form.zoneId === "" ? null : form.zoneId,
    macAddress: form.macAddress.trim() === "" ? null : form.macAddress,
    protocols: [shown, ...others],
  };
}

function namesOf({ protocol, credentialMode, username, domain }: MachineForm) {
  const { hasUsername, hasDomain } = PROTOCOL_TRAITS[protocol];
  const isNamed = credentialMode !== "none";
  return {
    username: isNamed && hasUsername ? username : "",
    domain: isNamed && hasDomain ? domain : "",
  };
}

/** Absent keeps what is stored. */
function secretsOf({ protocol, credentialMode, password, privateKey, passphrase }: MachineForm) {
  if (credentialMode !== "stored") return {};
  const mayHaveKey = PROTOCOL_TRAITS[protocol].hasPrivateKey;
  return {
    ...(password !== "" && { password }),
    ...(mayHaveKey && privateKey !== "" && { privateKey }),
    ...(mayHaveKey && passphrase !== "" && { passphrase }),
  };
}
