/**
 * Why a connection ended: one word for the log, the API, the WebSocket close code and the viewer's screen.
 *
 * `isBenign` endings are ordinary and logged as such. `mayRetry` tells the viewer to come back by itself.
 * Close codes are from the private range of RFC 6455 §7.4.2, except for the two ordinary ones.
 */
export const END_REASONS = {
  viewer_left: { closeCode: 1000, isBenign: true, mayRetry: false, sentence: "You disconnected." },
  viewer_lost: {
    closeCode: 4000,
    isBenign: true,
    mayRetry: true,
    sentence: "The connection to the gateway was lost.",
  },
  target_closed: {
    closeCode: 4001,
    isBenign: true,
    mayRetry: true,
    sentence: "The desktop closed the connection.",
  },
  target_lost: {
    closeCode: 4002,
    isBenign: false,
    mayRetry: true,
    sentence: "The gateway lost the connection to the desktop.",
  },
  target_unreachable: {
    closeCode: 4003,
    isBenign: false,
    mayRetry: true,
    sentence: "The desktop does not answer. It may be switched off or still starting.",
  },
  target_network_unreachable: {
    closeCode: 4044,
    isBenign: false,
    mayRetry: true,
    sentence: "The gateway has no way to the desktop's network. Ask an administrator.",
  },
  target_name_unknown: {
    closeCode: 4045,
    isBenign: false,
    mayRetry: true,
    sentence: "The gateway does not find the desktop by its name. Ask an administrator to check its address.",
  },
  target_address_refused: {
    closeCode: 4004,
    isBenign: false,
    mayRetry: false,
    sentence: "The gateway does not connect to this desktop's address. Ask an administrator.",
  },
  target_authentication_failed: {
    closeCode: 4005,
    isBenign: false,
    mayRetry: false,
    sentence: "The desktop refused the stored password. Ask an administrator.",
  },
  target_protocol_error: {
    closeCode: 4006,
    isBenign: false,
    mayRetry: false,
    sentence: "The desktop speaks in a way the gateway does not understand. Ask an administrator.",
  },
  viewer_protocol_error: {
    closeCode: 4007,
    isBenign: false,
    mayRetry: false,
    sentence: "The viewer sent something the gateway does not accept. Load the page again.",
  },
  idle_limit: {
    closeCode: 4008,
    isBenign: true,
    mayRetry: false,
    sentence: "You were away for too long, so the desktop was disconnected.",
  },
  time_limit: {
    closeCode: 4009,
    isBenign: true,
    mayRetry: false,
    sentence: "The time allowed for this connection is over.",
  },
  killed: {
    closeCode: 4010,
    isBenign: true,
    mayRetry: false,
    sentence: "An administrator ended this session.",
  },
  signed_out: {
    closeCode: 4011,
    isBenign: true,
    mayRetry: false,
    sentence: "You signed out, so the desktop was disconnected.",
  },
  access_removed: {
    closeCode: 4012,
    isBenign: true,
    mayRetry: false,
    sentence: "You may no longer use this desktop.",
  },
  window_closed: {
    closeCode: 4033,
    isBenign: true,
    mayRetry: false,
    sentence: "The time at which you may use this desktop is over.",
  },
  taken_over: {
    closeCode: 4013,
    isBenign: true,
    mayRetry: false,
    sentence:
      "This desktop was opened in another window or on another computer. Connect again to take it back.",
  },
  never_opened: {
    closeCode: 4014,
    isBenign: true,
    mayRetry: false,
    sentence: "The connection was never opened.",
  },
  gateway_stopping: {
    closeCode: 1001,
    isBenign: true,
    mayRetry: true,
    sentence: "The gateway is restarting.",
  },
  gateway_lost: {
    closeCode: 4015,
    isBenign: false,
    mayRetry: true,
    sentence: "The gateway stopped without a word.",
  },
  internal_error: {
    closeCode: 4016,
    isBenign: false,
    mayRetry: true,
    sentence: "Something went wrong in the gateway.",
  },
  target_identity_changed: {
    closeCode: 4017,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The desktop shows another certificate or host key than before. Somebody may be in between, or it was installed anew. Ask an administrator to look at it.",
  },
  target_identity_unverified: {
    closeCode: 4018,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The gateway cannot tell whether this is the right desktop. Ask an administrator to confirm it.",
  },
  target_protocol_refused: {
    closeCode: 4019,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The desktop and the gateway found no way of connecting that both accept. Ask an administrator to check the desktop's security settings.",
  },
  target_licence: {
    closeCode: 4020,
    isBenign: false,
    mayRetry: false,
    sentence: "The desktop has no licence left for another connection. Ask an administrator.",
  },
  credential_needed: {
    closeCode: 4021,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The desktop asks for a name or password, and none was given. Connect again, or ask an administrator.",
  },
  credential_refused: {
    closeCode: 4022,
    isBenign: true,
    mayRetry: false,
    sentence: "The desktop did not accept the name or the password. Check both and connect again.",
  },
  target_account_locked: {
    closeCode: 4023,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The account on the desktop is locked after too many wrong passwords. Wait until it opens again, or ask your administrator to unlock it.",
  },
  target_account_disabled: {
    closeCode: 4040,
    isBenign: false,
    mayRetry: false,
    sentence: "The account on the desktop is disabled. Ask your administrator to enable it.",
  },
  target_account_expired: {
    closeCode: 4041,
    isBenign: false,
    mayRetry: false,
    sentence: "The account on the desktop has expired. Ask your administrator to extend it.",
  },
  target_password_expired: {
    closeCode: 4042,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The password of the account on the desktop has expired. Change your password, or ask your administrator for a new one, and connect again.",
  },
  target_sign_in_denied: {
    closeCode: 4043,
    isBenign: false,
    mayRetry: false,
    sentence:
      "The account may not sign in to this desktop in this way or at this time. Ask your administrator to allow it.",
  },
  viewer_crashed: {
    closeCode: 4030,
    isBenign: false,
    mayRetry: true,
    sentence: "The viewer stopped working and is started again.",
  },
  policy_refused: {
    closeCode: 4024,
    isBenign: true,
    mayRetry: false,
    sentence: "What was asked for is not allowed on this desktop.",
  },
  target_port_closed: {
    closeCode: 4026,
    isBenign: false,
    mayRetry: true,
    sentence:
      "The machine is there, but its remote access does not answer. It may still be starting, or the port is wrong.",
  },
  ticket_expired: {
    closeCode: 4027,
    isBenign: true,
    mayRetry: true,
    sentence: "The browser took too long to connect, so the permission to do so had expired.",
  },
  target_finished: {
    closeCode: 4025,
    isBenign: true,
    mayRetry: false,
    sentence: "The session on the machine has ended.",
  },
  ended_by_person: {
    closeCode: 4031,
    isBenign: true,
    mayRetry: false,
    sentence: "You ended this session.",
  },
  released: {
    closeCode: 4032,
    isBenign: true,
    mayRetry: false,
    sentence: "Nobody used this desktop for a while, so it was given back.",
  },
} as const satisfies Record<
  string,
  {
    readonly closeCode: number;
    readonly isBenign: boolean;
    readonly mayRetry: boolean;
    readonly sentence: string;
  }
>;

export type EndReason = keyof typeof END_REASONS;

export const END_REASON_NAMES = Object.keys(END_REASONS) as [EndReason, ...EndReason[]];

/** The reason that a WebSocket close code stands for; an unknown code means that the connection was lost. */
export function endReasonOfCloseCode(code: number): EndReason {
  return END_REASON_NAMES.find((name) => END_REASONS[name].closeCode === code) ?? "viewer_lost";
}
