/** Lets the gateway try a machine, and says in the row what happened. */
import type { Machine } from "@deskgate/contract";
import { Button, Tooltip } from "@mantine/core";
import { TbAlertTriangle, TbCircleCheck } from "react-icons/tb";
import { useProbeMachine } from "../../api/machines.ts";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { machinesText } from "../../text/machines.ts";
import { spellMs } from "../../text/quantities.ts";
import { endSentence } from "../../text/refusals.ts";

export function Probe({ machine: { id, name } }: { readonly machine: Machine }) {
  const probe = useProbeMachine();
  return (
    <div className="dg-probe">
      <Button
        size="compact-sm"
        variant="default"
        loading={probe.isPending}
        aria-label={machinesText.testOf(name)}
        data-testid={`test-${name}`}
        onClick={() => probe.mutate(id)}
      >
        {machinesText.test}
      </Button>
      <span role="status" className="dg-probe-result">
        {probe.data && <ProbeResult result={probe.data} />}
        {probe.error && <span className="dg-probe-bad">{sentenceOf(probe.error)}</span>}
      </span>
    </div>
  );
}

type ProbeReply = NonNullable<ReturnType<typeof useProbeMachine>["data"]>;

function ProbeResult({ result: { isReachable, tookMs, reason, detail } }: { readonly result: ProbeReply }) {
  if (isReachable)
    return (
      <Tooltip label={detail} disabled={detail === ""} multiline maw={420}>
        <span className="dg-probe-good">
          <TbCircleCheck size={16} strokeWidth={1.8} aria-hidden="true" />
          {machinesText.reachable(spellMs(tookMs))}
        </span>
      </Tooltip>
    );
  return (
    <span className="dg-probe-bad">
      <TbAlertTriangle size={16} strokeWidth={1.8} aria-hidden="true" />
      <span>
        {reason ? endSentence(reason) : detail}
        {reason && <span className="dg-probe-detail dg-mono">{detail}</span>}
      </span>
    </span>
  );
}
