/** Every address of the console, in one list, and who may open it. */
import { type Protocol, protocolSchema } from "@deskgate/contract";
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { demandSignIn } from "./api/demand-sign-in.ts";
import { CrashPage, LonelyCrashPage } from "./pages/crash-page.tsx";
import { LaunchpadPage } from "./pages/launchpad/launchpad-page.tsx";
import { LonelyNotFoundPage } from "./pages/not-found-page.tsx";
import { cameFrom } from "./pages/sign-in/came-from.ts";
import { LinkPage } from "./pages/sign-in/link-page.tsx";
import { SignInPage } from "./pages/sign-in/sign-in-page.tsx";
import { WaitingPage } from "./pages/waiting-page.tsx";
import { PermittedOnly } from "./shell/permitted-only.tsx";
import { RootLayout } from "./shell/root-layout.tsx";
import { Shell } from "./shell/shell.tsx";

/** The way in that was chosen on the launchpad. */
function protocolOfSearch(search: Readonly<Record<string, unknown>>): { readonly protocol?: Protocol } {
  const { data: protocol } = protocolSchema.safeParse(search["protocol"]);
  return protocol ? { protocol } : {};
}

interface RouterContext {
  readonly queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: RootLayout,
  notFoundComponent: LonelyNotFoundPage,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: cameFrom,
  component: SignInPage,
});

const linkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in/link",
  component: LinkPage,
});

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  errorComponent: LonelyCrashPage,
  pendingComponent: WaitingPage,
  beforeLoad: async ({ context, location }) => ({
    me: await demandSignIn(context.queryClient, location.href),
  }),
});

const viewerRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/desktops/$id/view",
  validateSearch: protocolOfSearch,
  component: lazyRouteComponent(() => import("./viewer/viewer-page.tsx"), "ViewerPage"),
});

const shellRoute = createRoute({
  getParentRoute: () => signedInRoute,
  id: "shell",
  component: Shell,
});

const launchpadRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: LaunchpadPage,
});

const administrationRoute = createRoute({
  getParentRoute: () => shellRoute,
  id: "administration",
  component: PermittedOnly,
});

const usersRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/users",
  component: lazyRouteComponent(() => import("./pages/users/users-page.tsx"), "UsersPage"),
});

const groupsRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/groups",
  component: lazyRouteComponent(() => import("./pages/groups/groups-page.tsx"), "GroupsPage"),
});

const rolesRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/roles",
  component: lazyRouteComponent(() => import("./pages/roles/roles-page.tsx"), "RolesPage"),
});

const machinesRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/machines",
  component: lazyRouteComponent(() => import("./pages/machines/machines-page.tsx"), "MachinesPage"),
});

const accessRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/access",
  component: lazyRouteComponent(() => import("./pages/access/access-page.tsx"), "AccessPage"),
});

const sessionsRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/sessions",
  component: lazyRouteComponent(() => import("./pages/sessions/sessions-page.tsx"), "SessionsPage"),
});

const overviewRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/overview",
  component: lazyRouteComponent(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
});

const historyRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/history",
  component: lazyRouteComponent(() => import("./pages/history/history-page.tsx"), "HistoryPage"),
});

const poolsRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/pools",
  component: lazyRouteComponent(() => import("./pages/pools/pools-page.tsx"), "PoolsPage"),
});

const policiesRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/policies",
  component: lazyRouteComponent(() => import("./pages/policies/policies-page.tsx"), "PoliciesPage"),
});

const explainRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/explain",
  component: lazyRouteComponent(() => import("./pages/explain/explain-page.tsx"), "ExplainPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/audit",
  component: lazyRouteComponent(() => import("./pages/audit/audit-page.tsx"), "AuditPage"),
});

const importRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/import",
  component: lazyRouteComponent(() => import("./pages/import/import-page.tsx"), "ImportPage"),
});

const zonesRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/zones",
  component: lazyRouteComponent(() => import("./pages/zones/zones-page.tsx"), "ZonesPage"),
});

const tokensRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/tokens",
  component: lazyRouteComponent(() => import("./pages/tokens/tokens-page.tsx"), "TokensPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});

const gatewaysRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/gateways",
  component: lazyRouteComponent(() => import("./pages/gateways/gateways-page.tsx"), "GatewaysPage"),
});

const allTokensRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/all-tokens",
  component: lazyRouteComponent(() => import("./pages/tokens/all-tokens-page.tsx"), "AllTokensPage"),
});

const aboutRoute = createRoute({
  getParentRoute: () => administrationRoute,
  path: "/about",
  component: lazyRouteComponent(() => import("./pages/about/about-page.tsx"), "AboutPage"),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  linkRoute,
  signedInRoute.addChildren([
    viewerRoute,
    shellRoute.addChildren([
      launchpadRoute,
      administrationRoute.addChildren([
        zonesRoute,
        tokensRoute,
        overviewRoute,
        historyRoute,
        poolsRoute,
        policiesRoute,
        explainRoute,
        auditRoute,
        importRoute,
        usersRoute,
        groupsRoute,
        rolesRoute,
        machinesRoute,
        accessRoute,
        sessionsRoute,
        settingsRoute,
        gatewaysRoute,
        allTokensRoute,
        aboutRoute,
      ]),
    ]),
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    // Hovering a link is enough to fetch its code: the viewer is ready when the click comes.
    defaultPreload: "intent",
    defaultErrorComponent: CrashPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
