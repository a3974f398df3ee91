/** What explaining a way needs of others. */
import type { Protocol, Target } from "@deskgate/contract";
import type { ChoosingFacts, GatewayFacts } from "../../domain/choosing.ts";
import type { ProbeResult } from "../machines/ports.ts";

/** Reads and nothing else. */
export interface FactsStore {
  readFacts(request: {
    readonly userId: string;
    readonly poolId: string;
    readonly wanted: Protocol | undefined;
    readonly address: string | undefined;
    readonly gateways: readonly GatewayFacts[];
    readonly at: number;
  }): Promise<ChoosingFacts | undefined>;
  findTarget(machineId: string, protocol: Protocol): Promise<Target | undefined>;
}

export interface WayProber {
  listReady(): readonly GatewayFacts[];
  /** By this gateway, because another might see what it does not. Throws `no_gateway`. */
  probeBy(gatewayId: string, target: Target, protocol: Protocol): Promise<ProbeResult>;
}
