import { ROUTES } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPassing } from "./api-error.ts";
import { call } from "./call.ts";

const ID = "8a8f3c0e-6f4e-4a0e-9a53-3a2b6f0a7c11";
const realFetch = globalThis.fetch;
let asked: { readonly address: string; readonly init: RequestInit } | undefined;

/** The next answer of the server. */
function answer(status: number, body: unknown): void {
  globalThis.fetch = async (address, init = {}) => {
    asked = { address: String(address), init };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status });
  };
}

function refusal(code: string, rest: object = {}) {
  return { error: { code, message: "Said by the server.", requestId: "r1", ...rest } };
}

beforeEach(() => {
  asked = undefined;
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

describe("a call to the API", () => {
  it("asks what the route table says", async () => {
    const page = { items: [], nextCursor: null, total: 0 };
    answer(200, page);
    await expect(call(ROUTES.listSessions, { query: { state: "ended" } })).resolves.toEqual(page);
    expect(asked?.address).toBe("/api/v1/sessions?state=ended");
    answer(204, "");
    await expect(call(ROUTES.deleteUser, { params: { id: ID } })).resolves.toBeUndefined();
    expect(asked).toMatchObject({ address: `/api/v1/users/${ID}`, init: { method: "DELETE" } });
    expect(asked?.init.body).toBeUndefined();
  });

  it("names the version that a change rests on, where there is one", async () => {
    const zone = { id: ID, name: "Lab", description: "", version: 8, createdAt: "2026-01-01T00:00:00.000Z" };
    answer(200, zone);
    const change = { params: { id: ID }, body: { name: "Lab", description: "" } };
    await call(ROUTES.updateZone, { ...change, ifVersion: 7 });
    expect(asked?.init.headers).toMatchObject({ "if-match": '"v7"' });
    await call(ROUTES.updateZone, change);
    expect(asked?.init.headers).not.toHaveProperty("if-match");
  });

  it("passes a refusal on with all that it says", async () => {
    answer(429, refusal("too_many_attempts", { retryAfterSeconds: 42 }));
    await expect(call(ROUTES.getMe)).rejects.toMatchObject({
      code: "too_many_attempts",
      message: "Said by the server.",
      retryAfterSeconds: 42,
      requestId: "r1",
    });
    answer(422, refusal("validation_failed", { fields: { host: "Enter a host name." } }));
    await expect(call(ROUTES.getMe)).rejects.toMatchObject({ fields: { host: "Enter a host name." } });
  });

  it("tells a server that does not answer from one that answers nonsense", async () => {
    globalThis.fetch = () => Promise.reject(new TypeError("failed to fetch"));
    await expect(call(ROUTES.getMe)).rejects.toMatchObject({ code: "unreachable" });
    answer(502, "<html>Bad gateway</html>");
    await expect(call(ROUTES.getMe)).rejects.toMatchObject({ code: "unavailable" });
    answer(200, "<html>A login page of somebody else</html>");
    await expect(call(ROUTES.getMe)).rejects.toMatchObject({ code: "unreadable" });
    answer(200, { id: "no id", name: 7 });
    await expect(call(ROUTES.getMe)).rejects.toMatchObject({ code: "unreadable" });
  });

  it("leaves it to the caller when the caller gave up", async () => {
    const abort = new AbortController();
    globalThis.fetch = (_address, init) => {
      abort.abort();
      return Promise.reject(init?.signal?.reason);
    };
    await expect(call(ROUTES.getMe, { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("knows which failures pass by themselves", async () => {
    const failureOf = async (status: number, code: string) => {
      answer(status, refusal(code));
      return call(ROUTES.getMe).catch((error: unknown) => error);
    };
    expect(isPassing(await failureOf(503, "no_gateway"))).toBe(true);
    expect(isPassing(await failureOf(404, "not_found"))).toBe(false);
    expect(isPassing(await failureOf(401, "not_signed_in"))).toBe(false);
  });
});
