/**
 * A QEMU machine under software emulation with VNC or SPICE, and a guest of 27 bytes: a boot sector that fills the screen with one
 * colour and changes it with every key.
 *
 * Always TCG: the kernel's virtualisation device may open and still not run a guest.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ready, startPeer } from "./peer.ts";

export interface QemuMachine {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** What QEMU itself has written. */
  output(): string;
  stop(): Promise<void>;
}

/** The first picture, and the one after a key: VGA palette entry `code & 15` of the key's ASCII code. */
export const GUEST_COLOURS = { atBoot: [0, 0, 170], afterKey: { key: "4", colour: [170, 0, 0] } } as const;

const VNC_FIRST_PORT = 5_900;
const SECTOR_BYTES = 512;

const GUEST = [
  ...[0xb8, 0x13, 0x00, 0xcd, 0x10], // mov ax,13h; int 10h: 320 x 200, 256 colours
  ...[0x68, 0x00, 0xa0, 0x07], // push 0A000h; pop es: the frame buffer
  ...[0xb0, 0x01], // mov al,1: blue
  ...[0x31, 0xff, 0xb9, 0x00, 0xfa, 0xfc, 0xf3, 0xaa], // xor di,di; mov cx,64000; cld; rep stosb: fill
  ...[0x30, 0xe4, 0xcd, 0x16], // xor ah,ah; int 16h: wait for a key
  ...[0x24, 0x0f, 0xeb, 0xf0], // and al,15; jmp to the fill
];

/** Starts one with VNC; ready when its server greets. */
export function startQemu(): Promise<QemuMachine> {
  return start((port) => ["-vga", "std", "-vnc", `127.0.0.1:${port - VNC_FIRST_PORT}`], greetsRfb);
}

export interface SpiceOptions {
  readonly password: string;
  /** A folder with ca-cert.pem, server-cert.pem and server-key.pem: the port speaks TLS and nothing else. */
  readonly tlsFolder?: string;
}

/** Starts one with SPICE and a tablet for a pointer; its output tells where the pointer goes. */
export function startQemuSpice({ password, tlsFolder }: SpiceOptions): Promise<QemuMachine> {
  const port = (number: number) =>
    tlsFolder === undefined ? `port=${number}` : `tls-port=${number},x509-dir=${tlsFolder}`;
  return start(
    (number) => [
      ...["-vga", "qxl", "-device", "usb-ehci", "-device", "usb-tablet", "-trace", "input_event_*"],
      ...["-object", `secret,id=spice,data=${password}`],
      ...["-spice", `${port(number)},addr=127.0.0.1,password-secret=spice`],
    ],
    tlsFolder === undefined ? answersSpice : accepts,
  );
}

async function start(
  display: (port: number) => readonly string[],
  isReady: (port: number) => Promise<boolean>,
): Promise<QemuMachine> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-qemu-"));
  const disk = join(folder, "guest.img");
  await writeFile(disk, bootSector());
  const port = await freePort();
  const machine = startPeer("qemu-system-x86_64", [
    ...["-accel", "tcg", "-m", "32", "-nodefaults", "-display", "none"],
    ...["-drive", `file=${disk},format=raw,if=ide`],
    ...display(port),
  ]);
  await ready(machine, () => isReady(port), { what: "QEMU" });
  return {
    host: "127.0.0.1",
    port,
    output: () => machine.output(),
    async stop() {
      await machine.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function bootSector(): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set(GUEST);
  sector.set([0x55, 0xaa], SECTOR_BYTES - 2);
  return sector;
}

function greetsRfb(port: number): Promise<boolean> {
  return answers(port, { ask: "", begins: "RFB " });
}

/** A link request for the main channel, without any capabilities. */
const SPICE_REQUEST = `REDQ${"\x02\0\0\0".repeat(2)}\x12\0\0\0${"\0".repeat(4)}\x01\0${"\0".repeat(8)}\x12\0\0\0`;

function answersSpice(port: number): Promise<boolean> {
  return answers(port, { ask: SPICE_REQUEST, begins: "REDQ" });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

function answers(
  port: number,
  { ask, begins }: { readonly ask: string; readonly begins: string },
): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(ask, "latin1");
    socket.once("data", (bytes) => {
      socket.destroy();
      done(bytes.toString("latin1").startsWith(begins));
    });
    socket.once("error", () => done(false));
  });
}
