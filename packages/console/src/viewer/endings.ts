/** Translates the ways a surface or a call can fail into the viewer's endings. */
import {
  type CredentialMode,
  END_REASONS,
  type EndReason,
  endReasonOfCloseCode,
  TICKET_LIFETIME_MS,
} from "@deskgate/contract";
import { isApiError, isPassing } from "../api/api-error.ts";
import { getConnection } from "../api/desktops.ts";
import { sentenceOf } from "../parts/sentence-of.ts";
import type { Ending } from "./reconnect.ts";
import type { MachineWords, SurfaceEnding } from "./surface.ts";

/** The broker is asked for a reason only this long: a viewer that could reconnect must not wait for it. */
const ASK_TIMEOUT_MS = 2_000;

/** Who is to blame for a refused credential, by where it came from. */
const REFUSED: Readonly<Record<CredentialMode, EndReason>> = {
  none: "credential_needed",
  stored: "target_authentication_failed",
  prompt: "credential_refused",
};

export async function endingOfSurface(
  ending: SurfaceEnding,
  {
    connectionId,
    credentialMode,
    ticketAgeMs,
  }: {
    readonly connectionId: string;
    readonly credentialMode: CredentialMode;
    /** Since it was asked for. */
    readonly ticketAgeMs: number;
  },
): Promise<Ending> {
  switch (ending.at) {
    case "refused":
      return { by: "gateway", reason: REFUSED[credentialMode] };
    case "renewed":
      return { by: "viewer" };
    case "known":
      return { by: "gateway", reason: ending.reason, ...wordsOf(ending) };
    case "garbled":
      return { by: "gateway", reason: "target_protocol_error" };
    case "socket": {
      const { closeCode, wasOpen } = ending;
      // The broker notices later than the gateway that a ticket was too old.
      const isTooLate = !wasOpen && TICKET_LIFETIME_MS <= ticketAgeMs;
      const reason = isTooLate ? "ticket_expired" : await reasonOfClose(closeCode, wasOpen, connectionId);
      return { by: "gateway", reason, ...wordsOf(ending) };
    }
  }
}

function wordsOf({ machineWords }: MachineWords): MachineWords {
  return machineWords === undefined ? {} : { machineWords };
}

async function reasonOfClose(closeCode: number, wasOpen: boolean, connectionId: string): Promise<EndReason> {
  const reason = endReasonOfCloseCode(closeCode);
  const isSaid = END_REASONS[reason].closeCode === closeCode;
  // A refused upgrade has no close code that a page may see; the broker knows why, if it can be asked.
  if (isSaid || wasOpen) return reason;
  try {
    const { endReason } = await getConnection(connectionId, AbortSignal.timeout(ASK_TIMEOUT_MS));
    return endReason ?? reason;
  } catch {
    return reason;
  }
}

export function endingOfApiError(error: unknown): Ending {
  const retryAfterSeconds = isApiError(error) ? error.retryAfterSeconds : undefined;
  return {
    by: "api",
    code: isApiError(error) ? error.code : "internal_error",
    sentence: sentenceOf(error),
    mayRetry: isPassing(error),
    ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1000 }),
  };
}
