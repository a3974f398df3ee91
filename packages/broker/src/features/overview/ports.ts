/** What the overview needs of others. */

export interface SessionSample {
  readonly at: number;
  readonly live: number;
}

export interface Refusal {
  readonly at: number;
  readonly userId: string | null;
  readonly userName: string;
  readonly poolId: string;
  readonly desktop: string;
  readonly code: string;
}

export interface OverviewStore {
  /** People with a viewer open, and live sessions. */
  countLive(): Promise<{ readonly peopleOn: number; readonly liveSessions: number }>;
  /** Writes down how many sessions are live; the second sample of the same moment changes nothing. */
  sample(at: number): Promise<void>;
  /** Oldest first. */
  listSamples(since: number): Promise<readonly SessionSample[]>;
  countMachines(): Promise<{
    readonly up: number;
    readonly down: number;
    readonly unknown: number;
    readonly maintenance: number;
  }>;
  /** By name; without those that were removed. */
  listGateways(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Newest first. */
  listRefusals(limit: number): Promise<readonly Refusal[]>;
}

export interface GatewayList {
  listAll(): readonly {
    readonly id: string;
    readonly isReady: boolean;
    readonly connections: number;
  }[];
}
