import { createHash, randomBytes, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureSelfSigned } from "../index.ts";
import { recordingLog } from "../testing.ts";
import { createPassOn, type PassOn } from "./pass-on.ts";

/** A broker that does whatever a test wants, behind real TLS, and a port of the gateway's before it. */
let folder: string;
let tls: { readonly key: string; readonly cert: string };
let fingerprint: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-pass-on-"));
  const files = { keyFile: join(folder, "k.pem"), certificateFile: join(folder, "c.pem") };
  await ensureSelfSigned(files);
  tls = { key: await readFile(files.keyFile, "utf8"), cert: await readFile(files.certificateFile, "utf8") };
  fingerprint = new X509Certificate(tls.cert).fingerprint256.replaceAll(":", "").toLowerCase();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let broker: HttpsServer;
let answer: RequestListener;
let seen: IncomingMessage[];
let pass: string | undefined;
let port: number;
let front: Server;
let passOn: PassOn;
let tlsConnections: number;

beforeEach(async () => {
  seen = [];
  pass = "the-pass";
  tlsConnections = 0;
  answer = (_request, response) => void response.end("from the broker");
  broker = createHttpsServer(tls, (received, response) => {
    seen.push(received);
    answer(received, response);
  });
  broker.on("secureConnection", () => {
    tlsConnections += 1;
  });
  await once(broker.listen(0, "127.0.0.1"), "listening");
  await openFront(fingerprint);
});
afterEach(() => {
  passOn.close();
  for (const server of [front, broker]) {
    server.close();
    server.closeAllConnections();
  }
});

