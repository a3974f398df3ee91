import { API_PREFIX, ROUTES, type Route } from "@deskgate/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, openTestBroker, type TestBroker, TestBrowser } from "../testing.ts";

let broker: TestBroker;
let document: Answer["body"];

beforeAll(async () => {
  broker = await openTestBroker();
  document = (await new TestBrowser(broker.url).send("GET", "/api/v1/openapi.json")).body;
});
afterAll(() => broker.close());

test("the document is OpenAPI 3.1 with both ways to authorize", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(document.info).toMatchObject({ title: "Deskgate", version: "0.0.0-test" });
  expect(document.components.securitySchemes).toEqual({
    cookie: { type: "apiKey", in: "cookie", name: "__Host-deskgate" },
    bearer: { type: "http", scheme: "bearer" },
  });
});

test("it names every route of the contract, and no other", () => {
  const routes: readonly [string, Route][] = Object.entries(ROUTES);
  const wanted = routes.map(([name, { method, path }]) => {
    const template = `${API_PREFIX}${path}`.replace(/:(\w+)/g, "{$1}");
    return `${method} ${template} ${name}`;
  });
  const named = Object.entries<Record<string, { operationId: string }>>(document.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`,
      ),
  );
  expect(named.toSorted()).toEqual(wanted.toSorted());
});

test("every operation says who may call it, what it answers, and how it refuses", () => {
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = `${API_PREFIX}${route.path}`.replace(/:(\w+)/g, "{$1}");
    const operation = document.paths[path][route.method.toLowerCase()];
    expect(operation.security, name).toHaveLength(route.access === "anonymous" ? 0 : 2);
    const good = operation.responses[route.status ?? (route.reply ? 200 : 204)];
    expect(good.content !== undefined, name).toBe(route.reply !== undefined);
    const refusal = operation.responses[500].content["application/json"].schema;
    expect(refusal, name).toEqual({ $ref: "#/components/schemas/ErrorReply" });
    expect(operation.requestBody !== undefined, name).toBe(route.body !== undefined);
    if (route.body)
      expect(operation.requestBody.content["application/json"].schema.additionalProperties).toBe(false);
  }
});

test("no reference in the document points nowhere", () => {
  const text = JSON.stringify(document);
  for (const [, pointer = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = pointer.split("/").reduce((at, key) => at?.[key], document);
    expect(found, pointer).toBeDefined();
  }
});

test("Swagger UI answers with a policy of its own", async () => {
  const answer = await new TestBrowser(broker.url).send("GET", "/api/docs/");
  expect(answer.status).toBe(200);
  expect(answer.body).toContain("swagger-ui");
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(answer.body).not.toMatch(/<script>|https?:\/\//);
});
