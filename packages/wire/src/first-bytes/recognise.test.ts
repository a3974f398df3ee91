import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfLatin1 } from "../bytes/big-endian.ts";
import { type FirstBytes, MOST_BYTES_NEEDED, recognise } from "./recognise.ts";

const text = bytesOfLatin1;
const STREAMS: readonly (readonly [FirstBytes, string, Uint8Array])[] = [
  ["tls", "a TLS 1.3 ClientHello", Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01)],
  ["tpkt", "an RDP connection request", Uint8Array.of(0x03, 0x00, 0x00, 0x13, 0x0e, 0xe0)],
  ["ssh", "an SSH identification", text("SSH-2.0-OpenSSH_9.2\r\n")],
  ["rd-gateway", "an RD gateway's out channel", text("RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1\r\n")],
  ["rd-gateway", "an RD gateway's in channel", text("RDG_IN_DATA /x HTTP/1.1\r\n")],
  ["http", "GET", text("GET / HTTP/1.1\r\n")],
  ["http", "PUT", text("PUT /x HTTP/1.1\r\n")],
  ["http", "OPTIONS", text("OPTIONS * HTTP/1.1\r\n")],
  ["http", "the HTTP/2 preface", text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
  ["http", "a method that begins like SSH", text("SSHX / HTTP/1.1")],
  ["http", "a method that begins like RDG_", text("RDGET / HTTP/1.1")],
  // Three capital letters and a space, as a method is; the HTTP parser refuses such a request.
  ["http", "an RFB client", text("RFB 003.008\n")],
  ["unknown", "lower case", text("get / HTTP/1.1")],
  ["unknown", "a method of two letters", text("GO / HTTP/1.1")],
  ["unknown", "SSL 2", Uint8Array.of(0x80, 0x2e, 0x01, 0x00, 0x02)],
  ["unknown", "another TLS record", Uint8Array.of(0x16, 0x02, 0, 0, 0)],
  ["unknown", "another TPKT version", Uint8Array.of(0x03, 0x01, 0, 0, 0)],
  ["unknown", "zeros", new Uint8Array(8)],
];

describe("the first bytes of a connection", () => {
  it.each(STREAMS)("are %s for %s", (kind, _what, bytes) => {
    expect(recognise(bytes)).toBe(kind);
    expect(recognise(bytes.subarray(0, MOST_BYTES_NEEDED))).toBe(kind);
  });

  it("never change their meaning when more arrive, and five are always enough", () => {
    const likely = fc.constantFrom(...STREAMS.map(([, , bytes]) => bytes));
    const capitals = fc
      .array(fc.constantFrom(0x20, 0x2d, 0x41, 0x44, 0x47, 0x48, 0x52, 0x53, 0x5f))
      .map((b) => Uint8Array.from(b));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 12 }), capitals, likely), (bytes) => {
        const whole = recognise(bytes);
        if (MOST_BYTES_NEEDED <= bytes.length) expect(whole).toBeDefined();
        for (let cut = 0; cut < bytes.length; cut++)
          expect([undefined, whole]).toContain(recognise(bytes.subarray(0, cut)));
      }),
      { numRuns: 1000 },
    );
  });

  it("say nothing while there are none", () => {
    expect(recognise(new Uint8Array(0))).toBeUndefined();
  });
});
