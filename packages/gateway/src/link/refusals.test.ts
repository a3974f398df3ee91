import { type BrokerCalls, MAX_REFUSALS_TOLD } from "@deskgate/contract";
import { expect, it } from "vitest";
import { recordingLog } from "../testing.ts";
import { createRefusalTeller } from "./refusals.ts";

type Told = Parameters<BrokerCalls["tunnelsRefused"]>[0];

it("tells one message at a time; what comes meanwhile waits, and what is too much is counted", async () => {
  const told: Told[] = [];
  const first = Promise.withResolvers<void>();
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
  const broker = {
    tunnelsRefused: async (message: Told) => {
      told.push(message);
      if (told.length === 1) await first.promise;
      else done();
      return {};
    },
  };
  const tell = createRefusalTeller({ gatewayId: "g", broker, log: recordingLog() });
  const refusal = { code: "ticket_unknown", viewerAddress: "192.0.2.1" } as const;
  for (let count = 0; count < 1 + MAX_REFUSALS_TOLD + 7; count++) tell(refusal);
  expect(told).toEqual([{ gatewayId: "g", refusals: [refusal], omitted: 0 }]);
  first.resolve();
  await isDone;
  expect(told).toHaveLength(2);
  expect(told[1]).toMatchObject({ omitted: 7 });
  expect(told[1]?.refusals).toHaveLength(MAX_REFUSALS_TOLD);
});

it("goes on after a broker that did not answer", async () => {
  const log = recordingLog();
  const { promise: isHeard, resolve: heard } = Promise.withResolvers<void>();
  let isAway = true;
  const broker = {
    tunnelsRefused: async () => {
      if (isAway) throw new Error("away");
      heard();
      return {};
    },
  };
  const tell = createRefusalTeller({ gatewayId: "g", broker, log });
  tell({ code: "ticket_used", viewerAddress: "192.0.2.1" });
  await new Promise((done) => setImmediate(done));
  expect(log.lines).toMatchObject([{ level: "error" }]);
  isAway = false;
  tell({ code: "ticket_used", viewerAddress: "192.0.2.1" });
  await isHeard;
});
