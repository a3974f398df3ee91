/**
 * Changes that the command line makes beside this program: read off the audit, and told like this program's own.
 *
 * The command line works on the database in a process of its own, which has no listeners. Its records name `local` as the
 * address, which no request of this program ever has.
 */
import type { Topic } from "@deskgate/contract";
import type { AuditStore } from "../audit/ports.ts";
import type { Changes } from "./hub.ts";

interface OtherHandsDeps {
  readonly records: Pick<AuditStore, "head" | "listAfter">;
  readonly changes: Changes;
}

/** By the kind of a record's subject. */
const TOPICS_OF: Readonly<Record<string, readonly Topic[]>> = {
  user: ["users", "desktops"],
  group: ["groups", "desktops"],
  role: ["roles"],
  zone: ["zones"],
  machine: ["machines", "desktops"],
  pool: ["pools", "desktops"],
  policy: ["policies", "desktops"],
  entitlement: ["entitlements", "desktops"],
  session: ["sessions", "desktops"],
  token: ["tokens"],
  gateway: ["gateways"],
};
const LOCAL = "local";
// LIMIT: records of one look; the next goes on after them.
const MAX_AT_ONCE = 500;

export class OtherHands {
  readonly #deps: OtherHandsDeps;
  #seen: number | undefined;

  constructor(deps: OtherHandsDeps) {
    this.#deps = deps;
  }

  /** Tells what was changed since it was asked last; the first time it only remembers where the audit ends. */
  async tell(): Promise<void> {
    const { records, changes } = this.#deps;
    if (this.#seen === undefined) {
      this.#seen = (await records.head()).sequence;
      return;
    }
    for (const { sequence, address, subjectKind, subjectId } of await records.listAfter(
      this.#seen,
      MAX_AT_ONCE,
    )) {
      this.#seen = sequence;
      if (address !== LOCAL) continue;
      const [topic, ...shownIn] = TOPICS_OF[subjectKind] ?? [];
      if (topic) changes.changed(topic, subjectId);
      for (const also of shownIn) changes.changed(also);
    }
  }
}
