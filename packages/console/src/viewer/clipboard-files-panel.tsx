/** Files that travel by the desktop's clipboard: fetch what was copied there, offer what is to be pasted there. */
import { ActionIcon, Button, FileButton, Progress } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { TbDownload, TbFiles, TbUpload } from "react-icons/tb";
import { spellBytes } from "../text/quantities.ts";
import { viewerText } from "../text/viewer.ts";
import type { ClipboardFiles } from "./clipboard-files.ts";
import { ToolPopover } from "./tool-popover.tsx";
import { type FileFetches, type FileOffer, useFileFetches, useFileOffer } from "./use-clipboard-files.ts";

interface ClipboardFilesPanelProps {
  readonly files: ClipboardFiles;
  readonly onClose: () => void;
}

export function ClipboardFilesPanel({ files, onClose }: ClipboardFilesPanelProps) {
  const fetches = useFileFetches(files);
  const offer = useFileOffer(files);
  if (!files.mayFetch && !files.mayOffer) return null;
  return (
    <ToolPopover
      label={viewerText.clipboardFiles}
      testId="tool-clipboard-files"
      icon={<TbFiles size={19} strokeWidth={1.7} />}
      width={360}
      onClose={onClose}
    >
      {files.mayFetch && <FromDesktop files={files} fetches={fetches} />}
      {files.mayOffer && <ToDesktop offer={offer} />}
    </ToolPopover>
  );
}

function FromDesktop({ files, fetches }: { readonly files: ClipboardFiles; readonly fetches: FileFetches }) {
  const offered = useSyncExternalStore(files.subscribe, files.offered);
  return (
    <section className="dg-clip-files" aria-label={viewerText.fromDesktop}>
      <h2>{viewerText.fromDesktop}</h2>
      {offered.length === 0 && <p className="dg-clipboard-sync">{viewerText.filesFromDesktopEmpty}</p>}
      {offered.map(({ name, size }, index) => {
        const fetching = fetches.at(index);
        return (
          <div key={name} className="dg-clip-file" data-testid={`clip-file-${name}`}>
            <span className="dg-file-name" title={name}>
              {name}
            </span>
            <span className="dg-soft dg-numbers">{spellBytes(size)}</span>
            {fetching?.at === "running" ? (
              <Button size="compact-xs" variant="default" onClick={fetching.cancel} data-testid="clip-cancel">
                {viewerText.fileCancel}
              </Button>
            ) : (
              <ActionIcon
                size="sm"
                variant="subtle"
                aria-label={viewerText.fetchFile(name)}
                data-testid={`clip-fetch-${name}`}
                onClick={() => fetches.start(index)}
              >
                <TbDownload size={16} />
              </ActionIcon>
            )}
            {fetching?.at === "running" && <FileProgress done={fetching.bytes} size={size} />}
            {fetching?.at === "failed" && <p className="dg-soft">{viewerText.fileFailed}</p>}
          </div>
        );
      })}
    </section>
  );
}

function ToDesktop({ offer }: { readonly offer: FileOffer }) {
  return (
    <section className="dg-clip-files" aria-label={viewerText.toDesktop}>
      <h2>{viewerText.toDesktop}</h2>
      {offer.files.map(({ name, size }, index) => (
        <div key={name} className="dg-clip-file" data-testid={`clip-offer-${name}`}>
          <span className="dg-file-name" title={name}>
            {name}
          </span>
          <span className="dg-soft dg-numbers">{spellBytes(size)}</span>
          <FileProgress done={offer.given(index)} size={size} />
        </div>
      ))}
      {0 < offer.files.length && <p className="dg-clipboard-sync">{viewerText.filesOffered}</p>}
      <div className="dg-clipboard-send">
        <FileButton multiple onChange={offer.offer}>
          {(props) => (
            <Button {...props} data-testid="clip-choose" size="xs" leftSection={<TbUpload size={14} />}>
              {viewerText.chooseFiles}
            </Button>
          )}
        </FileButton>
        {0 < offer.files.length && (
          <Button size="xs" variant="default" onClick={() => offer.offer([])} data-testid="clip-withdraw">
            {viewerText.withdrawFiles}
          </Button>
        )}
      </div>
    </section>
  );
}

function FileProgress({ done, size }: { readonly done: number; readonly size: number }) {
  const percent = size === 0 ? 100 : Math.min(100, (done / size) * 100);
  return (
    <Progress
      className="dg-clip-progress"
      size="sm"
      value={percent}
      aria-label={viewerText.fileProgress}
      data-testid="clip-progress"
      data-bytes={done}
    />
  );
}
