import { ROUTES } from "@deskgate/contract";
import { expect, it } from "vitest";
import { problemsBySchema } from "../../api/field-problems.ts";
import { addressOf } from "./address-of.ts";
import { fieldsOf, formOf, INPUT_OF_FIELD, NEW_MACHINE } from "./machine-fields.ts";

const protocolOf = (change: Partial<typeof NEW_MACHINE>) =>
  fieldsOf({ ...NEW_MACHINE, ...change }).protocols[0];

it("keeps or replaces stored secrets, and sends none where none are to be stored", () => {
  const kept = { protocol: "vnc", port: 5900, credentialMode: "stored", username: "", domain: "" };
  expect(protocolOf({})).toEqual(kept);
  expect(protocolOf({ password: "secret12" })).toEqual({ ...kept, password: "secret12" });
  const prompt = { ...kept, credentialMode: "prompt" } as const;
  expect(protocolOf({ credentialMode: "prompt", password: "secret12" })).toEqual(prompt);
});

it("leaves protocols alone that it does not show", () => {
  const others = [{ protocol: "vnc" as const, port: 5999 }];
  expect(fieldsOf({ ...NEW_MACHINE, others }).protocols[1]).toEqual(others[0]);
});

it("names the problems of an unfinished form at fields that the form has", () => {
  const problems = problemsBySchema(ROUTES.createMachine.body, fieldsOf({ ...NEW_MACHINE, port: "" }));
  expect(Object.keys(problems)).toEqual(["name", "host", "protocols.0.port"]);
  expect(INPUT_OF_FIELD["protocols.0.port"]).toBe("port");
});

it("never brings a stored password back into the form", () => {
  const machine = {
    id: "8a8f3c0e-6f4e-4a0e-9a53-3a2b6f0a7c11",
    name: "Lab",
    description: "",
    host: "10.0.0.5",
    isDeclaredLocal: false,
    protocols: [
      {
        ...{
          protocol: "vnc" as const,
          port: 5901,
          credentialMode: "stored" as const,
          username: "",
          domain: "",
        },
        ...{ hasPassword: true, hasPrivateKey: false },
      },
    ],
    trust: "first-use" as const,
    identities: [],
    poolId: "8a8f3c0e-6f4e-4a0e-9a53-3a2b6f0a7c12",
    isBuiltIn: false,
    version: 1,
    ...{ tags: [], zoneId: null, macAddress: null, isInMaintenance: false },
    health: { state: "unknown" as const, since: null, checkedAt: null, detail: "" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  expect(formOf(machine)).toMatchObject({ port: 5901, password: "", credentialMode: "stored" });
});

it("puts IPv6 addresses in brackets", () => {
  expect(addressOf("2001:db8::1", 5900)).toBe("[2001:db8::1]:5900");
  expect(addressOf("host1", 5900)).toBe("host1:5900");
});
