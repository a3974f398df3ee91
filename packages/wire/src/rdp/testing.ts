/** RDP messages for tests, as small as they can be and still be read. Not imported by the product. */
import { bytesOfLatin1, writeU16 } from "../bytes/big-endian.ts";
import { concatBytes } from "../bytes/concat.ts";
import { u16Le, u32Le, utf16Le } from "../bytes/little-endian.ts";
import { tpkt } from "./tpkt.ts";

const X224_DATA = Uint8Array.of(2, 0xf0, 0x80);

function perLength(length: number): Uint8Array {
  const bytes = new Uint8Array(2);
  writeU16(bytes, 0, 0x8000 | length);
  return bytes;
}

function connect(tag: number, key: string, blocks: readonly Uint8Array[]): Uint8Array {
  const settings = concatBytes(blocks);
  const head = Uint8Array.of(0x7f, tag, 0x82, 0, 0);
  return tpkt(concatBytes([X224_DATA, head, bytesOfLatin1(key), perLength(settings.length), settings]));
}

function block(type: number, content: Uint8Array): Uint8Array {
  return concatBytes([u16Le(type, content.length + 4), content]);
}

export function connectInitial(channels: readonly string[]): Uint8Array {
  const names = channels.map((name) => bytesOfLatin1(name.padEnd(8, "\0")));
  const definitions = names.flatMap((name) => [name, u32Le(0xc0000000)]);
  return connect(0x65, "Duca", [
    block(0xc001, new Uint8Array(212)),
    block(0xc002, new Uint8Array(8)),
    block(0xc003, concatBytes([u32Le(channels.length), ...definitions])),
  ]);
}

export function connectResponse(channelIds: readonly number[]): Uint8Array {
  const network = u16Le(1003, channelIds.length, ...channelIds);
  return connect(0x66, "McDn", [block(0x0c01, new Uint8Array(8)), block(0x0c03, network)]);
}

function data(choice: number, channelId: number, payload: Uint8Array): Uint8Array {
  const head = Uint8Array.of(choice << 2, 0, 6, channelId >> 8, channelId & 255, 0x70);
  return tpkt(concatBytes([X224_DATA, head, perLength(payload.length), payload]));
}

export function dataToMachine(channelId: number, payload: Uint8Array): Uint8Array {
  return data(25, channelId, payload);
}

export function dataToViewer(channelId: number, payload: Uint8Array): Uint8Array {
  return data(26, channelId, payload);
}

export function clientInfo(who: readonly [domain: string, username: string, password: string]): Uint8Array {
  const strings = [...who, "", ""].map((text) => utf16Le(`${text}\0`));
  const info = [
    u32Le(0, 0x10),
    u16Le(...strings.map((text) => text.length - 2)),
    ...strings,
    bytesOfLatin1("rest"),
  ];
  return dataToMachine(1003, concatBytes([u16Le(0x40, 0), ...info]));
}

export const LICENCE = {
  granted: dataToViewer(1003, concatBytes([u16Le(0x80, 0), Uint8Array.of(0xff, 3, 16, 0), u32Le(7, 2, 0)])),
  refused: dataToViewer(1003, concatBytes([u16Le(0x80, 0), Uint8Array.of(0xff, 3, 16, 0), u32Le(2, 1, 0)])),
  request: dataToViewer(1003, concatBytes([u16Le(0x80, 0), Uint8Array.of(1, 3, 16, 0), u32Le(0, 0, 0)])),
};

/** One whole clipboard message; `flags` first and last. */
export function clipboardMessage(type: number, content = "content", flags = 3): Uint8Array {
  const body = concatBytes([u16Le(type, 0), u32Le(content.length), bytesOfLatin1(content)]);
  return concatBytes([u32Le(body.length, flags), body]);
}
