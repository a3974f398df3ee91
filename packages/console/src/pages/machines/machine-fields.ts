/** A machine as its form holds it, and how that becomes what the API takes. */
import type { Machine } from "@deskgate/contract";
import type { MachineFields } from "../../api/machines.ts";

export interface MachineForm {
  readonly name: string;
  readonly description: string;
  readonly host: string;
  /** Empty while nothing is typed. */
  readonly port: number | string;
  /** Empty: none for a new machine, the stored one for an old. */
  readonly password: string;
  readonly removesPassword: boolean;
  readonly isDeclaredLocal: boolean;
  /** Of a new machine only; see parts/people.ts. */
  readonly people: string[];
}

const VNC_PORT = 5900;

/** Where the API's field paths stand in the form. */
export const INPUT_OF_FIELD: Readonly<Record<string, string>> = {
  "protocols.0.port": "port",
  "protocols.0.password": "password",
  protocols: "port",
};

export const NEW_MACHINE: MachineForm = {
  name: "",
  description: "",
  host: "",
  port: VNC_PORT,
  password: "",
  removesPassword: false,
  isDeclaredLocal: false,
  people: [],
};

export function formOf({ name, description, host, isDeclaredLocal, protocols }: Machine): MachineForm {
  return { ...NEW_MACHINE, name, description, host, isDeclaredLocal, port: protocols[0]?.port ?? VNC_PORT };
}

export function fieldsOf(form: MachineForm): MachineFields {
  const { name, description, host, isDeclaredLocal } = form;
  // An empty port is no number; the schema says so at the field.
  const port = form.port === "" ? Number.NaN : Number(form.port);
  return {
    name,
    description,
    host,
    isDeclaredLocal,
    protocols: [{ protocol: "vnc", port, ...passwordOf(form) }],
  };
}

/** Absent keeps what is stored, null removes it. */
function passwordOf({ password, removesPassword }: MachineForm): { readonly password?: string | null } {
  if (removesPassword) return { password: null };
  return password === "" ? {} : { password };
}
