/** What is in the folder: folders first, then files, by name. */
import { ActionIcon, Menu } from "@mantine/core";
import { TbDots, TbDownload, TbFile, TbFolder, TbLink, TbPencil, TbTrash } from "react-icons/tb";
import { filesText } from "../../text/files.ts";
import { spellBytes, spellMoment } from "../../text/quantities.ts";
import type { RemoteEntry, RemoteFiles } from "../remote-files.ts";

interface FileListProps {
  readonly entries: readonly RemoteEntry[];
  readonly files: Pick<RemoteFiles, "mayDownload" | "mayUpload">;
  readonly onOpen: (entry: RemoteEntry) => void;
  readonly onDownload: (entry: RemoteEntry) => void;
  readonly onRename: (entry: RemoteEntry) => void;
  readonly onRemove: (entry: RemoteEntry) => void;
}

export function FileList(props: FileListProps) {
  const sorted = props.entries.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
  if (sorted.length === 0) return <p className="dg-none-found">{filesText.empty}</p>;
  return (
    <ul className="dg-file-list">
      {sorted.map((entry) => (
        <FileRow key={entry.name} entry={entry} {...props} />
      ))}
    </ul>
  );
}

function rankOf({ kind }: RemoteEntry): number {
  return kind === "folder" ? 0 : 1;
}

const ICONS = { file: TbFile, folder: TbFolder, link: TbLink, other: TbFile } as const;

function FileRow({ entry, ...props }: FileListProps & { readonly entry: RemoteEntry }) {
  const Icon = ICONS[entry.kind];
  const isFolder = entry.kind === "folder";
  const canOpen = isFolder || (entry.kind === "file" && props.files.mayDownload);
  const date = spellMoment(new Date(entry.modifiedAt).toISOString());
  return (
    <li className="dg-file-row" data-testid={`file-${entry.name}`} data-size={entry.size}>
      <button
        type="button"
        className="dg-file-open"
        disabled={!canOpen}
        title={isFolder ? entry.name : filesText.downloadOf(entry.name)}
        onClick={() => (isFolder ? props.onOpen(entry) : props.onDownload(entry))}
      >
        <Icon size={17} strokeWidth={1.6} aria-hidden="true" />
        <span className="dg-file-name">{entry.name}</span>
        <span className="dg-soft dg-numbers" title={date}>
          {isFolder ? "" : spellBytes(entry.size)}
        </span>
      </button>
      <FileMenu entry={entry} {...props} />
    </li>
  );
}

function FileMenu({ entry, files, ...on }: FileListProps & { readonly entry: RemoteEntry }) {
  return (
    <Menu withinPortal={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={filesText.more(entry.name)}
          data-testid={`file-menu-${entry.name}`}
        >
          <TbDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {entry.kind !== "folder" && (
          <Menu.Item
            leftSection={<TbDownload size={15} />}
            disabled={!files.mayDownload}
            onClick={() => on.onDownload(entry)}
          >
            {filesText.download}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<TbPencil size={15} />}
          disabled={!files.mayUpload}
          data-testid="file-rename"
          onClick={() => on.onRename(entry)}
        >
          {filesText.rename}
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<TbTrash size={15} />}
          disabled={!files.mayUpload}
          data-testid="file-remove"
          onClick={() => on.onRemove(entry)}
        >
          {filesText.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
