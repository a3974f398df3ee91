/** The way around for whoever may see more than their own desktops: a column of links, or a menu where it is narrow. */
import { ActionIcon, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { TbMenu2 } from "react-icons/tb";
import { shellText } from "../text/shell.ts";
import type { Section } from "./places.ts";

interface NavigationProps {
  readonly sections: readonly Section[];
}

export function NavigationColumn({ sections }: NavigationProps) {
  return (
    <nav className="dg-nav" aria-label={shellText.navigation}>
      {sections.map(({ label, places }) => (
        <div key={label ?? ""} className="dg-nav-section">
          {label !== undefined && <div className="dg-nav-label">{label}</div>}
          {places.map(({ to, label: name, Icon }) => (
            <Link key={to} to={to} className="dg-nav-link" activeOptions={{ exact: to === "/" }}>
              <Icon size={17} strokeWidth={1.7} aria-hidden="true" />
              {name}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}

export function NavigationMenu({ sections }: NavigationProps) {
  return (
    <Menu position="bottom-end" width={230}>
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
      <Menu.Dropdown className="dg-nav-dropdown">
        {sections.map(({ label, places }) => (
          <Fragment key={label ?? ""}>
            {label !== undefined && <Menu.Label>{label}</Menu.Label>}
            {places.map(({ to, label: name, Icon }) => (
              <Menu.Item
                key={to}
                leftSection={<Icon size={17} strokeWidth={1.7} />}
                renderRoot={(props) => <Link to={to} {...props} />}
              >
                {name}
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
