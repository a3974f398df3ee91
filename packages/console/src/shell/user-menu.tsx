/** What concerns the signed-in person: account, appearance, the API's reference, signing out. */
import type { Me } from "@deskgate/contract";
import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { TbApi, TbInfoCircle, TbKey, TbLogout, TbUserCog } from "react-icons/tb";
import { useSignOut } from "../api/account.ts";
import { sentenceOf } from "../parts/sentence-of.ts";
import { chooseLanguage, LANGUAGES, type Language, language } from "../text/language.ts";
import { shellText } from "../text/shell.ts";
import { AccountDialog } from "./account-dialog.tsx";

/** Each in its own language, so that whoever cannot read this one finds theirs. */
const LANGUAGE_CHOICES = (Object.keys(LANGUAGES) as Language[]).map((value) => ({
  value,
  label: LANGUAGES[value],
}));

const SCHEMES = ["auto", "light", "dark"] as const;

export function UserMenu({ me }: { readonly me: Me }) {
  const [isAccountOpen, account] = useDisclosure(false);
  const leave = useLeave();
  return (
    <>
      <Menu position="bottom-end" width={248}>
        <Menu.Target>
          <UnstyledButton className="dg-user" data-testid="user-menu">
            <Avatar className="dg-avatar" name={me.displayName} size={30} radius="xl" />
            <span className="dg-visually-hidden">{shellText.userMenu(me.displayName)}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className="dg-user-head">
            <strong>{me.displayName}</strong>
            <span className="dg-soft">{me.name}</span>
          </div>
          <Menu.Divider />
          <Menu.Item leftSection={<TbUserCog size={17} strokeWidth={1.7} />} onClick={account.open}>
            {shellText.account}
          </Menu.Item>
          <Menu.Item
            leftSection={<TbKey size={17} strokeWidth={1.7} />}
            renderRoot={(props) => <Link to="/tokens" {...props} />}
          >
            {shellText.places.tokens}
          </Menu.Item>
          <Menu.Item
            leftSection={<TbApi size={17} strokeWidth={1.7} />}
            component="a"
            href="/api/docs"
            target="_blank"
          >
            {shellText.apiDocs}
          </Menu.Item>
          <Menu.Item
            leftSection={<TbInfoCircle size={17} strokeWidth={1.7} />}
            renderRoot={(props) => <Link to="/about" {...props} />}
          >
            {shellText.places.about}
          </Menu.Item>
          <Menu.Label>{shellText.scheme}</Menu.Label>
          <SchemeChoice />
          <Menu.Label>{shellText.language}</Menu.Label>
          <LanguageChoice />
          <Menu.Divider />
          <Menu.Item leftSection={<TbLogout size={17} strokeWidth={1.7} />} onClick={leave}>
            {shellText.signOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <AccountDialog me={me} isOpen={isAccountOpen} onClose={account.close} />
    </>
  );
}

function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      className="dg-scheme"
      size="xs"
      fullWidth
      aria-label={shellText.scheme}
      value={colorScheme}
      onChange={setColorScheme}
      data={SCHEMES.map((value) => ({ value, label: shellText.schemes[value] }))}
    />
  );
}

function LanguageChoice() {
  return (
    <SegmentedControl
      className="dg-scheme"
      size="xs"
      fullWidth
      aria-label={shellText.language}
      value={language}
      onChange={(chosen) => chooseLanguage(chosen)}
      data={LANGUAGE_CHOICES}
    />
  );
}

function useLeave(): () => void {
  const signOut = useSignOut();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return () =>
    signOut.mutate(undefined, {
      onSuccess: () => {
        void navigate({ to: "/sign-in" }).then(() => queryClient.clear());
      },
      onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }),
    });
}
