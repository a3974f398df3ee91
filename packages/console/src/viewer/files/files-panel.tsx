/** The machine's files beside the desktop: look, fetch, bring, name, delete. */
import { ActionIcon, Alert, Button, Drawer, Loader, Tooltip } from "@mantine/core";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { TbArrowUp, TbFolderPlus, TbFolders, TbHome, TbRefresh, TbUpload } from "react-icons/tb";
import { filesText } from "../../text/files.ts";
import type { RemoteFiles } from "../remote-files.ts";
import { ToolButton } from "../tool-button.tsx";
import { FileList } from "./file-list.tsx";
import { FolderDialog, type FolderTask } from "./folder-dialogs.tsx";
import { joinPath, parentOf } from "./paths.ts";
import { TransferList } from "./transfer-list.tsx";
import { type ShownFolder, useFolder } from "./use-folder.ts";
import { type Transfers, useTransfers } from "./use-transfers.ts";
import "./files.css";

const PANEL_WIDTH_PX = 420;

interface FilesPanelProps {
  readonly files: RemoteFiles;
  readonly onClose: () => void;
}

export function FilesPanel({ files, onClose }: FilesPanelProps) {
  const [isOpen, setOpen] = useState(false);
  const shown = useFolder(files, isOpen);
  const transfers = useTransfers(files, shown.reload);
  const close = () => {
    setOpen(false);
    onClose();
  };
  return (
    <>
      <ToolButton label={filesText.open} testId="tool-files" onClick={() => setOpen(!isOpen)}>
        <TbFolders size={19} strokeWidth={1.7} />
      </ToolButton>
      <Drawer
        opened={isOpen}
        onClose={close}
        title={filesText.title}
        position="right"
        size={PANEL_WIDTH_PX}
        withOverlay={false}
        lockScroll={false}
        trapFocus={false}
        closeOnClickOutside={false}
        // Within the viewer, so that it shows in full screen too.
        portalProps={{ target: ".dg-viewer" }}
        closeButtonProps={{ "aria-label": filesText.close }}
      >
        <Panel files={files} shown={shown} transfers={transfers} />
      </Drawer>
    </>
  );
}

interface PanelProps {
  readonly files: RemoteFiles;
  readonly shown: ShownFolder;
  readonly transfers: Transfers;
}

function Panel({ files, shown, transfers }: PanelProps) {
  const [task, setTask] = useState<FolderTask>();
  const { folder, failure, isBusy } = shown;
  const path = folder?.path ?? ".";
  const upload = (list: readonly File[]) => {
    for (const file of list) transfers.upload(path, file);
  };
  const perform = (wanted: FolderTask, name: string) => {
    setTask(undefined);
    void shown.change(() => doTask(files, path, { task: wanted, name }));
  };
  return (
    <DropZone isOn={files.mayUpload && folder !== undefined} onFiles={upload}>
      <PathBar shown={shown} />
      <div className="dg-files-actions">
        <UploadButton isOn={files.mayUpload && folder !== undefined} onFiles={upload} />
        <Button
          size="xs"
          variant="default"
          leftSection={<TbFolderPlus size={15} />}
          disabled={!files.mayUpload}
          data-testid="files-new-folder"
          onClick={() => setTask({ kind: "new-folder" })}
        >
          {filesText.newFolder}
        </Button>
        {isBusy && <Loader size={16} />}
      </div>
      {failure && (
        <Alert color="red" data-testid="files-failure" data-failure={failure}>
          {filesText.failure(failure)}
        </Alert>
      )}
      <TransferList transfers={transfers} />
      {folder && (
        <FileList
          entries={folder.entries}
          files={files}
          onOpen={({ name }) => shown.open(joinPath(path, name))}
          onDownload={({ name }) => transfers.download(path, name)}
          onRename={(entry) => setTask({ kind: "rename", entry })}
          onRemove={(entry) => setTask({ kind: "remove", entry })}
        />
      )}
      {folder?.isCut && <p className="dg-soft">{filesText.isCut}</p>}
      <p className="dg-soft dg-files-hint">{hintOf(files)}</p>
      {task && <FolderDialog task={task} onDo={perform} onClose={() => setTask(undefined)} />}
    </DropZone>
  );
}

function hintOf({ mayUpload, mayDownload }: RemoteFiles): string {
  const off = mayDownload ? "" : ` ${filesText.downloadOff}`;
  return (mayUpload ? filesText.dropHere : filesText.uploadOff) + off;
}

function doTask(
  files: RemoteFiles,
  path: string,
  { task, name }: { readonly task: FolderTask; readonly name: string },
): Promise<void> {
  switch (task.kind) {
    case "new-folder":
      return files.makeFolder(joinPath(path, name));
    case "rename":
      return files.rename(joinPath(path, task.entry.name), joinPath(path, name));
    case "remove":
      return files.remove(joinPath(path, task.entry.name), task.entry.kind);
  }
}

function PathBar({ shown }: Pick<PanelProps, "shown">) {
  const path = shown.folder?.path ?? "";
  const buttons = [
    { label: filesText.up, Icon: TbArrowUp, go: () => shown.open(parentOf(path)) },
    { label: filesText.home, Icon: TbHome, go: () => shown.open(".") },
    { label: filesText.refresh, Icon: TbRefresh, go: shown.reload },
  ] as const;
  return (
    <div className="dg-files-path">
      <span title={path} data-testid="files-path">
        {path}
      </span>
      {buttons.map(({ label, Icon, go }) => (
        <Tooltip key={label} label={label} withinPortal={false}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={go}>
            <Icon size={17} strokeWidth={1.7} />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

interface FilesWanted {
  readonly isOn: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

function UploadButton({ isOn, onFiles }: FilesWanted) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="xs"
        leftSection={<TbUpload size={15} />}
        disabled={!isOn}
        onClick={() => input.current?.click()}
      >
        {filesText.upload}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="files-input"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

function DropZone({ isOn, onFiles, children }: FilesWanted & { readonly children: ReactNode }) {
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(isOn);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (isOn) onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition to the button, which everybody can reach.
    <div
      className="dg-files"
      data-testid="files-panel"
      data-over={isOver}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
    </div>
  );
}
