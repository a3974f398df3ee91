/** Reminds whoever came in by a link that a password makes the next time easier. Said once, gone when waved away. */
import { Button, Group } from "@mantine/core";
import { useDisclosure, useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { TbLock } from "react-icons/tb";
import { meQuery } from "../../api/account.ts";
import { AccountDialog } from "../../shell/account-dialog.tsx";
import { signInText } from "../../text/sign-in.ts";

export function PasswordHint() {
  const { data: me } = useQuery(meQuery);
  const [isDismissed, setDismissed] = useLocalStorage({
    key: `deskgate-password-hint-${me?.id ?? ""}`,
    defaultValue: false,
  });
  const [isOpen, account] = useDisclosure(false);
  if (!me) return null;
  const isShown = !me.hasPassword && !isDismissed;
  return (
    <>
      {isShown && (
        <section className="dg-hint dg-card" aria-label={signInText.passwordHintTitle}>
          <TbLock size={18} strokeWidth={1.7} aria-hidden="true" />
          <p>
            <strong>{signInText.passwordHintTitle}.</strong> {signInText.passwordHint}
          </p>
          <Group gap="xs">
            <Button size="xs" onClick={account.open}>
              {signInText.setPassword}
            </Button>
            <Button size="xs" variant="subtle" onClick={() => setDismissed(true)}>
              {signInText.dismiss}
            </Button>
          </Group>
        </section>
      )}
      <AccountDialog me={me} isOpen={isOpen} onClose={account.close} />
    </>
  );
}
