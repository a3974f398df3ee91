/** Secrets at rest, as features see them: text in, sealed text out, bound to the place where it is kept. */
import type { Secret } from "@deskgate/contract";

/** Where a sealed value lives. A value moved to another place does not open. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

export interface Sealing {
  seal(value: Secret, place: SealedPlace): string;
  /** Throws where the text was changed, moved, or sealed with another key. */
  open(sealed: string, place: SealedPlace): Secret;
}

/** The place of a machine's password for one protocol. */
export function machinePasswordPlace(machineId: string, protocol: string): SealedPlace {
  return { table: "machine_protocols", column: "sealed_password", row: `${machineId}/${protocol}` };
}
