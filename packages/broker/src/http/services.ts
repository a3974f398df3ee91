/** The features that the handlers speak to. */
import type { AccountService } from "../features/account/service.ts";
import type { AuditService } from "../features/audit/service.ts";
import type { DesktopsService } from "../features/desktops/service.ts";
import type { EntitlementsService } from "../features/entitlements/service.ts";
import type { ExplainService } from "../features/explain/service.ts";
import type { GroupsService } from "../features/groups/service.ts";
import type { IdentitiesService } from "../features/machines/identities.ts";
import type { MachinesService } from "../features/machines/service.ts";
import type { OverviewService } from "../features/overview/service.ts";
import type { PoolsService } from "../features/pools/service.ts";
import type { SessionsService } from "../features/sessions/service.ts";
import type { SignInService } from "../features/sign-in/service.ts";
import type { UsersService } from "../features/users/service.ts";

export interface Services {
  readonly signIn: SignInService;
  readonly account: AccountService;
  readonly users: UsersService;
  readonly groups: GroupsService;
  readonly machines: MachinesService;
  readonly identities: IdentitiesService;
  readonly audit: AuditService;
  readonly entitlements: EntitlementsService;
  readonly pools: PoolsService;
  readonly desktops: DesktopsService;
  readonly explain: ExplainService;
  readonly overview: OverviewService;
  readonly sessions: SessionsService;
}
