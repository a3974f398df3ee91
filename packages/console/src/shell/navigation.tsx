/** The administrator's way around: a row of links, or a menu where the window is narrow. */
import { ActionIcon, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import {
  TbActivity,
  TbDeviceDesktop,
  TbKey,
  TbLayoutGrid,
  TbMenu2,
  TbUser,
  TbUsersGroup,
} from "react-icons/tb";
import { shellText } from "../text/shell.ts";

const PLACES = [
  { to: "/", label: shellText.desktops, Icon: TbLayoutGrid },
  { to: "/sessions", label: shellText.sessions, Icon: TbActivity },
  { to: "/machines", label: shellText.machines, Icon: TbDeviceDesktop },
  { to: "/users", label: shellText.users, Icon: TbUser },
  { to: "/groups", label: shellText.groups, Icon: TbUsersGroup },
  { to: "/access", label: shellText.access, Icon: TbKey },
] as const;

export function NavigationLinks() {
  return (
    <nav className="dg-nav" aria-label={shellText.navigation}>
      {PLACES.map(({ to, label }) => (
        <Link key={to} to={to} className="dg-nav-link" activeOptions={{ exact: true }}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

export function NavigationMenu() {
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon
          className="dg-nav-menu"
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={shellText.openNavigation}
        >
          <TbMenu2 size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {PLACES.map(({ to, label, Icon }) => (
          <Menu.Item
            key={to}
            leftSection={<Icon size={17} strokeWidth={1.7} />}
            renderRoot={(props) => <Link to={to} {...props} />}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
