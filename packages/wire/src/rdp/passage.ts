/**
 * The two directions of an RDP stream after TLS and signing in: what the gateway has to change on the way, and nothing else.
 *
 * The first messages are rewritten (settings, client info), licensing is watched, and clipboard messages are judged where
 * policy closes a direction. As soon as nothing is left to look at, a direction is free and bytes pass uncut.
 * INVARIANT: in a direction that is not free, no part of a message passes before the whole message was seen.
 */
import { type SignInRefusal, signInRefusalOf } from "../credssp/nt-status.ts";
import { type ClientInfoChange, changeClientInfo, isClientInfo } from "./client-info.ts";
import {
  ClipboardGate,
  type ClipboardPolicy,
  type Direction,
  isClipboardClosed,
  isClipboardOpen,
} from "./clipboard-policy.ts";
import { licenceOutcome } from "./licence.ts";
import { encodeChannelData, type McsKind, mcsKindOf, parseChannelData } from "./mcs.ts";
import { type Pdu, PduQueue } from "./pdu-queue.ts";
import { type ClientSettingsChange, changeClientSettings, parseServerSettings } from "./settings.ts";

export interface PassageOptions {
  readonly settings: Omit<ClientSettingsChange, "closedChannels">;
  readonly info: ClientInfoChange;
  readonly policy: ClipboardPolicy;
  /** Whether the viewer signs in by CredSSP itself before it sends its settings. */
  readonly viewerSignsIn: boolean;
}

/** Why a stream ends here; `protocol` where a side does not speak as it should. */
export interface PassageRefusal {
  readonly refused: string;
  readonly because: "protocol" | "licence" | SignInRefusal;
}

export type Passed = { readonly pieces: readonly Uint8Array[] } | PassageRefusal;

const CLIPBOARD_CHANNEL = "cliprdr";
/** Drives would carry files past the clipboard's rules. */
const DRIVE_CHANNEL = "rdpdr";

export class RdpPassage {
  readonly toMachine: Passage;
  readonly toViewer: Passage;

  constructor(options: PassageOptions) {
    const shared: Shared = {
      options,
      isSigningIn: options.viewerSignsIn,
      channels: [],
      clipboardId: undefined,
    };
    this.toMachine = new Passage(new ToMachine(shared), shared);
    this.toViewer = new Passage(new ToViewer(shared), shared);
  }
}

interface Shared {
  readonly options: PassageOptions;
  isSigningIn: boolean;
  channels: readonly string[];
  clipboardId: number | undefined;
}

/** One message judged: what goes instead (nothing, itself, another), or a refusal. */
type Judged = Uint8Array | undefined | PassageRefusal;

interface Judge {
  readonly isFree: boolean;
  judge(kind: McsKind | undefined, pdu: Uint8Array): Judged;
}

export class Passage {
  readonly #queue: PduQueue;
  readonly #judge: Judge;
  readonly #shared: Shared;
  #hasRest = false;

  constructor(judge: Judge, shared: Shared) {
    this.#judge = judge;
    this.#shared = shared;
    this.#queue = new PduQueue({ maySignIn: shared.options.viewerSignsIn });
  }

  /** Nothing will be looked at any more, and nothing is held back. */
  get isFree(): boolean {
    return this.#judge.isFree && !this.#hasRest;
  }

  /** Whether the viewer has not got through CredSSP yet, so that a machine that leaves did not like the credential. */
  get isSigningIn(): boolean {
    return this.#shared.isSigningIn;
  }

  /** `chunk` is copied where it must be kept. */
  push(chunk: Uint8Array): Passed {
    const pieces: Uint8Array[] = [];
    this.#queue.push(chunk);
    this.#hasRest = true;
    while (!this.#judge.isFree) {
      const pdu = this.#queue.next();
      if (!pdu) return { pieces };
      const judged = "refused" in pdu ? wrong(pdu.refused) : this.#judgeOne(pdu);
      if (judged && "refused" in judged) return judged;
      if (judged) pieces.push(judged);
    }
    const rest = this.#queue.takeRest();
    this.#hasRest = false;
    return { pieces: 0 < rest.length ? [...pieces, rest] : pieces };
  }

