/** What IronRDP says at the end, translated; it has no codes for most of it. */
import { END_REASONS, type EndReason, endReasonOfCloseCode } from "@deskgate/contract";
import type { IronError } from "@devolutions/iron-remote-desktop";
import type { SurfaceEnding } from "../surface.ts";

/** Numbers of IronErrorKind, which exists as a type only. */
const KIND = { wrongPassword: 1, logonFailure: 2, accessDenied: 3, negotiationFailure: 6 } as const;

/** Words of the machine's own reason (MS-RDPBCGR §2.2.5.1.1), as IronRDP spells them; the first that fits. */
const MACHINE_WORDS: readonly (readonly [RegExp, EndReason])[] = [
  [/licen[cs]/i, "target_licence"],
  [/another user connected/i, "taken_over"],
  [/idle session limit/i, "idle_limit"],
  [/active session limit/i, "time_limit"],
  [/denied the connection|insufficient access/i, "target_sign_in_denied"],
  [/saved user credentials/i, "credential_needed"],
  [/logging off|in the user's session/i, "target_finished"],
  [/administrative tool/i, "killed"],
];

/** The session ended in order, with words for people. */
export function endingOfWords(words: string): SurfaceEnding {
  const known = MACHINE_WORDS.find(([pattern]) => pattern.test(words))?.[1];
  return { at: "known", reason: known ?? "target_closed" };
}

export function endingOfError(error: unknown): SurfaceEnding {
  const kind = kindOf(error);
  switch (kind) {
    case KIND.wrongPassword:
    case KIND.logonFailure:
    case KIND.accessDenied:
      return { at: "refused" };
    case KIND.negotiationFailure:
      return { at: "known", reason: "target_protocol_refused" };
    default:
      return { at: "garbled" };
  }
}

/** The error lives in the module's memory, and may be gone when it is asked. */
function kindOf(error: unknown): number | undefined {
  try {
    return isIronError(error) ? error.kind() : undefined;
  } catch {
    return undefined;
  }
}

function isIronError(error: unknown): error is IronError {
  return typeof error === "object" && error !== null && "kind" in error && typeof error.kind === "function";
}

/** Whether the gateway has said the reason itself. */
export function isReasonGiven(closeCode: number): boolean {
  const reason = endReasonOfCloseCode(closeCode);
  return reason !== "viewer_left" && END_REASONS[reason].closeCode === closeCode;
}
