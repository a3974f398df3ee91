/** What the quick reader takes, and that everything else is left to the HTTP parser. */
import { describe, expect, it } from "vitest";
import { readTunnelRequest } from "./tunnel-request.ts";

const LINES = [
  "GET /tunnel HTTP/1.1",
  "Host: desk.example:8443",
  "Connection: keep-alive, Upgrade",
  "Upgrade: websocket",
  "Origin: https://desk.example:8443",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Protocol: binary, deskgate.ticket.abc",
];
const head = (lines: readonly string[]) => Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
const withLine = (line: string) => head([...LINES, line]);

describe("the ordinary request for a tunnel", () => {
  it("is read with its headers in lower case", () => {
    const request = readTunnelRequest(head(LINES));
    expect(request).toMatchObject({ method: "GET", url: "/tunnel", headBytes: head(LINES).length });
    expect(request?.headers.host).toBe("desk.example:8443");
    expect(request?.headers["sec-websocket-protocol"]).toBe("binary, deskgate.ticket.abc");
  });

  it("ends where its head ends, whatever the viewer sent ahead", () => {
    const ahead = Buffer.concat([head(LINES), Buffer.from([0x82, 0x80, 1, 2, 3, 4])]);
    expect(readTunnelRequest(ahead)?.headBytes).toBe(head(LINES).length);
  });

  it("may have blanks around values, and empty values", () => {
    const request = readTunnelRequest(withLine("X-Empty:\t "));
    expect(request?.headers).toHaveProperty("x-empty", "");
    expect(readTunnelRequest(withLine("X-Some: \t a b\t c \t"))?.headers).toHaveProperty("x-some", "a b\t c");
  });
});

describe("left to the HTTP parser", () => {
  it("is a head cut at any byte", () => {
    const whole = head(LINES);
    for (let length = 0; length < whole.length; length++)
      expect(readTunnelRequest(whole.subarray(0, length))).toBeUndefined();
  });

  it.each([
    ["a header given twice", withLine("origin: https://evil.example")],
    ["a body", withLine("Content-Length: 5")],
    ["chunks", withLine("Transfer-Encoding: chunked")],
    ["a folded line", withLine(" folded: x")],
    ["a blank before the colon", withLine("Origin : https://evil.example")],
    ["a line without a colon", withLine("nonsense")],
    ["a nameless line", withLine(": x")],
    ["a bare line feed", withLine("X-A: b\nOrigin: https://evil.example")],
    ["a bare carriage return", withLine("X-A: b\rX-C: d")],
    ["a zero byte", withLine("X-A: b\0c")],
    ["a byte beyond ASCII", withLine("X-A: \xe9")],
    ["no header at all", Buffer.from("GET /tunnel HTTP/1.1\r\n\r\n")],
    ["another path", head(["GET /tunnels HTTP/1.1", ...LINES.slice(1)])],
    ["a query", head(["GET /tunnel?a=b HTTP/1.1", ...LINES.slice(1)])],
    ["an absolute target", head(["GET https://desk.example/tunnel HTTP/1.1", ...LINES.slice(1)])],
    ["another method", head(["POST /tunnel HTTP/1.1", ...LINES.slice(1)])],
    ["another version", head(["GET /tunnel HTTP/1.0", ...LINES.slice(1)])],
    ["a long head", withLine(`X-Long: ${"a".repeat(4096)}`)],
  ])("is %s", (_, bytes) => {
    expect(readTunnelRequest(bytes)).toBeUndefined();
  });
});