async function openFront(pinned: string): Promise<void> {
  passOn = createPassOn({
    address: { host: "127.0.0.1", port: (broker.address() as AddressInfo).port }, // it listens on TCP
    trust: { kind: "pinned", fingerprint: pinned },
    gatewayId: "g1",
    pass: () => pass,
    log: recordingLog(),
  });
  front = createServer(passOn.handle);
  await once(front.listen(0, "127.0.0.1"), "listening");
  port = (front.address() as AddressInfo).port; // it listens on TCP
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

async function ask({ method = "GET", path = "/", headers = {}, body }: Asked = {}) {
  const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { response, text: await text(response) };
}

describe("a request that is passed on", () => {
  it("arrives as it was, with the gateway's pass and the viewer's address", async () => {
    const { text: body } = await ask({
      path: "/a%20b?c=d",
      headers: { Host: "site.example", Cookie: "x=y" },
    });
    expect(body).toBe("from the broker");
    expect(seen[0]).toMatchObject({ method: "GET", url: "/a%20b?c=d" });
    expect(seen[0]?.headers).toMatchObject({
      ...{ host: "site.example", cookie: "x=y", "deskgate-gateway": "g1", "deskgate-pass": "the-pass" },
      "deskgate-viewer-address": "127.0.0.1",
    });
  });

  it("carries nothing that a viewer says in our name, and nothing that belongs to one connection", async () => {
    await ask({
      headers: {
        "Deskgate-Viewer-Address": "203.0.113.1",
        "deskgate-pass": "guessed",
        "DESKGATE-ANYTHING": "x",
        Connection: "close, X-Secret-Hop",
        "X-Secret-Hop": "1",
        "Keep-Alive": "timeout=5",
        "Proxy-Authorization": "Basic eDp5",
        TE: "trailers",
        "X-Kept": "kept",
      },
    });
    const headers: IncomingHttpHeaders = seen[0]?.headers ?? {};
    expect(headers["deskgate-viewer-address"]).toBe("127.0.0.1");
    expect(headers["deskgate-pass"]).toBe("the-pass");
    for (const name of ["deskgate-anything", "x-secret-hop", "proxy-authorization", "te"])
      expect(headers[name]).toBeUndefined();
    expect(headers["x-kept"]).toBe("kept");
  });

  it("streams bodies both ways, whole, with or without a declared length", async () => {
    const body = randomBytes(3_000_000);
    const digest = createHash("sha256").update(body).digest("hex");
    answer = (received, response) => void received.pipe(response);
    for (const headers of [{ "Content-Length": String(body.length) }, { "Transfer-Encoding": "chunked" }]) {
      const asked = request({ host: "127.0.0.1", port, method: "PUT", headers, agent: false });
      asked.end(body);
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      const hash = createHash("sha256");
      for await (const piece of response as AsyncIterable<Buffer>) hash.update(piece);
      expect(hash.digest("hex")).toBe(digest);
    }
  });

  it("of a method that seldom has a body keeps its end, so that no second request hides in it", async () => {
    const bodies: string[] = [];
    answer = (received, response) =>
      void text(received).then((body) => response.end(String(bodies.push(body))));
    const hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
    await ask({ method: "GET", headers: { "Transfer-Encoding": "chunked" }, body: hidden });
    await ask({ method: "DELETE", headers: { "Content-Length": String(hidden.length) }, body: hidden });
    expect(bodies).toEqual([hidden, hidden]);
    expect(seen.map(({ url }) => url)).toEqual(["/", "/"]);
  });

  it("brings every header of the answer back but those of one connection", async () => {
    answer = (_request, response) => {
      response.writeHead(201, "Made", [
        ...[
          "Set-Cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
          "Deskgate-Pass",
          "leak",
          "X-Hop",
          "1",
          "Connection",
          "X-Hop",
        ],
      ]);
      response.end("made");
    };
    const { response, text: body } = await ask();
    expect([response.statusCode, response.statusMessage, body]).toEqual([201, "Made", "made"]);
    expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(response.headers["deskgate-pass"]).toBeUndefined();
    expect(response.headers["x-hop"]).toBeUndefined();
  });

  it("brings what has no body without one", async () => {
    answer = (_request, response) => void response.writeHead(304, { ETag: '"1"' }).end();
    expect((await ask()).response).toMatchObject({ statusCode: 304, headers: { etag: '"1"' } });
    answer = (_request, response) => void response.writeHead(200, { "Content-Length": "1000" }).end();
    const { response, text: body } = await ask({ method: "HEAD" });
    expect([response.headers["content-length"], body]).toEqual(["1000", ""]);
  });

  it("uses connections again, and tries once more on a new one where the broker closed the old", async () => {
    await ask();
    await ask();
    expect(tlsConnections).toBe(1);
    // Resets the pooled connection when the next request arrives on it.
    answer = (received, response) => {
      if (seen.length === 3) received.socket.destroy();
      else response.end("second try");
    };
    expect((await ask()).text).toBe("second try");
    expect([seen.length, tlsConnections]).toEqual([4, 2]);
  });
});

describe("where the broker cannot answer", () => {
  const ways: Readonly<Record<string, () => void>> = {
    "without a link": () => {
      pass = undefined;
    },
    "with a pass the broker does not know": () => {
      answer = (_request, response) => void response.writeHead(421).end("private");
    },
    "with a broker that hangs up": () => {
      answer = (received) => void received.socket.destroy();
    },
  };
  it.each(Object.entries(ways))("%s, a program reads a code and a person a page", async (_name, breakIt) => {
    breakIt();
    const { response, text: body } = await ask();
    expect(response).toMatchObject({
      statusCode: 503,
      headers: { "retry-after": "5", "cache-control": "no-store" },
    });
    expect(JSON.parse(body)).toMatchObject({
      error: { code: "broker_unavailable", requestId: expect.any(String) },
    });
    const page = await ask({ headers: { Accept: "text/html,*/*" } });
    expect(page.response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.text).toContain("Desktops that are open stay open");
    expect((await ask({ method: "HEAD" })).text).toBe("");
  });

  it("because its certificate is another one, nothing is sent to it", async () => {
    passOn.close();
    front.close();
    await openFront("00".repeat(32));
    expect((await ask({ method: "POST", body: "secret" })).response.statusCode).toBe(503);
    expect(seen).toEqual([]);
  });

  it("to the end, the viewer's answer does not look whole", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("only a part", () => response.destroy());
    };
    await expect(ask()).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});

describe("a viewer that", () => {
  it("declares too large a body, or sends one, is refused", async () => {
    answer = (received, response) => void received.resume().on("end", () => response.end());
    const declared = await ask({
      method: "POST",
      headers: { "Content-Length": String(64 * 1024 * 1024 + 1) },
    }).catch((cause: unknown) => cause);
    expect(declared).toMatchObject({ response: { statusCode: 413 } });
    expect(seen).toEqual([]);
    const asked = request({
      host: "127.0.0.1",
      port,
      method: "POST",
      headers: { "Transfer-Encoding": "chunked" },
      agent: false,
    });
    asked.on("error", () => {});
    const piece = Buffer.alloc(1024 * 1024);
    const refused = once(asked, "response") as Promise<[IncomingMessage]>;
    for (let sent = 0; sent < 70 && !asked.destroyed; sent++)
      if (!asked.write(piece)) await Promise.race([once(asked, "drain"), refused]);
    const [response] = await refused;
    expect(response.statusCode).toBe(413);
    asked.destroy();
  });

  it("leaves takes its request with it", async () => {
    const gone = Promise.withResolvers<void>();
    answer = (received, response) => {
      received.socket.once("close", gone.resolve);
      response.write("waiting");
    };
    const viewer = connect(port, "127.0.0.1");
    viewer.write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(viewer, "data");
    viewer.destroy();
    await gone.promise;
  });
});
