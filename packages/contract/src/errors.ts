/**
 * Every error a person or program can be shown, with its HTTP status and the sentence that says what to do next.
 *
 * Codes are stable: clients branch on them. `docs/reference/errors.md` is generated from this table.
 */
export const ERRORS = {
  request_malformed: {
    status: 400,
    message: "The request could not be read. Check its syntax and send it again.",
  },
  query_invalid: {
    status: 400,
    message:
      "The address asks for something that is not known here. Correct the fields named and send again.",
  },
  cursor_invalid: {
    status: 400,
    message: "This cursor is not one of this list in this order. Start again from the first page.",
  },
  version_stale: {
    status: 412,
    message: "Someone changed this meanwhile. Look at it again, then repeat your change.",
  },
  validation_failed: {
    status: 422,
    message: "Some fields are not valid. Correct the fields named and send again.",
  },
  not_signed_in: {
    status: 401,
    message: "You are not signed in, or your sign-in has ended. Sign in and try again.",
  },
  not_permitted: { status: 403, message: "Your role does not allow this. Ask an administrator." },
  not_found: { status: 404, message: "There is nothing here by that name, or you may not see it." },
  method_not_allowed: { status: 405, message: "This address does not take that method." },
  name_taken: { status: 409, message: "That name is already in use. Choose another." },
  group_cycle: {
    status: 409,
    message: "A group cannot be inside itself, not even through another group. Choose other groups.",
  },
  not_yours_to_grant: {
    status: 403,
    message:
      "This takes or gives permissions that you do not have yourself. Ask somebody whose role has them.",
  },
  still_in_use: {
    status: 409,
    message: "Something still uses this. Take it away there first, then remove it.",
  },
  last_administrator: {
    status: 409,
    message: "This is the last administrator who can sign in. Make another one first.",
  },
  credentials_wrong: {
    status: 401,
    message: "The name or the password is not right. Check both and try again.",
  },
  too_many_attempts: {
    status: 429,
    message: "Too many attempts. Wait for the time shown, then try again, or ask for a sign-in link.",
  },
  too_many_requests: {
    status: 429,
    message: "Too many requests. Wait for the time shown, then go on more slowly.",
  },
  too_many_streams: {
    status: 429,
    message: "This sign-in has as many event streams as it may. Close one first.",
  },
  idempotency_conflict: {
    status: 409,
    message: "This idempotency key was used for another request. Choose a new one for each thing you make.",
  },
  idempotency_running: {
    status: 409,
    message: "A request with this idempotency key is still being worked on. Try again in a moment.",
  },
  link_invalid: {
    status: 401,
    message: "This sign-in link was used already or is too old. Ask for a new one.",
  },
  origin_foreign: {
    status: 403,
    message: "The request came from another site. Open Deskgate in its own window and try again.",
  },
  payload_too_large: { status: 413, message: "The request is too large." },
  headers_too_large: {
    status: 431,
    message: "The request's headers are too large. Delete this site's cookies and try again.",
  },
  media_type_unsupported: { status: 415, message: "Send the body as application/json." },
  internal_error: {
    status: 500,
    message:
      "Something went wrong on the server. Try again; if it stays, give the request number to your administrator.",
  },
  database_unavailable: { status: 503, message: "The database does not answer. Try again in a moment." },

  database_too_new: {
    status: 503,
    message:
      "A newer Deskgate has changed this database. Run that version, or restore a backup made before it.",
  },
  database_not_empty: {
    status: 409,
    message: "The database is not empty. Restore into an empty one, or replace what is in it with --replace.",
  },
  database_empty: {
    status: 409,
    message: "There is nothing in this database to back up. Check which database the settings name.",
  },
  backup_damaged: {
    status: 422,
    message:
      "This file is no whole backup. Nothing was changed; take another copy of it, or an older backup.",
  },
  backup_too_new: {
    status: 422,
    message: "A newer Deskgate has written this backup. Nothing was changed; restore it with that version.",
  },

  machine_address_refused: {
    status: 422,
    message:
      "This address belongs to the gateway's own host or link. Enter the machine's own address, or declare that the machine runs there.",
  },
  machine_protocol_missing: {
    status: 409,
    message: "This desktop has no protocol that can be used in the browser. Ask an administrator.",
  },
  desktop_not_entitled: {
    status: 404,
    message: "You may not use this desktop, or it is gone. Ask an administrator.",
  },
  outside_time_window: {
    status: 403,
    message:
      "This desktop may not be used at this time. Try again within your hours, or ask an administrator.",
  },
  network_not_allowed: {
    status: 403,
    message:
      "This desktop may not be used from your network. Connect from an allowed one, or ask an administrator.",
  },
  session_limit_reached: {
    status: 409,
    message: "You have as many sessions as you are allowed. End one of them, then try again.",
  },
  protocol_not_allowed: {
    status: 403,
    message: "This way of connecting is not allowed here. Choose another protocol, or ask an administrator.",
  },
  pool_empty: { status: 409, message: "This desktop has no machine yet. Ask an administrator." },
  pool_full: {
    status: 409,
    message: "All machines of this desktop are in use. Try again later, or ask an administrator.",
  },
  machine_down: {
    status: 409,
    message: "The machine does not answer. It may be switched off or still starting; try again in a minute.",
  },
  machine_starting: {
    status: 503,
    message: "The machine was off and is being started. Try again in a few seconds until it answers.",
  },
  machine_mac_missing: {
    status: 409,
    message: "This machine has no MAC address to be woken by. Enter it at the machine, then try again.",
  },
  machine_in_maintenance: {
    status: 409,
    message:
      "The machine is being looked after. Try again later, or ask an administrator when it will be back.",
  },
  zone_without_gateway: {
    status: 503,
    message:
      "No gateway of this desktop's zone is ready. Try again in a moment; if it stays, ask an administrator.",
  },
  no_gateway: {
    status: 503,
    message: "No gateway is ready. Try again in a moment; if it stays, ask an administrator.",
  },

  ticket_missing: {
    status: 401,
    message: "A ticket is needed to open a tunnel. Start the desktop from the launchpad.",
  },
  ticket_unknown: {
    status: 403,
    message: "This ticket is not known. Start the desktop again from the launchpad.",
  },
  ticket_expired: {
    status: 403,
    message: "This ticket is too old. Start the desktop again from the launchpad.",
  },
  ticket_used: {
    status: 403,
    message: "This ticket was used already. Start the desktop again from the launchpad.",
  },
  ticket_revoked: {
    status: 403,
    message: "This ticket was withdrawn. Start the desktop again from the launchpad.",
  },
  destination_not_accepted: {
    status: 400,
    message: "A tunnel takes a ticket and nothing else; the destination is chosen by the broker.",
  },
  upgrade_malformed: { status: 400, message: "This address only takes WebSocket connections of version 13." },
  too_many_connections: {
    status: 503,
    message: "The gateway has as many connections as it is allowed. Try again in a moment.",
  },
  link_unavailable: {
    status: 503,
    message: "The gateway cannot ask the broker at the moment. Try again in a moment.",
  },

  broker_unavailable: {
    status: 503,
    message:
      "Deskgate cannot reach its broker at the moment. Desktops that are open stay open; try again in a moment.",
  },
  broker_certificate_wrong: {
    status: 502,
    message:
      "The broker showed a certificate that is not the one expected, so nothing was sent. If it was changed on purpose, set gateway.brokerFingerprint; deskgate doctor shows both.",
  },
  gateways_not_accepted: {
    status: 409,
    message:
      "This broker runs in one program with its gateway and accepts no others. Run `deskgate broker` instead of `deskgate serve`.",
  },
  gateways_only: {
    status: 403,
    message: "This port is for gateways. Open the address of a gateway instead.",
  },
  gateway_built_in: {
    status: 409,
    message: "This gateway is part of the broker's own program and cannot be removed.",
  },
  gateway_code_malformed: {
    status: 422,
    message: "This is no registration code. Copy it whole, as `deskgate gateway-code create` printed it.",
  },
  gateway_code_unknown: {
    status: 403,
    message: "This broker did not make this registration code. Make one with `deskgate gateway-code create`.",
  },
  gateway_code_used: {
    status: 403,
    message: "This registration code was used already. Make another with `deskgate gateway-code create`.",
  },
  gateway_code_expired: {
    status: 403,
    message: "This registration code is too old. Make another with `deskgate gateway-code create`.",
  },
  gateway_unknown: {
    status: 403,
    message:
      "This gateway was removed or never registered. Register it again with a code of `deskgate gateway-code create`.",
  },
  gateway_proof_wrong: {
    status: 403,
    message:
      "The gateway's signature does not fit its key and this connection. Is something between gateway and broker that ends TLS?",
  },
  gateway_clock_wrong: {
    status: 403,
    message:
      "The gateway's clock is wrong: it differs from the broker's by more than a minute. Set it by NTP.",
  },
  gateway_proof_replayed: {
    status: 403,
    message: "This signed request was used before. A gateway signs anew for each link.",
  },
  gateway_pass_unknown: {
    status: 421,
    message: "The gateway that passed this request on has no link to this broker.",
  },
} as const satisfies Record<string, { readonly status: number; readonly message: string }>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** A refusal that may be shown as it is: `code` decides status and sentence, `fields` names what to correct, `cause` is for the log alone. */
export class DeskgateError extends Error {
  override readonly name = "DeskgateError";
  readonly code: ErrorCode;
  /** Field path → what is wrong with it, in a sentence. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** For `too_many_attempts`: seconds until the next attempt is allowed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    details: {
      readonly cause?: unknown;
      readonly fields?: Readonly<Record<string, string>>;
      readonly retryAfterSeconds?: number;
    } = {},
  ) {
    super(ERRORS[code].message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.fields = details.fields;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
