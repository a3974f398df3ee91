/** What a ticket stands for: the one thing a gateway needs to know about a person's right to a desktop. */
import { z } from "zod";
import { ticketHashSchema } from "./ticket.ts";

/** Protocols a machine can be reached by. A new one is named here, in `wire/`, and in the gateway's registry. */
export const PROTOCOLS = ["vnc", "rdp", "ssh", "spice"] as const;
export const protocolSchema = z.enum(PROTOCOLS);
export type Protocol = z.infer<typeof protocolSchema>;

/**
 * How often a ticket opens a tunnel. `connection`: for further tunnels too, as long as the first one lives, for protocols
 * whose viewers open several.
 */
export const ticketUsesSchema = z.enum(["once", "connection"]);
export type TicketUses = z.infer<typeof ticketUsesSchema>;

export const TICKET_USES = {
  vnc: "once",
  rdp: "once",
  ssh: "once",
  spice: "connection",
} as const satisfies Readonly<Record<Protocol, TicketUses>>;

/**
 * Whose machines show a session to one viewer at a time: the newer connection throws the older one out. Two viewers that
 * came back by themselves would do so to each other without end.
 */
export const SHOWS_ONE_VIEWER: Readonly<Record<Protocol, boolean>> = {
  vnc: false,
  rdp: true,
  ssh: false,
  spice: true,
};

/** A host name or IP literal and a port; `isDeclaredLocal` says that an administrator declared the machine to run on the gateway's own host or link. */
export const targetSchema = z.object({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65535),
  isDeclaredLocal: z.boolean(),
});
export type Target = z.infer<typeof targetSchema>;

export const limitsSchema = z.object({
  /** End a connection after this long without a byte from the viewer; 0 means never. */
  idleMs: z.int().min(0),
  /** End a connection this long after it began; 0 means never. */
  absoluteMs: z.int().min(0),
  /** Both directions together; 0 means as fast as it goes. */
  bytesPerSecond: z.int().min(0),
});
export type Limits = z.infer<typeof limitsSchema>;

/** What may pass between the person's side and the machine besides picture, keys and pointer. */
export const policySchema = z.object({
  clipboardToMachine: z.boolean(),
  clipboardFromMachine: z.boolean(),
  filesToMachine: z.boolean(),
  filesFromMachine: z.boolean(),
});
export type Policy = z.infer<typeof policySchema>;

/** Everything is allowed. */
export const OPEN_POLICY: Policy = {
  clipboardToMachine: true,
  clipboardFromMachine: true,
  filesToMachine: true,
  filesFromMachine: true,
};

/**
 * Where the machine's credential comes from. `none`: nowhere, the machine asks for none or asks on its own screen.
 * `stored`: the server keeps it, and the viewer never sees it. `prompt`: the person types it in the viewer; it travels
 * inside the tunnel and never through the broker.
 */
export const CREDENTIAL_MODES = ["none", "stored", "prompt"] as const;
export const credentialModeSchema = z.enum(CREDENTIAL_MODES);
export type CredentialMode = z.infer<typeof credentialModeSchema>;

/**
 * What a machine can be set to. `own`: the name and password of the person signed in; for each connection that becomes
 * `stored` where the password is at hand, and `prompt` where it is not.
 */
export const MACHINE_CREDENTIAL_MODES = [...CREDENTIAL_MODES, "own"] as const;
export const machineCredentialModeSchema = z.enum(MACHINE_CREDENTIAL_MODES);
export type MachineCredentialMode = z.infer<typeof machineCredentialModeSchema>;

/** LIMIT: key files, in characters; the longest RSA keys in use have about 7,000. */
export const MAX_PRIVATE_KEY_CHARACTERS = 32_768;

/** Empty in mode `none`; in mode `prompt` at most the name (and domain) to sign in with. */
export const credentialSchema = z.object({
  username: z.string().max(255).optional(),
  domain: z.string().max(255).optional(),
  password: z.string().max(1024).optional(),
  /** PEM or OpenSSH text. */
  privateKey: z.string().max(MAX_PRIVATE_KEY_CHARACTERS).optional(),
  passphrase: z.string().max(1024).optional(),
});
export type Credential = z.infer<typeof credentialSchema>;

export const admissionSchema = z.object({
  connectionId: z.uuid(),
  sessionId: z.uuid(),
  userId: z.uuid(),
  machineId: z.uuid(),
  protocol: protocolSchema,
  uses: ticketUsesSchema,
  target: targetSchema,
  credentialMode: credentialModeSchema,
  /** What the gateway answers when the machine asks who is there; never shown to the viewer. */
  credential: credentialSchema,
  limits: limitsSchema,
  policy: policySchema,
});
/** INVARIANT: never logged as a whole, it holds the machine's credential. */
export type Admission = z.infer<typeof admissionSchema>;

/** An admission that the broker has placed on a gateway, to be redeemed by the ticket with this hash. */
export const reservationSchema = z.object({
  ticketHash: ticketHashSchema,
  /** Time left for the viewer to come, counted from the receipt, so that clocks need not agree. */
  expiresInMs: z.int().min(0).max(3_600_000),
  admission: admissionSchema,
});
export type Reservation = z.infer<typeof reservationSchema>;
