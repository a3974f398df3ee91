/** The features that the handlers speak to. */
import type { AccountService } from "../features/account/service.ts";
import type { AuditService } from "../features/audit/service.ts";
import type { DesktopsService } from "../features/desktops/service.ts";
import type { EntitlementsService } from "../features/entitlements/service.ts";
import type { EventHub } from "../features/events/hub.ts";
import type { ExplainService } from "../features/explain/service.ts";
import type { GatewayRoster } from "../features/gateways/roster.ts";
import type { GroupsService } from "../features/groups/service.ts";
import type { IdempotencyService } from "../features/idempotency/service.ts";
import type { ImportsService } from "../features/imports/service.ts";
import type { MachineHealth } from "../features/machines/health.ts";
import type { IdentitiesService } from "../features/machines/identities.ts";
import type { MachinesService } from "../features/machines/service.ts";
import type { OverviewService } from "../features/overview/service.ts";
import type { PoliciesService } from "../features/policies/service.ts";
import type { PoolsService } from "../features/pools/service.ts";
import type { RolesService } from "../features/roles/service.ts";
import type { SessionsService } from "../features/sessions/service.ts";
import type { SignInService } from "../features/sign-in/service.ts";
import type { TokensService } from "../features/tokens/service.ts";
import type { UsersService } from "../features/users/service.ts";
import type { ZonesService } from "../features/zones/service.ts";

export interface Services {
  readonly signIn: SignInService;
  readonly account: AccountService;
  readonly users: UsersService;
  readonly roles: RolesService;
  readonly groups: GroupsService;
  readonly zones: ZonesService;
  readonly health: MachineHealth;
  readonly machines: MachinesService;
  readonly identities: IdentitiesService;
  readonly audit: AuditService;
  readonly policies: PoliciesService;
  readonly entitlements: EntitlementsService;
  readonly imports: ImportsService;
  readonly tokens: TokensService;
  readonly events: EventHub;
  readonly idempotency: IdempotencyService;
  readonly pools: PoolsService;
  readonly desktops: DesktopsService;
  readonly explain: ExplainService;
  readonly overview: OverviewService;
  readonly sessions: SessionsService;
  readonly roster: GatewayRoster;
}
