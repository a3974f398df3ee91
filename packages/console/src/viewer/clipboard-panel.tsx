/** The clipboard in two boxes, for browsers that do not let a page keep both sides the same, and for those who want to see it. */
import { Button, CopyButton, Textarea } from "@mantine/core";
import { useState } from "react";
import { TbCheck, TbClipboard, TbCopy, TbSend } from "react-icons/tb";
import { viewerText } from "../text/viewer.ts";
import { ToolPopover } from "./tool-popover.tsx";
import type { ClipboardSync, DesktopClipboard } from "./use-clipboard-sync.ts";
import { useLateAbility } from "./use-late-ability.ts";

interface ClipboardPanelProps {
  readonly clipboard: DesktopClipboard;
  readonly onClose: () => void;
}

export function ClipboardPanel({ clipboard, onClose }: ClipboardPanelProps) {
  return (
    <ToolPopover
      label={viewerText.clipboard}
      testId="tool-clipboard"
      icon={<TbClipboard size={19} strokeWidth={1.7} />}
      width={340}
      onClose={onClose}
    >
      <Content clipboard={clipboard} />
    </ToolPopover>
  );
}

function Content({ clipboard }: { readonly clipboard: DesktopClipboard }) {
  const unavailable = useLateAbility(clipboard.unavailable);
  if (unavailable !== undefined)
    return (
      <p className="dg-clipboard-sync" data-testid="clipboard-unavailable">
        {unavailable}
      </p>
    );
  return (
    <>
      <FromDesktop text={clipboard.fromDesktop} />
      <ToDesktop onSend={clipboard.send} />
      <SyncLine sync={clipboard.sync} onAllow={clipboard.allow} />
    </>
  );
}

function FromDesktop({ text }: { readonly text: string }) {
  return (
    <div>
      <Textarea
        label={viewerText.fromDesktop}
        placeholder={viewerText.fromDesktopEmpty}
        value={text}
        readOnly
        rows={3}
        data-testid="clipboard-from-desktop"
      />
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            mt={6}
            size="xs"
            variant="default"
            disabled={text === ""}
            leftSection={copied ? <TbCheck size={14} /> : <TbCopy size={14} />}
            onClick={copy}
          >
            {copied ? viewerText.copied : viewerText.copyHere}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

function ToDesktop({ onSend }: { readonly onSend: (text: string) => void }) {
  const [text, setText] = useState("");
  const [isSent, setSent] = useState(false);
  return (
    <div>
      <Textarea
        label={viewerText.toDesktop}
        placeholder={viewerText.toDesktopHint}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setSent(false);
        }}
        rows={3}
        data-autofocus
        data-testid="clipboard-to-desktop"
      />
      <div className="dg-clipboard-send">
        <Button
          size="xs"
          disabled={text === ""}
          leftSection={<TbSend size={14} />}
          onClick={() => {
            onSend(text);
            setSent(true);
          }}
        >
          {viewerText.send}
        </Button>
        <span role="status">{isSent && viewerText.sent}</span>
      </div>
    </div>
  );
}

function SyncLine({ sync, onAllow }: { readonly sync: ClipboardSync; readonly onAllow: () => void }) {
  switch (sync) {
    case "on":
      return <p className="dg-clipboard-sync">{viewerText.syncOn}</p>;
    case "offered":
      return (
        <Button size="xs" variant="subtle" onClick={onAllow}>
          {viewerText.syncOffer}
        </Button>
      );
    case "blocked":
      return <p className="dg-clipboard-sync">{viewerText.syncBlocked}</p>;
  }
}
