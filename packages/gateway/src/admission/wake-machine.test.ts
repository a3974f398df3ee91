/** Waking with real packets: a listener on the loopback network's own broadcast address. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { GATEWAY_CALLS } from "@deskgate/contract";
import { encodeMagicPacket } from "@deskgate/wire";
import { afterEach, describe, expect, test } from "vitest";
import { broadcastAddressFor } from "./broadcast-address.ts";
import { createWaker } from "./wake-machine.ts";

const MAC = "00:00:5e:00:53:01";
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** Stands for a network card: it hears what is broadcast on the loopback network. */
async function listen(): Promise<{ readonly port: number; readonly next: () => Promise<Buffer> }> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.bind({ address: "127.255.255.255", port: 0 });
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo; // a UDP socket has no other kind of address
  const heard: Buffer[] = [];
  const waiting: ((packet: Buffer) => void)[] = [];
  socket.on("message", (packet) => {
    const waiter = waiting.shift();
    if (waiter) waiter(packet);
    else heard.push(packet);
  });
  const next = () => {
    const packet = heard.shift();
    return packet ? Promise.resolve(packet) : new Promise<Buffer>((resolve) => waiting.push(resolve));
  };
  return { port, next };
}

const LOOPBACK = { address: "127.0.0.1", netmask: "255.0.0.0" };

describe("waking", () => {
  test("broadcasts the magic packet on the machine's own network", async () => {
    const { port, next } = await listen();
    const wake = createWaker({ nowMs: () => 0, port });
    const reply = await wake({ macAddress: MAC, host: "127.0.3.7" });
    expect(reply).toEqual({ isSent: true, sentTo: `127.255.255.255:${port}`, detail: "" });
    expect(new Uint8Array(await next())).toEqual(encodeMagicPacket(MAC));
  });

  test("sends one packet per machine in its time, whoever asks, and not to ever more machines", async () => {
    const { port, next } = await listen();
    let now = 0;
    const wake = createWaker({ nowMs: () => now, port, networks: () => [LOOPBACK] });
    const host = "127.0.0.2";
    await wake({ macAddress: MAC, host });
    await expect(wake({ macAddress: MAC, host })).rejects.toMatchObject({ code: "too_many_requests" });
    now = 5_000;
    await wake({ macAddress: MAC, host });
    expect([await next(), await next()].map(({ length }) => length)).toEqual([102, 102]);
    const macOf = (index: number) => `00:00:5e:00:54:${index.toString(16).padStart(2, "0")}`;
    for (let index = 0; index < 99; index++) await wake({ macAddress: macOf(index), host });
    await expect(wake({ macAddress: macOf(99), host })).rejects.toMatchObject({ code: "too_many_requests" });
  });

  test("says so where the packet cannot be sent", async () => {
    const wake = createWaker({ nowMs: () => 0, port: 0, networks: () => [LOOPBACK] });
    expect(await wake({ macAddress: MAC, host: "127.0.0.2" })).toMatchObject({
      isSent: false,
      detail: expect.stringMatching(/./),
    });
  });

  test("takes nothing but a MAC address and the machine's host", () => {
    const { request } = GATEWAY_CALLS.wake;
    for (const macAddress of ["", "192.0.2.1", "00:00:5e:00:53", `${MAC}:${MAC}`])
      expect(request.safeParse({ macAddress, host: "192.0.2.1" }).success).toBe(false);
    expect(request.parse({ macAddress: "00-00-5E-00-53-01", host: "x", port: 53, sentTo: "x" })).toEqual({
      ...{ macAddress: MAC, host: "x" },
    });
  });
});

describe("the broadcast address", () => {
  const networks = [
    LOOPBACK,
    { address: "192.0.2.5", netmask: "255.255.255.128" },
    { address: "10.1.2.3", netmask: "255.0.0.0" },
    { address: "10.1.2.3", netmask: "255.255.252.0" },
    { address: "198.51.100.1", netmask: "255.255.255.254" },
    { address: "203.0.113.1", netmask: "255.255.255.255" },
  ];
  test.each([
    ["192.0.2.99", "192.0.2.127"],
    ["192.0.2.200", "255.255.255.255"],
    ["10.1.3.250", "10.1.3.255"],
    ["10.9.9.9", "10.255.255.255"],
    // Point-to-point links have none.
    ["198.51.100.0", "255.255.255.255"],
    ["203.0.113.1", "255.255.255.255"],
    ["desk.example", "255.255.255.255"],
    ["2001:db8::7", "255.255.255.255"],
    ["3221226085", "255.255.255.255"],
  ])("for %s is %s", (host, expected) => {
    expect(broadcastAddressFor(host, networks)).toBe(expected);
  });
});
