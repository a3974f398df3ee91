/** Makes a one-time sign-in link and shows it, once. */

import type { User } from "@deskgate/contract";
import { Button, Group, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useCreateSignInLink } from "../../api/users.ts";
import { CopyField } from "../../parts/copy-field.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FormProblem } from "../../parts/form-problem.tsx";
import { spellMoment } from "../../text/quantities.ts";
import { shellText } from "../../text/shell.ts";
import { usersText } from "../../text/users.ts";

export function LinkDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { mutate, data, error } = useCreateSignInLink();
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    mutate(user.id);
  }, [mutate, user.id]);
  return (
    <Dialog onClose={onClose} size="lg" title={usersText.linkTitle(user.displayName)}>
      <Stack gap="md">
        {data && (
          <>
            <Text size="sm">{usersText.linkHint}</Text>
            <CopyField label={usersText.linkLabel} value={`${window.location.origin}${data.path}`} />
            <Text size="sm" className="dg-soft">
              {usersText.linkExpires(spellMoment(data.expiresAt))}
            </Text>
          </>
        )}
        {!data && error && <FormProblem error={error} />}
        {!data && !error && <Loader size="sm" aria-label={shellText.loading} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shellText.close}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
