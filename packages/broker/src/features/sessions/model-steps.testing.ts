/**
 * What can happen to the site of `model.test.ts`, at random: who asks, what fails, and how time passes. Numbers stand for
 * people, pools, machines and viewers, whatever there is of them by then. Not part of the program.
 */
import { TICKET_LIFETIME_MS } from "@deskgate/contract";
import fc from "fast-check";
import type { FaultPoint } from "../../domain/faults.ts";
import { OPENING_GRACE_MS } from "../../domain/session.ts";

export const PEOPLE = 3;
export const MACHINES = ["a", "b", "c"] as const;
export const TICKET_KEPT_MS = TICKET_LIFETIME_MS + OPENING_GRACE_MS;
export const RELEASE_MS = 120_000;

/** Where a broker dies while it hands a machine out. */
const DEATHS = [
  "claim:before-commit",
  "claim:committed",
  "claim:reserved",
  "claim:ready",
] as const satisfies readonly FaultPoint[];
export type Death = (typeof DEATHS)[number];

export type Step =
  | { readonly do: "ask"; readonly person: number; readonly pool: number }
  | { readonly do: "ask-and-die"; readonly person: number; readonly pool: number; readonly at: Death }
  | { readonly do: "probe"; readonly machine: number; readonly isUp: boolean }
  | { readonly do: "maintain"; readonly machine: number; readonly isInMaintenance: boolean }
  | { readonly do: "take-back"; readonly person: number }
  | { readonly do: "open" | "close"; readonly which: number }
  | { readonly do: "kill"; readonly which: number }
  | { readonly do: "give-back"; readonly person: number; readonly pool: number }
  | { readonly do: "sign-out"; readonly person: number }
  | { readonly do: "explain"; readonly person: number; readonly pool: number }
  | { readonly do: "gateway-crash" | "gateway-silence" | "broker-restart" }
  | { readonly do: "pass"; readonly forMs: number };

const person = fc.nat(PEOPLE - 1);
const pool = fc.nat(1);
const machine = fc.nat(MACHINES.length - 1);
const which = fc.nat(50);

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("ask" as const), person, pool }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("open" as const, "close" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("ask-and-die" as const),
      ...{ person, pool, at: fc.constantFrom(...DEATHS) },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("probe" as const), machine, isUp: fc.boolean() }) },
  fc.record({ do: fc.constant("maintain" as const), machine, isInMaintenance: fc.boolean() }),
  fc.record({ do: fc.constant("take-back" as const), person }),
  fc.record({ do: fc.constant("kill" as const), which }),
  fc.record({ do: fc.constant("give-back" as const), person, pool }),
  fc.record({ do: fc.constant("sign-out" as const), person }),
  fc.record({ do: fc.constant("explain" as const), person, pool }),
  fc.record({
    do: fc.constantFrom("gateway-crash" as const, "gateway-silence" as const, "broker-restart" as const),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      forMs: fc.constantFrom(1_000, 15_000, TICKET_KEPT_MS, TICKET_KEPT_MS + 1, RELEASE_MS, RELEASE_MS + 1),
    }),
  },
);
