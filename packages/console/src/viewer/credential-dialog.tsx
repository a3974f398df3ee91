/** Asks for what the desktop wants to know of the person. The same dialog for every protocol. */
import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { viewerText } from "../text/viewer.ts";
import type { CredentialField, CredentialRequest, TypedCredential } from "./credential.ts";
import type { OpenQuestion } from "./credential-desk.ts";

const BY_PASSWORD: ReadonlySet<CredentialField> = new Set(["password"]);
const BY_KEY: ReadonlySet<CredentialField> = new Set(["privateKey", "passphrase"]);

interface CredentialDialogProps {
  readonly desktopName: string;
  readonly question: OpenQuestion;
}

export function CredentialDialog({ desktopName, question }: CredentialDialogProps) {
  const { request, suggested, isOwn, answer } = question;
  const hint = isOwn ? viewerText.credentialHintOwn : viewerText.credentialHint;
  const [typed, setTyped] = useState<TypedCredential>(suggested);
  const [isByKey, setByKey] = useState(false);
  const hasChoice = request.fields.includes("password") && request.fields.includes("privateKey");
  const shown = hasChoice
    ? request.fields.filter((field) => !(isByKey ? BY_PASSWORD : BY_KEY).has(field))
    : request.fields;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const entries = request.fields.map((field) => [field, shown.includes(field) ? (typed[field] ?? "") : ""]);
    answer(Object.fromEntries(entries));
  };
  const firstEmpty = shown.find((field) => !suggested[field]) ?? shown[0];
  return (
    <Modal opened onClose={() => answer(undefined)} title={viewerText.credentialTitle(desktopName)}>
      <form onSubmit={submit} noValidate data-testid="credential-form">
        <Stack gap="sm">
          <Text size="sm">{request.question ?? hint}</Text>
          {shown.map((field) => (
            <CredentialInput
              key={field}
              field={field}
              label={labelOf(field, request)}
              value={typed[field] ?? ""}
              isFirst={field === firstEmpty}
              onChange={(value) => setTyped((before) => ({ ...before, [field]: value }))}
            />
          ))}
          {hasChoice && (
            <Anchor
              component="button"
              type="button"
              size="sm"
              ta="start"
              data-testid="credential-other-way"
              onClick={() => setByKey(!isByKey)}
            >
              {isByKey ? viewerText.credentialByPassword : viewerText.credentialByKey}
            </Anchor>
          )}
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

/** The machine's question says what a lone answer is. */
function labelOf(field: CredentialField, { question, fields }: CredentialRequest): string {
  const isAnswer = question !== undefined && fields.length === 1;
  return isAnswer ? viewerText.credentialAnswer : viewerText.credentialFields[field];
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
