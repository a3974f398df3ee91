/** Asks for a name, or whether something is really to be deleted. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { filesText } from "../../text/files.ts";
import { shellText } from "../../text/shell.ts";
import type { RemoteEntry } from "../remote-files.ts";
import { isFileName } from "./paths.ts";

export type FolderTask =
  | { readonly kind: "new-folder" }
  | { readonly kind: "rename"; readonly entry: RemoteEntry }
  | { readonly kind: "remove"; readonly entry: RemoteEntry };

interface FolderDialogProps {
  readonly task: FolderTask;
  /** `name`: the new one, where one was asked for. */
  readonly onDo: (task: FolderTask, name: string) => void;
  readonly onClose: () => void;
}

export function FolderDialog({ task, onDo, onClose }: FolderDialogProps) {
  switch (task.kind) {
    case "new-folder":
      return (
        <NameDialog
          title={filesText.newFolder}
          action={filesText.create}
          initial=""
          onName={(name) => onDo(task, name)}
          onClose={onClose}
        />
      );
    case "rename":
      return (
        <NameDialog
          title={filesText.rename}
          action={filesText.rename}
          initial={task.entry.name}
          onName={(name) => onDo(task, name)}
          onClose={onClose}
        />
      );
    case "remove":
      return <RemoveDialog entry={task.entry} onRemove={() => onDo(task, "")} onClose={onClose} />;
  }
}

interface NameDialogProps {
  readonly title: string;
  readonly action: string;
  readonly initial: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function NameDialog({ title, action, initial, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isFileName(name)) onName(name);
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={filesText.name}
            value={name}
            data-autofocus
            data-testid="file-name"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shellText.cancel}
            </Button>
            <Button type="submit" disabled={!isFileName(name)}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface RemoveDialogProps {
  readonly entry: RemoteEntry;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

function RemoveDialog({ entry, onRemove, onClose }: RemoveDialogProps) {
  const hint = entry.kind === "folder" ? filesText.removeFolderHint : filesText.removeFileHint;
  return (
    <Modal opened onClose={onClose} title={filesText.removeTitle(entry.name)}>
      <Stack gap="md">
        <Text size="sm">{hint}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {shellText.cancel}
          </Button>
          <Button color="red" onClick={onRemove} data-testid="confirm">
            {filesText.remove}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
