/** What the gateway changes and reads in the settings that both sides exchange first (MS-RDPBCGR §2.2.1.3, §2.2.1.4). */
import { bytesOfLatin1, latin1 } from "../bytes/big-endian.ts";
import { readU16Le, readU32Le, writeU16Le, writeU32Le } from "../bytes/little-endian.ts";
import { parseSettings } from "./mcs.ts";

const BLOCK = { clientCore: 0xc001, clientNetwork: 0xc003, serverNetwork: 0x0c03 } as const;

/** Offsets in TS_UD_CS_CORE (§2.2.1.3.2), from the block's first byte. */
const CORE = {
  keyboardLayout: 16,
  highColorDepth: 140,
  supportedColorDepths: 142,
  earlyCapabilityFlags: 144,
  connectionType: 210,
  serverSelectedProtocol: 212,
  end: 216,
} as const;
const HIGH_COLOR_24BPP = 24;
const ALL_COLOR_DEPTHS = 0x000f;
const EARLY = { want32Bpp: 0x0002, validConnectionType: 0x0020 } as const;
const CONNECTION_TYPE_LAN = 6;

const CHANNEL_DEFINITION_BYTES = 8 /* name */ + 4; /* options */
/** LIMIT: §2.2.1.3.4 allows 31 channels. */
const MAX_CHANNELS = 31;

export interface ClientSettingsChange {
  /**
   * IronRDP before its commit 80bb81b3 asks for 16 bits and draws classic bitmaps slanted (IronRDP #1251, #1693); xrdp
   * sends RemoteFX, which it draws well, only from 24 bits on.
   */
  readonly wants32Bits: boolean;
  /** Windows' number of a keyboard layout; 0 leaves what the client says. */
  readonly keyboardLayout: number;
  /** What the machine selected, where the client was told something else. */
  readonly selectedProtocol: number;
  /** Channels that the machine must not open. They are renamed rather than removed, so that both sides count alike. */
  readonly closedChannels: ReadonlySet<string>;
}

export interface ClientSettings {
  readonly pdu: Uint8Array;
  /** As the client named them, in the order in which the machine will number them. */
  readonly channels: readonly string[];
}

/** A changed copy of the Connect-Initial, or `undefined` where it is not what it should be. */
export function changeClientSettings(
  pdu: Uint8Array,
  change: ClientSettingsChange,
): ClientSettings | undefined {
  const copy = pdu.slice();
  const blocks = parseSettings(copy, "viewer");
  const core = blocks?.find(({ type }) => type === BLOCK.clientCore)?.bytes;
  if (!core || core.length < CORE.end) return undefined;
  changeCore(core, change);
  const network = blocks?.find(({ type }) => type === BLOCK.clientNetwork)?.bytes;
  const channels = network ? closeChannels(network, change.closedChannels) : [];
  return channels && { pdu: copy, channels };
}

function changeCore(core: Uint8Array, change: ClientSettingsChange): void {
  const { wants32Bits, keyboardLayout, selectedProtocol } = change;
  if (wants32Bits) {
    writeU16Le(core, CORE.highColorDepth, HIGH_COLOR_24BPP);
    writeU16Le(core, CORE.supportedColorDepths, ALL_COLOR_DEPTHS);
    const flags = readU16Le(core, CORE.earlyCapabilityFlags);
    writeU16Le(core, CORE.earlyCapabilityFlags, flags | EARLY.want32Bpp | EARLY.validConnectionType);
    core[CORE.connectionType] = CONNECTION_TYPE_LAN;
  }
  if (keyboardLayout !== 0) writeU32Le(core, CORE.keyboardLayout, keyboardLayout);
  writeU32Le(core, CORE.serverSelectedProtocol, selectedProtocol);
}

function closeChannels(network: Uint8Array, closed: ReadonlySet<string>): readonly string[] | undefined {
  if (network.length < 8) return undefined;
  const count = readU32Le(network, 4);
  if (MAX_CHANNELS < count || network.length < 8 + count * CHANNEL_DEFINITION_BYTES) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const definition = network.subarray(8 + i * CHANNEL_DEFINITION_BYTES);
    const name = latin1(definition.subarray(0, 8)).replace(/\0.*$/s, "").toLowerCase();
    if (closed.has(name)) for (const [at, code] of closedName(i).entries()) definition[at] = code;
    return name;
  });
}

/** A name of eight bytes that no machine knows, different for each. */
function closedName(number: number): Uint8Array {
  return bytesOfLatin1(`closed${number}`.padEnd(8, "\0").slice(0, 8));
}

export interface ServerSettings {
  readonly ioChannelId: number;
  /** In the order of the client's names. */
  readonly channelIds: readonly number[];
}

/** The channel numbers in a Connect-Response. */
export function parseServerSettings(pdu: Uint8Array): ServerSettings | undefined {
  const blocks = parseSettings(pdu, "machine");
  const network = blocks?.find(({ type }) => type === BLOCK.serverNetwork)?.bytes;
  if (!network || network.length < 8) return undefined;
  const count = readU16Le(network, 6);
  if (MAX_CHANNELS < count || network.length < 8 + count * 2) return undefined;
  return {
    ioChannelId: readU16Le(network, 4),
    channelIds: Array.from({ length: count }, (_, i) => readU16Le(network, 8 + i * 2)),
  };
}
