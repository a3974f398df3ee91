/** What can go wrong when the console asks the API, as one type that pages can show and branch on. */
import { ERRORS, type ErrorCode, type ErrorReply } from "@deskgate/contract";

/**
 * Beyond what the API says itself. `unreachable`: no answer came. `unavailable`: something in front answered for a
 * server that is away. `unreadable`: an answer came that is not the API's.
 */
export type ApiErrorCode = ErrorCode | "unreachable" | "unavailable" | "unreadable";

interface ApiErrorDetails {
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  /** Field path → what is wrong with it, in a sentence. */
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | undefined;
  /** Give this to whoever reads the server's log. */
  readonly requestId: string | undefined;

  constructor(code: ApiErrorCode, message: string, details: ApiErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.fields = details.fields ?? {};
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.requestId = details.requestId;
  }
}

export function apiErrorOfReply({ error }: ErrorReply): ApiError {
  return new ApiError(error.code, error.message, {
    fields: error.fields,
    retryAfterSeconds: error.retryAfterSeconds,
    requestId: error.requestId,
  });
}

export function isApiError(error: unknown, ...codes: readonly ApiErrorCode[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}

/** Whether the same request may succeed a little later without anyone doing anything. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  switch (error.code) {
    case "unreachable":
    case "unavailable":
    case "unreadable":
    case "too_many_attempts":
    case "too_many_requests":
      return true;
    default:
      return ERRORS[error.code].status >= 500;
  }
}
