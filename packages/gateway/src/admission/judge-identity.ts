/** Asks the broker whether a machine is the one that was meant. Without an answer it is not. */
import type { Admission, BrokerCalls, EndReason, ShownIdentity } from "@deskgate/contract";

/** What a protocol knows of the machine once it has shown itself. */
export type Shown = Omit<ShownIdentity, "machineId" | "protocol">;

/** `undefined`: trusted. INVARIANT: to be awaited before any credential leaves. */
export type JudgeIdentity = (
  shown: Shown,
) => Promise<{ readonly failed: EndReason; readonly detail: string } | undefined>;

const ASK_DEADLINE_MS = 5_000;

/** Never rejects. */
export function identityJudge(
  { machineId, protocol }: Pick<Admission, "machineId" | "protocol">,
  broker: Pick<BrokerCalls, "judgeIdentity">,
): JudgeIdentity {
  return async (shown) => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const deadline = setTimeout(() => reject(new Error("broker did not answer in time")), ASK_DEADLINE_MS);
    try {
      const { verdict } = await Promise.race([broker.judgeIdentity({ machineId, protocol, ...shown }), late]);
      if (verdict === "trusted") return undefined;
      const failed = verdict === "changed" ? "target_identity_changed" : "target_identity_unverified";
      return { failed, detail: `${shown.kind} ${shown.fingerprint} is ${verdict}` };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : "no answer";
      return { failed: "target_identity_unverified", detail: `broker could not be asked: ${why}` };
    } finally {
      clearTimeout(deadline);
    }
  };
}
