import { randomUUID } from "node:crypto";
import { type BrokerCalls, DeskgateError } from "@deskgate/contract";
import { beforeEach, describe, expect, it } from "vitest";
import { recordingLog } from "../testing.ts";
import { Outbox } from "./outbox.ts";

const GATEWAY_ID = "g1";
let told: string[];
let failure: unknown;
let log: ReturnType<typeof recordingLog>;
let outbox: Outbox;
beforeEach(() => {
  told = [];
  failure = undefined;
  log = recordingLog();
  const hear = async (what: string) => {
    if (failure !== undefined) throw failure;
    told.push(what);
    return {};
  };
  const broker: Pick<BrokerCalls, "connectionOpened" | "connectionClosed"> = {
    connectionOpened: ({ connectionId }) => hear(`opened ${connectionId}`),
    connectionClosed: ({ report }) => hear(`closed ${report.connectionId}`),
  };
  outbox = new Outbox(broker, log);
});

const opened = (connectionId: string) =>
  outbox.connectionOpened({ gatewayId: GATEWAY_ID, connectionId, viewerAddress: "192.0.2.1" });
const closed = (connectionId: string) =>
  outbox.connectionClosed({
    gatewayId: GATEWAY_ID,
    report: { connectionId, bytesToViewer: 1, bytesToTarget: 1, idleMs: 0 },
    reason: "viewer_left",
    detail: "",
  });

describe("what the broker has to be told", () => {
  it("is told at once where it is there", async () => {
    const id = randomUUID();
    await opened(id);
    await closed(id);
    expect([told, outbox.size]).toEqual([[`opened ${id}`, `closed ${id}`], 0]);
  });

  it("waits in order while it is away, and nothing overtakes it", async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    failure = new DeskgateError("link_unavailable");
    await opened(one);
    await closed(one);
    await expect(outbox.flush()).rejects.toMatchObject({ code: "link_unavailable" });
    failure = undefined;
    await opened(two);
    expect(told).toEqual([]);
    await Promise.all([outbox.flush(), outbox.flush()]);
    expect(told).toEqual([`opened ${one}`, `closed ${one}`, `opened ${two}`]);
  });

  it("waits as long as the broker is away, but not for ever where the broker cannot take it", async () => {
    const [stuck, next] = [randomUUID(), randomUUID()];
    failure = new DeskgateError("link_unavailable");
    await closed(stuck);
    for (let i = 0; i < 100; i++) await outbox.flush().catch(() => {});
    expect(outbox.size).toBe(1);
    failure = new DeskgateError("internal_error");
    await expect(outbox.flush()).resolves.toBeUndefined();
    expect(outbox.size).toBe(0);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: "error", fields: expect.objectContaining({ connectionId: stuck }) }),
    );
    failure = undefined;
    await closed(next);
    expect(told).toEqual([`closed ${next}`]);
  });

  it("is kept up to a bound; the oldest goes first, and the log says so", async () => {
    failure = new DeskgateError("link_unavailable");
    const first = randomUUID();
    await closed(first);
    for (let i = 0; i < 20_000; i++) await closed(randomUUID());
    expect(outbox.size).toBe(20_000);
    expect(log.lines.filter(({ level }) => level === "error")).toMatchObject([
      { fields: { connectionId: first } },
    ]);
  });
});
