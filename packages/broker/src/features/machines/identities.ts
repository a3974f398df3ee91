/**
 * Whether a machine is the one that was meant, by the certificate or host key that it shows.
 *
 * INVARIANT: what is not trusted in so many words is not trusted; a changed identity is an alarm, seen in log and audit.
 */
import {
  DeskgateError,
  type IdentityVerdict,
  type Log,
  type Machine,
  type ShownIdentity,
} from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { type AuditService, type Deed, PROGRAM } from "../audit/service.ts";
import type { Changes } from "../events/hub.ts";
import type { IdentityStore, Judged } from "./ports.ts";

interface IdentitiesDeps {
  readonly identities: IdentityStore;
  readonly audit: AuditService;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class IdentitiesService {
  readonly #deps: IdentitiesDeps;

  constructor(deps: IdentitiesDeps) {
    this.#deps = deps;
  }

  async judge(shown: ShownIdentity): Promise<IdentityVerdict> {
    const { identities, random, clock } = this.#deps;
    const judged = await this.#deps.audit.change(
      PROGRAM,
      () => identities.judge({ ...shown, id: random.uuid(), at: clock.now() }),
      // A viewer that tries again and again must not fill the audit.
      (result) => (result?.isNew ? deedOf(result, shown) : []),
    );
    if (!judged) return "unverified";
    const verdict = verdictOn(judged, shown);
    this.#tell(verdict, shown);
    if (judged.isNew) this.#deps.changes.changed("machines", shown.machineId);
    return verdict;
  }

  async accept(machineId: Machine["id"], identityId: string, actor: Actor): Promise<void> {
    const { identities, clock, audit, log } = this.#deps;
    const request = { machineId, identityId, at: clock.now(), by: actor.name };
    const accepted = await audit.change(
      actor,
      () => identities.accept(request),
      (result) => {
        if (!result) return [];
        const { protocol, kind, fingerprint, description } = result;
        const detail = { protocol, kind, fingerprint, description };
        return { action: "machine.identity_accepted", subject: { kind: "machine", id: machineId }, detail };
      },
    );
    if (!accepted) throw new DeskgateError("not_found");
    const { protocol, kind, fingerprint } = accepted;
    log.info({ machineId, protocol, detail: `${kind} ${fingerprint} by ${actor.name}` }, "Identity accepted");
  }

  #tell(verdict: IdentityVerdict, shown: ShownIdentity): void {
    const { machineId, protocol, kind, fingerprint, description } = shown;
    const words = { machineId, protocol, detail: `${kind} ${fingerprint}: ${description}` };
    if (verdict === "changed") this.#deps.log.warn(words, "Machine shows another identity than was accepted");
    if (verdict === "unverified")
      this.#deps.log.warn(words, "Machine shows an identity that nobody accepted");
  }
}

function deedOf(judged: Judged, shown: ShownIdentity): Deed {
  const { machineId, protocol, kind, fingerprint, description } = shown;
  return {
    action: ACTIONS[verdictOn(judged, shown)],
    subject: { kind: "machine", id: machineId },
    detail: { machineName: judged.machineName, protocol, kind, fingerprint, description },
  };
}

const ACTIONS: Readonly<Record<IdentityVerdict, string>> = {
  trusted: "machine.identity_recorded",
  changed: "machine.identity_changed",
  unverified: "machine.identity_unverified",
};

function verdictOn({ state, trust, hadAccepted }: Judged, shown: ShownIdentity): IdentityVerdict {
  const isVouchedFor = trust === "authority" && shown.kind === "certificate" && shown.isAuthorityVerified;
  if (state === "accepted" || isVouchedFor) return "trusted";
  return hadAccepted ? "changed" : "unverified";
}
