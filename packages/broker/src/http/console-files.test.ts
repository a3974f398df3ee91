import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestBroker, signInAdministrator, type TestBroker, TestBrowser } from "../testing.ts";

let directory: string;
let broker: TestBroker;
let browser: TestBrowser;
const HTML = { accept: "text/html,*/*" };

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "deskgate-console-"));
  const root = path.join(directory, "dist");
  await mkdir(path.join(root, "assets"), { recursive: true });
  await writeFile(
    path.join(root, "index.html"),
    '<html><meta nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"><meta content="__SITE_NAME__"><b lang="__SITE_LANGUAGE__">',
  );
  await writeFile(path.join(root, "assets", "app-abc.js"), "start()");
  await writeFile(path.join(root, "favicon.svg"), "<svg/>");
  await writeFile(path.join(root, "rdp-frame.html"), "<html>");
  await writeFile(path.join(directory, "secret.txt"), "secret");
  broker = await openTestBroker({ consoleDirectory: root });
  browser = new TestBrowser(broker.url);
});
afterAll(async () => {
  await broker.close();
  await rm(directory, { recursive: true });
});

describe("the page", () => {
  test.each(["/", "/index.html", "/desktops/1", "/sign-in/link", "/anything?x=1"])(
    "answers at %s",
    async (address) => {
      const answer = await browser.send("GET", address, undefined, HTML);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    },
  );

  test("carries a fresh nonce that its policy names", async () => {
    const answers = [
      await browser.send("GET", "/", undefined, HTML),
      await browser.send("GET", "/", undefined, HTML),
    ];
    const nonces = answers.map(({ body }) => /<style nonce="([^"]{20,})">/.exec(body)?.[1]);
    expect(nonces[0]).not.toBe(nonces[1]);
    for (const [index, { headers, body }] of answers.entries()) {
      expect(headers.get("content-security-policy")).toContain(`style-src 'self' 'nonce-${nonces[index]}'`);
      expect(body).not.toContain("__CSP_NONCE__");
    }
  });

  test("carries the site's name and language, whatever the name holds", async () => {
    const page = async () => (await browser.send("GET", "/", undefined, HTML)).body;
    expect(await page()).toContain('<meta content="Deskgate"><b lang="">');
    const admin = await signInAdministrator(broker);
    const siteName = `"><script>alert('$&')</script> __CSP_NONCE__ & Sons`;
    await admin.api("PATCH", "/settings", { siteName, language: "de" });
    expect(await page()).toContain(
      '<meta content="&quot;&gt;&lt;script&gt;alert(&#39;$&amp;&#39;)&lt;/script&gt; __CSP_NONCE__ &amp; Sons"><b lang="de">',
    );
    await admin.api("PATCH", "/settings", { siteName: "Deskgate", language: null });
  });

  test("may run its own scripts and speak to its own server, and nothing else", async () => {
    const { headers } = await browser.send("GET", "/", undefined, HTML);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("clipboard-read=(self)");
    expect(headers.get("permissions-policy")).toContain("camera=()");
  });

  test("of a web client may compile WebAssembly and be framed by the console, and nobody else's", async () => {
    const { headers } = await browser.send("GET", "/rdp-frame.html", undefined, HTML);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("form-action 'none'");
    const shell = (await browser.send("GET", "/", undefined, HTML)).headers;
    expect(shell.get("content-security-policy")).toContain("frame-src 'self'");
  });

  test("is not given to who asks for something else", async () => {
    const answer = await browser.send("GET", "/missing.js", undefined, { accept: "application/javascript" });
    expect([answer.status, answer.body.error.code]).toEqual([404, "not_found"]);
    expect((await browser.send("POST", "/", {}, HTML)).status).toBe(404);
  });
});

describe("files", () => {
  test("built assets may be kept for ever, others are asked for again", async () => {
    const asset = await browser.send("GET", "/assets/app-abc.js");
    expect([asset.status, asset.body]).toEqual([200, "start()"]);
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(asset.headers.get("content-type")).toContain("javascript");
    const icon = await browser.send("GET", "/favicon.svg");
    expect(icon.headers.get("cache-control")).toBe("no-cache");
    const head = await browser.send("HEAD", "/assets/app-abc.js");
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "7"]);
  });

  test("a file that has not changed is not sent again", async () => {
    const first = await browser.send("GET", "/favicon.svg");
    const again = await raw("/favicon.svg", { "if-none-match": first.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
  });

  test.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/..%2Fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/secret.txt%00.js",
    "/%00",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/%c0%ae%c0%ae/secret.txt",
    "/%",
  ])("nothing outside is reached by %s", async (address) => {
    const answer = await raw(address);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toBe("secret");
    expect(answer.body).not.toContain("root:");
  });
});

test("without a built console there is a hint", async () => {
  const bare = await openTestBroker();
  const answer = await new TestBrowser(bare.url).send("GET", "/", undefined, HTML);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
  expect(answer.body).toContain("/api/docs");
  await bare.close();
});

/** `fetch` tidies paths up before it sends them, and asks caches to step aside. */
function raw(
  address: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: broker.port, path: address, headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject).end();
  });
}