  #judgeOne(pdu: Pdu): Judged {
    switch (pdu.kind) {
      case "fast-path":
        return pdu.bytes;
      case "tpkt":
        this.#shared.isSigningIn = false;
        return this.#judge.judge(mcsKindOf(pdu.bytes), pdu.bytes);
      case "sign-in": {
        const { errorCode } = pdu.request;
        if (errorCode === undefined || errorCode === 0) return pdu.bytes;
        const refused = `sign-in failed with status 0x${errorCode.toString(16)}`;
        return { refused, because: signInRefusalOf(errorCode) };
      }
    }
  }
}

function wrong(refused: string): PassageRefusal {
  return { refused, because: "protocol" };
}

/** Settings, then client info, then the clipboard. */
class ToMachine implements Judge {
  readonly #shared: Shared;
  readonly #gate: ClipboardGate | undefined;
  #at: "settings" | "info" | "session" = "settings";

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#gate = gateFor(shared.options.policy, "to-machine");
  }

  get isFree(): boolean {
    return this.#at === "session" && this.#gate === undefined;
  }

  judge(kind: McsKind | undefined, pdu: Uint8Array): Judged {
    const { options } = this.#shared;
    switch (this.#at) {
      case "settings": {
        if (kind !== "connect-initial") return wrong("viewer does not begin with its settings");
        const closedChannels = closedBy(options.policy);
        const changed = changeClientSettings(pdu, { ...options.settings, closedChannels });
        if (!changed) return wrong("viewer's settings malformed");
        this.#shared.channels = changed.channels;
        this.#at = "info";
        return changed.pdu;
      }
      case "info": {
        if (kind !== "data-to-machine" || !isClientInfo(pdu)) return pdu;
        this.#at = "session";
        return changeClientInfo(pdu, options.info) ?? wrong("viewer's client info malformed");
      }
      case "session":
        return kind === "data-to-machine" ? judgeClipboard(this.#shared, this.#gate, pdu) : pdu;
    }
  }
}

/** Channel numbers, then licensing, then the clipboard. */
class ToViewer implements Judge {
  readonly #shared: Shared;
  readonly #gate: ClipboardGate | undefined;
  #at: "settings" | "licensing" | "session" = "settings";

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#gate = gateFor(shared.options.policy, "to-viewer");
  }

  get isFree(): boolean {
    return this.#at === "session" && this.#gate === undefined;
  }

  judge(kind: McsKind | undefined, pdu: Uint8Array): Judged {
    switch (this.#at) {
      case "settings": {
        if (kind !== "connect-response") return pdu;
        const settings = parseServerSettings(pdu);
        if (!settings) return wrong("machine's settings malformed");
        this.#shared.clipboardId = settings.channelIds[this.#shared.channels.indexOf(CLIPBOARD_CHANNEL)];
        this.#at = "licensing";
        return pdu;
      }
      case "licensing":
        return kind === "data-to-viewer" ? this.#watchLicence(pdu) : pdu;
      case "session":
        return kind === "data-to-viewer" ? judgeClipboard(this.#shared, this.#gate, pdu) : pdu;
    }
  }

  #watchLicence(pdu: Uint8Array): Judged {
    const outcome = licenceOutcome(parseChannelData(pdu)?.payload ?? new Uint8Array(0));
    if (outcome === "refused") return { refused: "machine has no licence to give", because: "licence" };
    // A machine that skips licensing goes on with its capabilities; nothing of the clipboard comes before those.
    if (outcome !== "going-on") this.#at = "session";
    return pdu;
  }
}

function gateFor(policy: ClipboardPolicy, direction: Direction): ClipboardGate | undefined {
  return isClipboardOpen(policy) || isClipboardClosed(policy)
    ? undefined
    : new ClipboardGate(policy, direction);
}

function closedBy(policy: ClipboardPolicy): ReadonlySet<string> {
  const closed = new Set<string>();
  if (isClipboardClosed(policy)) closed.add(CLIPBOARD_CHANNEL);
  if (!policy.filesToMachine || !policy.filesFromMachine) closed.add(DRIVE_CHANNEL);
  return closed;
}

function judgeClipboard(shared: Shared, gate: ClipboardGate | undefined, pdu: Uint8Array): Judged {
  if (!gate) return pdu;
  const data = parseChannelData(pdu);
  if (!data) return wrong("channel message malformed");
  if (data.channelId !== shared.clipboardId) return pdu;
  const verdict = gate.judge(data.payload);
  if (verdict === "pass") return pdu;
  return verdict === "drop" ? undefined : encodeChannelData({ head: data.head, payload: verdict.instead });
}
