/** A text to hand on: shown whole, selected on focus, copied with one click. */
import { Button, CopyButton, Group, TextInput } from "@mantine/core";
import { TbCheck, TbCopy } from "react-icons/tb";
import { shellText } from "../text/shell.ts";

export function CopyField({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        className="dg-copy-input"
        label={label}
        value={value}
        readOnly
        data-testid="copy-value"
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            data-autofocus
            // Beside another of its kind, the word on it alone does not say what is copied.
            aria-label={copied ? shellText.copiedOf(label) : shellText.copyOf(label)}
            leftSection={copied ? <TbCheck size={16} /> : <TbCopy size={16} />}
            onClick={copy}
          >
            {copied ? shellText.copied : shellText.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
