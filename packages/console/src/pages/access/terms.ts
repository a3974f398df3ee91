/** When, from where and by which policy an entitlement counts, as its form holds it: one line per window and network. */
import type { Entitlement, TimeWindow } from "@deskgate/contract";

export interface TermsForm {
  /** Empty: none. */
  readonly policyId: string;
  readonly windows: WindowForm[];
  readonly networks: string;
}

export interface WindowForm {
  readonly days: string[];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

export function newWindow(): WindowForm {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { days: ["1", "2", "3", "4", "5"], from: "08:00", to: "18:00", timeZone };
}

export function formOfTerms({ policyId, windows, networks }: Entitlement): TermsForm {
  return {
    policyId: policyId ?? "",
    windows: windows.map((window) => ({ ...window, days: window.days.map(String) })),
    networks: networks.join("\n"),
  };
}

export function termsOf({ policyId, windows, networks }: TermsForm) {
  return {
    policyId: policyId === "" ? null : policyId,
    windows: windows.map((window): TimeWindow => ({ ...window, days: window.days.map(Number).toSorted() })),
    networks: networks.split(/[\s,]+/).filter((network) => network !== ""),
  };
}

export function hasTerms({ policyId, windows, networks }: Entitlement): boolean {
  return policyId !== null || windows.length > 0 || networks.length > 0;
}
