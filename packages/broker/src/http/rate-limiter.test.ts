import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bucket, takeOne } from "../domain/rate-limit.ts";
import { furnish, openTestBroker, type TestBroker, TestBrowser } from "../testing.ts";

let broker: TestBroker;
let site: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  const caller = { perSecond: 1, burst: 20 };
  broker = await openTestBroker({ rateLimits: { caller, address: { perSecond: 2, burst: 30 } } });
  site = await furnish(broker);
});
afterEach(() => broker.close());

async function sendUntilRefused(browser: TestBrowser, path: string) {
  for (let sent = 0; sent < 100; sent++) {
    const answer = await browser.api("GET", path);
    if (answer.status === 429) return answer;
  }
  throw new Error("nothing was refused");
}

test("a caller who sends too much waits, and others do not", async () => {
  const answer = await sendUntilRefused(site.browser, "/me");
  expect(answer.body.error).toMatchObject({ code: "too_many_requests", retryAfterSeconds: 1 });
  expect(answer.headers.get("retry-after")).toBe("1");
  expect((await site.admin.api("GET", "/me")).status).toBe(200);
  broker.clock.advance(1_000);
  expect((await site.browser.api("GET", "/me")).status).toBe(200);
  expect((await site.browser.api("GET", "/me")).status).toBe(429);
});

test("strangers at one address wait together, and who is signed in there does not", async () => {
  await sendUntilRefused(new TestBrowser(broker.url), "/status");
  expect((await new TestBrowser(broker.url).api("GET", "/users")).status).toBe(429);
  expect((await site.admin.api("GET", "/me")).status).toBe(200);
});

test("no more than burst and rate allow ever passes, whenever requests come", () => {
  const rate = { perSecond: 5, burst: 10 };
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { maxLength: 200 }), (pauses) => {
      let bucket: Bucket | undefined;
      let now = 0;
      let passed = 0;
      for (const pause of pauses) {
        now += pause;
        const next = takeOne(bucket, rate, now);
        if ("retryAfterSeconds" in next)
          expect(takeOne(bucket, rate, now + next.retryAfterSeconds * 1000)).toHaveProperty("tokens");
        else [bucket, passed] = [next, passed + 1];
        expect(passed).toBeLessThanOrEqual(rate.burst + (now / 1000) * rate.perSecond + 1e-6);
      }
    }),
  );
});
