import { randomUUID } from "node:crypto";
import { BROKER_CALLS, type BrokerCalls } from "@deskgate/contract";
import { describe, expect, it } from "vitest";
import { throughLink } from "./in-process.ts";

function brokerThat(overrides: Partial<BrokerCalls>): BrokerCalls {
  const nothing = async () => ({});
  return {
    register: nothing,
    connectionOpened: nothing,
    tunnelsRefused: nothing,
    connectionClosed: nothing,
    report: nothing,
    admit: async () => ({ refused: "ticket_unknown" }),
    judgeIdentity: async () => ({ verdict: "unverified" }),
    ...overrides,
  };
}

describe("the link inside one program", () => {
  it("hands over copies, never the sender's own objects", async () => {
    const ids = [randomUUID()];
    let received: readonly string[] = [];
    const register: BrokerCalls["register"] = async ({ openConnectionIds }) => {
      received = openConnectionIds;
      return {};
    };
    const link = throughLink(BROKER_CALLS, brokerThat({ register }));
    await link.register({ gatewayId: "local", openConnectionIds: ids });
    expect(received).toEqual(ids);
    expect(received).not.toBe(ids);
  });

  it("refuses a message or a reply that does not fit its schema", async () => {
    const link = throughLink(
      BROKER_CALLS,
      brokerThat({ admit: async () => ({ refused: "because" as "ticket_unknown" }) }),
    );
    await expect(link.register({ gatewayId: "local", openConnectionIds: ["not-an-id"] })).rejects.toThrow();
    await expect(link.admit({ gatewayId: "local", ticketHash: "0".repeat(64) })).rejects.toThrow();
  });

  it("passes a handler's failure on", async () => {
    const link = throughLink(
      BROKER_CALLS,
      brokerThat({ report: () => Promise.reject(new Error("database is away")) }),
    );
    await expect(link.report({ gatewayId: "local", connections: [] })).rejects.toThrow("database is away");
  });
});
