/** Every page of the console that the navigation leads to, and the permission without which it is not shown. */
import type { Permission } from "@deskgate/contract";
import type { IconType } from "react-icons";
import {
  TbActivity,
  TbApi,
  TbDeviceDesktop,
  TbFileImport,
  TbFileSearch,
  TbGauge,
  TbHistory,
  TbInfoCircle,
  TbKey,
  TbLayoutGrid,
  TbMap,
  TbRoute,
  TbServer,
  TbSettings,
  TbShieldCheck,
  TbShieldHalf,
  TbStack2,
  TbUser,
  TbUsersGroup,
} from "react-icons/tb";
import { shellText } from "../text/shell.ts";

export interface Place {
  readonly to: string;
  readonly label: string;
  readonly Icon: IconType;
  /** Undefined: for everyone who is signed in. */
  readonly permission: Permission | undefined;
}

export interface Section {
  /** Undefined for the first, which needs no name. */
  readonly label: string | undefined;
  readonly places: readonly Place[];
}

const { places, sections } = shellText;

export const SECTIONS: readonly Section[] = [
  {
    label: undefined,
    places: [
      { to: "/", label: places.desktops, Icon: TbLayoutGrid, permission: undefined },
      { to: "/overview", label: places.overview, Icon: TbGauge, permission: "overview.read" },
    ],
  },
  {
    label: sections.people,
    places: [
      { to: "/users", label: places.users, Icon: TbUser, permission: "users.read" },
      { to: "/groups", label: places.groups, Icon: TbUsersGroup, permission: "groups.read" },
      { to: "/roles", label: places.roles, Icon: TbShieldHalf, permission: "users.read" },
      { to: "/import", label: places.import, Icon: TbFileImport, permission: "import.run" },
    ],
  },
  {
    label: sections.desktops,
    places: [
      { to: "/machines", label: places.machines, Icon: TbDeviceDesktop, permission: "machines.read" },
      { to: "/pools", label: places.pools, Icon: TbStack2, permission: "pools.read" },
      { to: "/access", label: places.access, Icon: TbKey, permission: "entitlements.read" },
      { to: "/policies", label: places.policies, Icon: TbShieldCheck, permission: "policies.read" },
    ],
  },
  {
    label: sections.activity,
    places: [
      { to: "/sessions", label: places.sessions, Icon: TbActivity, permission: "sessions.read" },
      { to: "/history", label: places.history, Icon: TbHistory, permission: "sessions.read" },
      { to: "/explain", label: places.explain, Icon: TbRoute, permission: "explain.use" },
      { to: "/audit", label: places.audit, Icon: TbFileSearch, permission: "audit.read" },
    ],
  },
  {
    label: sections.site,
    places: [
      { to: "/settings", label: places.settings, Icon: TbSettings, permission: "settings.read" },
      { to: "/gateways", label: places.gateways, Icon: TbServer, permission: "gateways.read" },
      { to: "/zones", label: places.zones, Icon: TbMap, permission: "machines.read" },
      { to: "/all-tokens", label: places.allTokens, Icon: TbApi, permission: "tokens.manage" },
      { to: "/about", label: places.about, Icon: TbInfoCircle, permission: undefined },
    ],
  },
];

/** Reached by the user menu. */
const OWN_PLACES: readonly Place[] = [
  { to: "/tokens", label: places.tokens, Icon: TbKey, permission: undefined },
];

const BY_SEGMENT = new Map(
  [...SECTIONS.flatMap((section) => section.places), ...OWN_PLACES].map((place) => [
    place.to.split("/")[1] ?? "",
    place,
  ]),
);

/** The place that an address belongs to, its details included. */
export function placeOf(path: string): Place | undefined {
  return BY_SEGMENT.get(path.split("/")[1] ?? "");
}

/** What one may see; sections of which nothing is left are left out. */
export function sectionsFor(may: (permission: Permission) => boolean): readonly Section[] {
  return SECTIONS.map(({ label, places: all }) => ({
    label,
    places: all.filter(({ permission }) => permission === undefined || may(permission)),
  })).filter((section) => section.places.length > 0);
}
