/** Asks before a page with unsaved changes is left: by a link, by going back, or by closing the tab. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { Dialog } from "../../parts/dialog.tsx";
import { settingsText } from "../../text/settings.ts";

export function LeaveGuard({ isOn }: { readonly isOn: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isOn && current.pathname !== next.pathname,
    enableBeforeUnload: () => isOn,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Dialog onClose={blocker.reset} title={settingsText.leaveTitle}>
      <Stack gap="md">
        <Text size="sm">{settingsText.leaveHint}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={blocker.reset} data-autofocus>
            {settingsText.stay}
          </Button>
          <Button color="red" onClick={blocker.proceed} data-testid="leave">
            {settingsText.leave}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
