/** Where a one-time sign-in link leads: the secret in the fragment is shown to the API once, and to nobody else. */
import { Button, Loader } from "@mantine/core";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { useSignInWithLink } from "../../api/account.ts";
import { isApiError } from "../../api/api-error.ts";
import { FormProblem } from "../../parts/form-problem.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { shellText } from "../../text/shell.ts";
import { signInText } from "../../text/sign-in.ts";
import { Entrance } from "./entrance.tsx";

export function LinkPage() {
  useTitle(signInText.linkTitle);
  const { secret, error, retry } = useLink();
  if (secret === "")
    return <LinkFailed title={signInText.linkIncomplete} hint={signInText.linkIncompleteHint} />;
  if (isApiError(error, "link_invalid"))
    return <LinkFailed title={signInText.linkFailedTitle} hint={signInText.linkFailedHint} />;
  return (
    <Entrance>
      <h1>{signInText.linkTitle}</h1>
      {error ? (
        <>
          <FormProblem error={error} />
          <Button mt="md" onClick={retry}>
            {shellText.retry}
          </Button>
        </>
      ) : (
        <Loader mt="md" aria-label={shellText.loading} />
      )}
    </Entrance>
  );
}

/** Shows each secret once, having taken it out of the address bar and the history first. */
function useLink() {
  const { history } = useRouter();
  // A second link pasted into the same tab changes nothing but the fragment.
  const fragment = useLocation({ select: ({ hash }) => hash });
  const [secret, setSecret] = useState(fragment);
  const { mutate, error } = useSignInWithLink();
  const shown = useRef("");
  const show = useCallback(
    (wanted: string) => mutate(wanted, { onSuccess: () => history.replace("/") }),
    [mutate, history],
  );
  useEffect(() => {
    if (fragment === "" || fragment === shown.current) return;
    shown.current = fragment;
    setSecret(fragment);
    history.replace("/sign-in/link");
    show(fragment);
  }, [fragment, history, show]);
  return { secret, error, retry: () => show(secret) };
}

function LinkFailed({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <Entrance>
      <div role="alert">
        <h1>{title}</h1>
        <p className="dg-entrance-lead">{hint}</p>
      </div>
      <Button renderRoot={(props) => <Link to="/sign-in" {...props} />}>{signInText.toSignIn}</Button>
    </Entrance>
  );
}
