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

/** What is kept sealed for a machine's protocol, by the column that holds it. */
export const MACHINE_SECRETS = {
  password: "sealed_password",
  privateKey: "sealed_private_key",
  passphrase: "sealed_passphrase",
} as const;
export type MachineSecret = keyof typeof MACHINE_SECRETS;

/** The place of one of a machine's secrets for one protocol. */
export function machineSecretPlace(
  secret: MachineSecret,
  owner: { readonly machineId: string; readonly protocol: string },
): SealedPlace {
  return {
    table: "machine_protocols",
    column: MACHINE_SECRETS[secret],
    row: `${owner.machineId}/${owner.protocol}`,
  };
}
