/** Why sessions and connections end, as somebody says it who looks after them; the person is told in the contract's words. */
import type { EndReason } from "@deskgate/contract";
import { endingsText as de } from "./de/endings.ts";
import { inLanguage } from "./language.ts";

const en: Readonly<Record<EndReason, string>> = {
  viewer_left: "Closed by the person",
  viewer_lost: "The viewer's network was lost",
  target_closed: "Closed by the machine",
  target_lost: "The machine was lost",
  target_unreachable: "The machine did not answer",
  target_network_unreachable: "No way to the machine's network",
  target_name_unknown: "The machine's name is unknown to the gateway",
  target_address_refused: "The gateway may not dial the address",
  target_authentication_failed: "The stored password was refused",
  target_protocol_error: "The machine was not understood",
  viewer_protocol_error: "The viewer was not understood",
  idle_limit: "Idle for too long",
  time_limit: "Time limit reached",
  killed: "Ended by an administrator",
  signed_out: "The person signed out",
  access_removed: "Access was taken away",
  window_closed: "The hours were over",
  taken_over: "Opened in another window",
  never_opened: "Never opened",
  gateway_stopping: "The gateway was restarted",
  gateway_lost: "The gateway was lost",
  internal_error: "Error in the gateway",
  target_identity_changed: "The machine's identity has changed",
  target_identity_unverified: "The machine's identity is not accepted",
  target_protocol_refused: "No way of connecting that both accept",
  target_licence: "No licence left on the machine",
  credential_needed: "No name or password was given",
  credential_refused: "Name or password were refused",
  target_account_locked: "The account on the machine is locked",
  target_account_disabled: "The account on the machine is disabled",
  target_account_expired: "The account on the machine has expired",
  target_password_expired: "The password on the machine has expired",
  target_sign_in_denied: "The account may not sign in to the machine",
  viewer_crashed: "The viewer crashed",
  policy_refused: "Not allowed by the policy",
  target_port_closed: "The machine's port is closed",
  ticket_expired: "The ticket had expired",
  target_finished: "The session on the machine ended",
  ended_by_person: "Ended by the person",
  released: "Given back: nobody used it",
};

export const endingsText = inLanguage({ en, de });
