/** Asks for what the desktop wants to know of the person. The same dialog for every protocol. */
import { Button, Group, Modal, PasswordInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { viewerText } from "../text/viewer.ts";
import type { CredentialField, TypedCredential } from "./credential.ts";
import type { OpenQuestion } from "./credential-desk.ts";

interface CredentialDialogProps {
  readonly desktopName: string;
  readonly question: OpenQuestion;
}

export function CredentialDialog({ desktopName, question }: CredentialDialogProps) {
  const { request, suggested, answer } = question;
  const [typed, setTyped] = useState<TypedCredential>(suggested);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answer(Object.fromEntries(request.fields.map((field) => [field, typed[field] ?? ""])));
  };
  const firstEmpty = request.fields.find((field) => !suggested[field]) ?? request.fields[0];
  return (
    <Modal opened onClose={() => answer(undefined)} title={viewerText.credentialTitle(desktopName)}>
      <form onSubmit={submit} noValidate data-testid="credential-form">
        <Stack gap="sm">
          <Text size="sm">{request.question ?? viewerText.credentialHint}</Text>
          {request.fields.map((field) => (
            <CredentialInput
              key={field}
              field={field}
              label={labelOf(field, request.question)}
              value={typed[field] ?? ""}
              isFirst={field === firstEmpty}
              onChange={(value) => setTyped((before) => ({ ...before, [field]: value }))}
            />
          ))}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={() => answer(undefined)}>
              {viewerText.credentialCancel}
            </Button>
            <Button type="submit" data-testid="credential-send">
              {viewerText.credentialSend}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function labelOf(field: CredentialField, question: string | undefined): string {
  return question === undefined ? viewerText.credentialFields[field] : viewerText.credentialAnswer;
}

interface CredentialInputProps {
  readonly field: CredentialField;
  readonly label: string;
  readonly value: string;
  readonly isFirst: boolean;
  readonly onChange: (value: string) => void;
}

function CredentialInput({ field, label, value, isFirst, onChange }: CredentialInputProps) {
  const shared = {
    label,
    value,
    // The browser's password store knows this site's passwords, not the desktop's.
    autoComplete: "off",
    autoCapitalize: "none",
    spellCheck: false,
    "data-testid": `credential-${field}`,
    ...(isFirst && { "data-autofocus": true }),
  };
  switch (field) {
    case "username":
    case "domain":
      return <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "password":
    case "passphrase":
      return <PasswordInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "privateKey":
      return <Textarea {...shared} rows={5} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
