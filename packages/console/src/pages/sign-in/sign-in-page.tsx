/** Signing in with name and password. */
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { TbAlertTriangle, TbClock } from "react-icons/tb";
import { useSignInWithPassword } from "../../api/account.ts";
import { isApiError } from "../../api/api-error.ts";
import { siteQuery } from "../../api/site.ts";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { useTitle } from "../../parts/use-title.ts";
import { signInText } from "../../text/sign-in.ts";
import { Entrance } from "./entrance.tsx";
import { useCountdown } from "./use-countdown.ts";

export function SignInPage() {
  useTitle(signInText.title);
  return (
    <Entrance>
      <h1>{signInText.title}</h1>
      <p className="dg-entrance-lead">{signInText.lead}</p>
      <SignInNotice />
      <SignInForm />
      <p className="dg-entrance-note">{signInText.forgotten}</p>
    </Entrance>
  );
}

/** The site's own words; plain text, whatever it holds. */
function SignInNotice() {
  const { data } = useQuery(siteQuery);
  if (!data?.signInNotice) return null;
  return (
    <section className="dg-entrance-notice" aria-label={signInText.notice}>
      {data.signInNotice}
    </section>
  );
}

function SignInForm() {
  const { from = "/" } = useSearch({ from: "/sign-in" });
  const { history } = useRouter();
  const signIn = useSignInWithPassword();
  const [waitSeconds, startWaiting] = useCountdown();
  const passwordInput = useRef<HTMLInputElement>(null);
  const form = useForm({
    initialValues: { name: "", password: "" },
    validate: {
      name: (name) => (name.trim() === "" ? signInText.nameMissing : null),
      password: (password) => (password === "" ? signInText.passwordMissing : null),
    },
  });
  const submit = form.onSubmit((credentials) =>
    signIn.mutate(credentials, {
      onSuccess: () => history.push(from),
      onError: (error) => {
        if (isApiError(error) && error.retryAfterSeconds) startWaiting(error.retryAfterSeconds);
        passwordInput.current?.select();
      },
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SignInProblem error={signIn.error} waitSeconds={waitSeconds} />
        <TextInput
          label={signInText.name}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          size="md"
          autoFocus
          {...form.getInputProps("name")}
        />
        <PasswordInput
          ref={passwordInput}
          label={signInText.password}
          autoComplete="current-password"
          size="md"
          {...form.getInputProps("password")}
        />
        <Button
          type="submit"
          size="md"
          fullWidth
          mt={4}
          loading={signIn.isPending}
          disabled={waitSeconds > 0}
        >
          {signInText.submit}
        </Button>
      </Stack>
    </form>
  );
}

function SignInProblem({ error, waitSeconds }: { readonly error: unknown; readonly waitSeconds: number }) {
  if (!error) return null;
  if (isApiError(error, "too_many_attempts")) {
    if (waitSeconds === 0) return null;
    return (
      <Alert role="alert" color="yellow" icon={<TbClock size={18} />}>
        {signInText.tooMany} <span className="dg-numbers">{signInText.wait(waitSeconds)}</span>
      </Alert>
    );
  }
  return (
    <Alert role="alert" color="red" icon={<TbAlertTriangle size={18} />}>
      {sentenceOf(error)}
    </Alert>
  );
}
