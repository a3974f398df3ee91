/** Transfers with their progress, newest first. */
import { ActionIcon, Button, Progress } from "@mantine/core";
import { TbArrowDown, TbArrowUp, TbCheck, TbX } from "react-icons/tb";
import { filesText } from "../../text/files.ts";
import { spellBytes } from "../../text/quantities.ts";
import type { Transfer, Transfers } from "./use-transfers.ts";

export function TransferList({ transfers }: { readonly transfers: Transfers }) {
  if (transfers.list.length === 0) return null;
  return (
    <section className="dg-transfers" aria-label={filesText.transfers}>
      {transfers.list.map((transfer) => (
        <TransferRow key={transfer.id} transfer={transfer} onDismiss={() => transfers.dismiss(transfer.id)} />
      ))}
    </section>
  );
}

function TransferRow({
  transfer,
  onDismiss,
}: {
  readonly transfer: Transfer;
  readonly onDismiss: () => void;
}) {
  const { name, direction, bytes, total, state, replace, cancel } = transfer;
  const isRunning = state === "running";
  const Arrow = direction === "up" ? TbArrowUp : TbArrowDown;
  return (
    <div className="dg-transfer" data-testid={`transfer-${name}`} data-state={state} data-bytes={bytes}>
      <Arrow size={15} strokeWidth={1.8} aria-hidden="true" />
      <span className="dg-transfer-name" title={name}>
        {name}
      </span>
      <span className="dg-soft dg-numbers">
        {state === "done" ? <TbCheck size={15} aria-label={filesText.done} /> : amountOf(bytes, total)}
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={isRunning ? filesText.cancel(name) : filesText.dismiss(name)}
        data-testid={`transfer-stop-${name}`}
        onClick={isRunning ? cancel : onDismiss}
      >
        <TbX size={14} />
      </ActionIcon>
      {isRunning && (
        <Progress
          className="dg-transfer-wide"
          size="xs"
          value={total === 0 ? 0 : (100 * bytes) / total}
          aria-label={name}
        />
      )}
      {state === "failed" && (
        <span className="dg-transfer-wide dg-transfer-failure" role="alert">
          {filesText.failure(transfer.failure ?? "failed")}
          {replace && (
            <Button
              size="compact-xs"
              variant="light"
              data-testid={`transfer-replace-${name}`}
              onClick={replace}
            >
              {filesText.replace}
            </Button>
          )}
        </span>
      )}
    </div>
  );
}

function amountOf(bytes: number, total: number): string {
  return total === 0 ? spellBytes(bytes) : `${spellBytes(bytes)} / ${spellBytes(total)}`;
}
