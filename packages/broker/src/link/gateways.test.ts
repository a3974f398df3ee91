import { GATEWAY_SILENCE_MS, type Reservation } from "@deskgate/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { systemRandom } from "../system-random.ts";
import { MemoryGateway, TestClock } from "../testing.ts";
import { Gateways } from "./gateways.ts";

let clock: TestClock;
let gateways: Gateways;

beforeEach(() => {
  clock = new TestClock();
  gateways = new Gateways({ clock, random: systemRandom });
});

function join(gatewayId: string, connections = 0): () => void {
  const detach = gateways.attach(gatewayId, new MemoryGateway().calls);
  gateways.registered(gatewayId);
  const report = (_: unknown, at: number) => ({
    ...{ connectionId: `${gatewayId}-${at}`, bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 },
  });
  gateways.reported(gatewayId, Array.from({ length: connections }, report));
  return detach;
}

describe("the gateway chosen", () => {
  test("is none where none has registered", () => {
    expect(gateways.choose()).toBeUndefined();
    gateways.attach("a", new MemoryGateway().calls);
    expect(gateways.choose()).toBeUndefined();
  });

  test("is the least loaded", () => {
    join("busy", 3);
    join("idle", 1);
    expect(gateways.choose()).toBe("idle");
  });

  test("is any of those that are equal", () => {
    join("a");
    join("b");
    expect(new Set(Array.from({ length: 100 }, () => gateways.choose()))).toEqual(new Set(["a", "b"]));
  });

  test("is of the machine's zone or of none, and any for a machine without one", () => {
    join("north", 2);
    join("south", 0);
    join("anywhere", 3);
    gateways.setZone("north", "N");
    gateways.setZone("south", "S");
    expect([gateways.choose("N"), gateways.choose("S"), gateways.choose()]).toEqual([
      "north",
      "south",
      "south",
    ]);
    expect(gateways.choose("elsewhere")).toBe("anywhere");
    gateways.setZone("south", undefined);
    expect(gateways.choose("N")).toBe("south");
    expect(gateways.listReady()).toMatchObject([
      { zoneId: "N" },
      { zoneId: undefined },
      { zoneId: undefined },
    ]);
  });

  test("is never a silent or a detached one", () => {
    join("a");
    clock.advance(GATEWAY_SILENCE_MS);
    const detach = join("b");
    expect(gateways.choose()).toBe("b");
    detach();
    expect(gateways.choose()).toBeUndefined();
  });
});

test("detaching an old gateway leaves its successor by the same name", () => {
  const detachOld = join("a");
  join("a");
  detachOld();
  expect(gateways.choose()).toBe("a");
});

test("a gateway never heard of has the time of silence to show up", () => {
  expect(gateways.isSilent("a")).toBe(false);
  clock.advance(GATEWAY_SILENCE_MS);
  expect(gateways.isSilent("a")).toBe(true);
});

test("a gateway that is not attached cannot register, reserve or revoke", async () => {
  expect(() => gateways.registered("a")).toThrow(expect.objectContaining({ code: "no_gateway" }));
  await expect(gateways.revoke("a", [], "killed")).rejects.toMatchObject({ code: "no_gateway" });
  const reservation = {} as Reservation; // never looked at
  await expect(gateways.reserve("a", reservation)).rejects.toMatchObject({ code: "no_gateway" });
});

test("whoever listens hears of gateways that come, fall silent, speak again and go", () => {
  const heard: string[] = [];
  gateways.onPresence((gatewayId) => heard.push(gatewayId));
  const detach = join("a");
  expect(heard.splice(0)).toEqual(["a"]);
  gateways.noticeSilence();
  expect(heard).toEqual([]);
  clock.advance(GATEWAY_SILENCE_MS);
  gateways.noticeSilence();
  gateways.noticeSilence();
  expect(heard.splice(0)).toEqual(["a"]);
  gateways.reported("a", []);
  gateways.noticeSilence();
  expect(heard.splice(0)).toEqual(["a"]);
  detach();
  detach();
  expect(heard).toEqual(["a"]);
});
