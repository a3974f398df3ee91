/** Where the broker's features meet their stores, sign-in methods and gateways. */
import type { Log } from "@deskgate/contract";
import type { Clock, Random } from "./domain/clock.ts";
import type { Faults } from "./domain/faults.ts";
import type { Sealing } from "./domain/sealing.ts";
import { AccountService } from "./features/account/service.ts";
import { AuditService } from "./features/audit/service.ts";
import { AdmissionService } from "./features/desktops/admission.ts";
import { DesktopsService } from "./features/desktops/service.ts";
import { EntitlementsService } from "./features/entitlements/service.ts";
import { ExplainService } from "./features/explain/service.ts";
import { GroupsService } from "./features/groups/service.ts";
import { IdentitiesService } from "./features/machines/identities.ts";
import { MachinesService } from "./features/machines/service.ts";
import { OverviewService } from "./features/overview/service.ts";
import { PoolsService } from "./features/pools/service.ts";
import { SessionEnding } from "./features/sessions/ending.ts";
import { SessionsService } from "./features/sessions/service.ts";
import { ConnectionTracking } from "./features/sessions/tracking.ts";
import { AttemptGuard } from "./features/sign-in/attempt-guard.ts";
import type { PasswordHasher } from "./features/sign-in/ports.ts";
import { SignInService } from "./features/sign-in/service.ts";
import { UsersService } from "./features/users/service.ts";
import type { Services } from "./http/services.ts";
import type { Gateways } from "./link/gateways.ts";
import { createSignInMethods } from "./sign-in/registry.ts";
import { AuditsStore } from "./store/audit-store.ts";
import type { Database } from "./store/database.ts";
import { DesktopsStore } from "./store/desktops-store.ts";
import { EndingsStore } from "./store/ending-store.ts";
import { EntitlementsStore } from "./store/entitlements-store.ts";
import { ChoosingFactsStore } from "./store/facts-store.ts";
import { GroupsStore } from "./store/groups-store.ts";
import { IdentitiesStore } from "./store/identities-store.ts";
import { MachinesStore } from "./store/machines-store.ts";
import { OverviewsStore } from "./store/overview-store.ts";
import { PoolsStore } from "./store/pools-store.ts";
import { SessionMessagesStore } from "./store/session-messages-store.ts";
import { SessionsStore } from "./store/sessions-store.ts";
import { LinksStore, PasswordsStore, SignInsStore } from "./store/sign-in-store.ts";
import { ThrottlesStore } from "./store/throttles-store.ts";
import { TicketsStore } from "./store/tickets-store.ts";
import { TrackingsStore } from "./store/tracking-store.ts";
import { UsersStore } from "./store/users-store.ts";

/** What every feature is made with. */
export interface Surroundings {
  readonly db: Database;
  readonly gateways: Gateways;
  readonly sealing: Sealing;
  readonly hasher: PasswordHasher;
  readonly sleep: (durationMs: number) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly log: Log;
}

export interface Composed {
  readonly services: Services;
  readonly admissions: AdmissionService;
  readonly tracking: ConnectionTracking;
  readonly ending: SessionEnding;
  readonly overview: OverviewService;
}

export function composeBroker(surroundings: Surroundings): Composed {
  const { db } = surroundings;
  const ending = new SessionEnding({ ...surroundings, store: new EndingsStore(db, surroundings.faults) });
  const audit = new AuditService({ ...surroundings, store: new AuditsStore(db) });
  const shared = { ...surroundings, ending, audit };
  const overview = new OverviewService({ ...surroundings, store: new OverviewsStore(db) });
  return {
    ending,
    overview,
    services: { ...signInServices(shared), ...adminServices(shared), ...sessionServices(shared), overview },
    admissions: new AdmissionService({ ...surroundings, tickets: new TicketsStore(db) }),
    tracking: new ConnectionTracking({ ...shared, store: new TrackingsStore(db) }),
  };
}

type Shared = Surroundings & { readonly ending: SessionEnding; readonly audit: AuditService };

function signInServices(shared: Shared) {
  const passwords = new PasswordsStore(shared.db);
  const methods = createSignInMethods({ ...shared, passwords, links: new LinksStore(shared.db) });
  const guard = new AttemptGuard({ ...shared, throttles: new ThrottlesStore(shared.db) });
  return {
    signIn: new SignInService({ ...shared, methods, guard, store: new SignInsStore(shared.db) }),
    account: new AccountService({ ...shared, passwords, guard }),
  };
}

function adminServices(shared: Shared) {
  const { db } = shared;
  return {
    users: new UsersService({ ...shared, store: new UsersStore(db), links: new LinksStore(db) }),
    groups: new GroupsService({ ...shared, store: new GroupsStore(db) }),
    machines: new MachinesService({ ...shared, store: new MachinesStore(db) }),
    identities: new IdentitiesService({ ...shared, identities: new IdentitiesStore(db) }),
    pools: new PoolsService({ ...shared, store: new PoolsStore(db) }),
    audit: shared.audit,
    entitlements: new EntitlementsService({ ...shared, store: new EntitlementsStore(db) }),
  };
}

function sessionServices(shared: Shared) {
  const { db, gateways, faults } = shared;
  const messages = new SessionMessagesStore(db);
  return {
    desktops: new DesktopsService({ ...shared, store: new DesktopsStore(db, faults) }),
    sessions: new SessionsService({ ...shared, store: new SessionsStore(db), messages, live: gateways }),
    explain: new ExplainService({ ...shared, store: new ChoosingFactsStore(db) }),
  };
}
