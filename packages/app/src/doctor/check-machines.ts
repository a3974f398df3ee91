/** Dials every machine as the gateway would and reports what happened. */
import type { Protocol, Target } from "@deskgate/contract";
import { END_REASONS } from "@deskgate/contract";
import { probeMachine } from "@deskgate/gateway";
import type { Finding } from "./finding.ts";

export interface MachineTarget {
  readonly machineName: string;
  readonly protocol: Protocol;
  readonly target: Target;
}

/** LIMIT: machines dialled at the same time. */
const AT_ONCE = 16;

export async function checkMachines(machines: readonly MachineTarget[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let at = 0; at < machines.length; at += AT_ONCE) {
    findings.push(...(await Promise.all(machines.slice(at, at + AT_ONCE).map(checkMachine))));
  }
  return findings;
}

async function checkMachine({ machineName, protocol, target }: MachineTarget): Promise<Finding> {
  const subject = `Machine "${machineName}" (${protocol} at ${target.host}:${target.port})`;
  const probe = await probeMachine({ target, protocol });
  if (probe.isReachable) return { level: "good", subject, text: `answers in ${Math.round(probe.tookMs)} ms` };
  const why = probe.reason ? END_REASONS[probe.reason].sentence : "The desktop does not answer.";
  return {
    level: "bad",
    subject,
    text: `${why} (${probe.detail})`,
    advice:
      "Check that it is switched on, that its service runs on this port, and that no firewall is in between.",
  };
}
