/** Words of the RDP viewer. */

/** By RDP_NEG_FAILURE.failureCode (MS-RDPBCGR §2.2.1.2.2). */
const NEGOTIATION_FAILURES: Readonly<Record<number, string>> = {
  1: "The machine insists on TLS",
  2: "The machine does not allow TLS",
  3: "The machine has no certificate for TLS",
  4: "The machine calls the request inconsistent",
  5: "The machine insists on NLA",
  6: "The machine insists on TLS with a client certificate",
};

export const rdpText = {
  machineRefused: (code: number, name: string) =>
    `${NEGOTIATION_FAILURES[code] ?? `The machine says ${name}`} (code ${code}).`,
} as const;
