/** One's own account: who one is, and setting or changing the password. */
import { type Me, ROUTES } from "@deskgate/contract";
import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useSetMyPassword } from "../api/account.ts";
import { isApiError } from "../api/api-error.ts";
import { problemsBySchema, problemsOfRefusal } from "../api/field-problems.ts";
import { CLOSE_BUTTON } from "../parts/dialog.tsx";
import { FormProblem } from "../parts/form-problem.tsx";
import { shellText } from "../text/shell.ts";
import { signInText } from "../text/sign-in.ts";

interface AccountDialogProps {
  readonly me: Me;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function AccountDialog({ me, isOpen, onClose }: AccountDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={signInText.accountTitle} closeButtonProps={CLOSE_BUTTON}>
      <Text size="sm" className="dg-soft" mb="md">
        {signInText.signedInAs} <strong>{me.displayName}</strong> ({me.name})
      </Text>
      <PasswordForm hasPassword={me.hasPassword} name={me.name} onDone={onClose} />
    </Modal>
  );
}

const EMPTY = { currentPassword: "", newPassword: "", repeated: "" };
type PasswordFields = typeof EMPTY;

function PasswordForm(props: {
  readonly hasPassword: boolean;
  readonly name: string;
  readonly onDone: () => void;
}) {
  const { hasPassword, name, onDone } = props;
  const setPassword = useSetMyPassword();
  const form = useForm<PasswordFields>({
    initialValues: EMPTY,
    validate: (fields) => problemsOf(fields, hasPassword),
  });
  const submit = form.onSubmit(({ currentPassword, newPassword }) =>
    setPassword.mutate(hasPassword ? { currentPassword, newPassword } : { newPassword }, {
      onSuccess: () => {
        notifications.show({ title: signInText.passwordSaved, message: signInText.passwordSavedHint });
        onDone();
      },
      onError: (error) => {
        const isWrong = isApiError(error, "credentials_wrong");
        form.setErrors(isWrong ? { currentPassword: signInText.currentWrong } : problemsOfRefusal(error));
      },
    }),
  );
  const isShownAtField = isApiError(setPassword.error, "credentials_wrong", "validation_failed");
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <PasswordInputs form={form} hasPassword={hasPassword} name={name} />
        {setPassword.error && !isShownAtField && <FormProblem error={setPassword.error} />}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onDone}>
            {shellText.cancel}
          </Button>
          <Button type="submit" loading={setPassword.isPending} data-testid="save">
            {hasPassword ? signInText.changePassword : signInText.setPassword}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PasswordInputsProps {
  readonly form: UseFormReturnType<PasswordFields>;
  readonly hasPassword: boolean;
  readonly name: string;
}

function PasswordInputs({ form, hasPassword, name }: PasswordInputsProps) {
  return (
    <>
      {/* Password managers learn from this which account the password belongs to. */}
      <input
        type="text"
        className="dg-visually-hidden"
        autoComplete="username"
        value={name}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      {hasPassword && (
        <PasswordInput
          label={signInText.currentPassword}
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps("currentPassword")}
        />
      )}
      <PasswordInput
        label={signInText.newPassword}
        description={signInText.newPasswordHint}
        autoComplete="new-password"
        {...form.getInputProps("newPassword")}
      />
      <PasswordInput
        label={signInText.repeatPassword}
        autoComplete="new-password"
        {...form.getInputProps("repeated")}
      />
    </>
  );
}

function problemsOf({ currentPassword, newPassword, repeated }: PasswordFields, hasPassword: boolean) {
  return {
    ...problemsBySchema(ROUTES.setMyPassword.body, { newPassword }),
    ...(hasPassword && currentPassword === "" && { currentPassword: signInText.currentMissing }),
    ...(newPassword !== repeated && { repeated: signInText.repeatDiffers }),
  };
}
