import { describe, expect, it } from "vitest";
import { checkDestination } from "./destination.ts";

const nobody = () => new Set<string>();
const resolvesTo =
  (...addresses: string[]) =>
  async () =>
    addresses;
const target = (host: string, isDeclaredLocal = false) => ({ host, port: 5900, isDeclaredLocal });

describe("a machine's address", () => {
  it.each([
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "::",
    "169.254.10.1",
    "fe80::1",
    "169.254.169.254",
    "fd00:ec2::254",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "2130706433",
    "0x7f000001",
    "127.1",
    "0177.0.0.1",
  ])("%s is refused", async (host) => {
    expect(
      await checkDestination(target(host), { resolve: resolvesTo("10.0.0.1"), ownAddresses: nobody }),
    ).toMatchObject({ refused: "target_address_refused" });
  });

  it("on loopback or the local link is taken where the machine was declared there", async () => {
    for (const host of ["127.0.0.1", "::1", "169.254.10.1"]) {
      expect(await checkDestination(target(host, true), { ownAddresses: nobody })).toEqual({
        addresses: [host],
      });
    }
  });

  it("of a metadata service is refused even when declared", async () => {
    expect(await checkDestination(target("169.254.169.254", true), { ownAddresses: nobody })).toMatchObject({
      refused: "target_address_refused",
    });
  });

  it("that is the gateway's own is refused unless declared", async () => {
    const ownAddresses = () => new Set(["192.168.7.7"]);
    expect(await checkDestination(target("192.168.7.7"), { ownAddresses })).toMatchObject({
      refused: "target_address_refused",
    });
    expect(
      await checkDestination(target("gateway.example"), { ownAddresses, resolve: resolvesTo("192.168.7.7") }),
    ).toMatchObject({ refused: "target_address_refused" });
    expect(await checkDestination(target("192.168.7.7", true), { ownAddresses })).toEqual({
      addresses: ["192.168.7.7"],
    });
  });

  it("in a private network is taken, since desktops live there", async () => {
    expect(await checkDestination(target("10.1.2.3"), { ownAddresses: nobody })).toEqual({
      addresses: ["10.1.2.3"],
    });
  });
});

describe("a machine's name", () => {
  it("is refused when one of its addresses is bad among good ones", async () => {
    const resolve = resolvesTo("10.0.0.1", "127.0.0.1", "10.0.0.2");
    expect(await checkDestination(target("mixed.example"), { resolve, ownAddresses: nobody })).toMatchObject({
      refused: "target_address_refused",
    });
  });

  it("is asked once, and the addresses that were checked are the ones to dial", async () => {
    let asked = 0;
    const rebinding = async () => (asked++ === 0 ? ["10.0.0.1"] : ["127.0.0.1"]);
    expect(
      await checkDestination(target("rebinding.example"), { resolve: rebinding, ownAddresses: nobody }),
    ).toEqual({ addresses: ["10.0.0.1"] });
    expect(asked).toBe(1);
  });

  it("that resolves to nothing, or not at all, is unreachable rather than refused", async () => {
    expect(
      await checkDestination(target("empty.example"), { resolve: resolvesTo(), ownAddresses: nobody }),
    ).toMatchObject({ refused: "target_name_unknown" });
    const failing = () => Promise.reject(new Error("ENOTFOUND"));
    expect(
      await checkDestination(target("gone.example"), { resolve: failing, ownAddresses: nobody }),
    ).toMatchObject({ refused: "target_name_unknown", detail: "ENOTFOUND" });
  });
});
