/** Where the broker's features meet their stores, sign-in methods and gateways. */
import type { Log, Meter } from "@deskgate/contract";
import type { Clock, Random } from "./domain/clock.ts";
import type { Faults } from "./domain/faults.ts";
import type { Sealing } from "./domain/sealing.ts";
import type { ReadProgram } from "./features/about/ports.ts";
import { AboutService } from "./features/about/service.ts";
import { AccountService } from "./features/account/service.ts";
import type { AuditRecord } from "./features/audit/chain.ts";
import { AuditService } from "./features/audit/service.ts";
import { AdmissionService } from "./features/desktops/admission.ts";
import { DesktopsService } from "./features/desktops/service.ts";
import { EntitlementsService } from "./features/entitlements/service.ts";
import { type Changes, EventHub } from "./features/events/hub.ts";
import { OtherHands } from "./features/events/other-hands.ts";
import { ExplainService } from "./features/explain/service.ts";
import { GatewayRoster } from "./features/gateways/roster.ts";
import { GroupsService } from "./features/groups/service.ts";
import { IdempotencyService } from "./features/idempotency/service.ts";
import { ImportsService } from "./features/imports/service.ts";
import { MachineHealth } from "./features/machines/health.ts";
import { IdentitiesService } from "./features/machines/identities.ts";
import { MachinesService } from "./features/machines/service.ts";
import { MachineWaking } from "./features/machines/waking.ts";
import { OverviewService } from "./features/overview/service.ts";
import { PoliciesService } from "./features/policies/service.ts";
import { PoolsService } from "./features/pools/service.ts";
import { RolesService } from "./features/roles/service.ts";
import { ClosingNotices } from "./features/sessions/closing-notices.ts";
import { SessionEnding } from "./features/sessions/ending.ts";
import { SessionsService } from "./features/sessions/service.ts";
import { ConnectionTracking } from "./features/sessions/tracking.ts";
import type { Retention } from "./features/settings/ports.ts";
import { SettingsService } from "./features/settings/service.ts";
import { AttemptGuard } from "./features/sign-in/attempt-guard.ts";
import { OwnPasswords } from "./features/sign-in/own-passwords.ts";
import type { PasswordHasher } from "./features/sign-in/ports.ts";
import { SignInService } from "./features/sign-in/service.ts";
import { TokensService } from "./features/tokens/service.ts";
import { UsersService } from "./features/users/service.ts";
import { ZonesService } from "./features/zones/service.ts";
import type { Services } from "./http/services.ts";
import type { Gateways } from "./link/gateways.ts";
import { createSignInMethods } from "./sign-in/registry.ts";
import { AboutStore } from "./store/about-store.ts";
import { AuditsStore } from "./store/audit-store.ts";
import type { Database } from "./store/database.ts";
import { DesktopsStore } from "./store/desktops-store.ts";
import { EndingsStore } from "./store/ending-store.ts";
import { EntitlementsStore } from "./store/entitlements-store.ts";
import { ChoosingFactsStore } from "./store/facts-store.ts";
import { GatewaysStore } from "./store/gateways-store.ts";
import { GroupsStore } from "./store/groups-store.ts";
import { MachineHealthStore } from "./store/health-store.ts";
import { IdempotencyKeysStore } from "./store/idempotency-store.ts";
import { IdentitiesStore } from "./store/identities-store.ts";
import { ImportsStore } from "./store/imports-store.ts";
import { MachinesStore } from "./store/machines-store.ts";
import { OverviewsStore } from "./store/overview-store.ts";
import { PoliciesStore } from "./store/policies-store.ts";
import { PoolsStore } from "./store/pools-store.ts";
import { RolesStore } from "./store/roles-store.ts";
import { SessionMessagesStore } from "./store/session-messages-store.ts";
import { SessionsStore } from "./store/sessions-store.ts";
import { SiteSettingsStore } from "./store/settings-store.ts";
import { LinksStore, PasswordsStore, SignInsStore } from "./store/sign-in-store.ts";
import { ThrottlesStore } from "./store/throttles-store.ts";
import { TicketsStore } from "./store/tickets-store.ts";
import { TokensStore } from "./store/tokens-store.ts";
import { TrackingsStore } from "./store/tracking-store.ts";
import { UsersStore } from "./store/users-store.ts";
import { WakesStore } from "./store/wake-store.ts";
import { ZonesStore } from "./store/zones-store.ts";

/** What every feature is made with. */
export interface Surroundings {
  readonly db: Database;
  readonly gateways: Gateways;
  readonly sealing: Sealing;
  readonly hasher: PasswordHasher;
  readonly sleep: (durationMs: number) => Promise<void>;
  /** SHA-256 of the certificate on the broker's own port; absent where there is no such port. */
  readonly linkFingerprint?: () => string | undefined;
  /** Where gateways reach that port; absent while it is not open. */
  readonly linkAddress?: () => string | undefined;
  readonly version: string;
  readonly readProgram?: ReadProgram | undefined;
  /** What the configuration file says; absent where it says nothing. */
  readonly keepAuditMs?: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly log: Log;
  readonly meter: Meter;
  /** Told of every record of the audit once it is on the disk. */
  readonly onAudit?: ((record: AuditRecord) => void) | undefined;
}

export interface Composed {
  readonly ownPasswords: OwnPasswords;
  readonly services: Services;
  readonly admissions: AdmissionService;
  readonly tracking: ConnectionTracking;
  readonly ending: SessionEnding;
  readonly overview: OverviewService;
  readonly waking: MachineWaking;
  readonly notices: ClosingNotices;
  readonly gateways: Gateways;
  readonly retention: Retention;
  readonly otherHands: OtherHands;
}

export function composeBroker(surroundings: Surroundings): Composed {
  const { db, gateways } = surroundings;
  const events = new EventHub(surroundings.random.uuid().slice(0, 8));
  const audit = new AuditService({ ...surroundings, store: new AuditsStore(db) });
  const ownPasswords = new OwnPasswords(surroundings);
  const known = { ...surroundings, ownPasswords, audit, changes: events };
  const ending = new SessionEnding({ ...known, store: new EndingsStore(db, surroundings.faults) });
  const overview = new OverviewService({ ...surroundings, store: new OverviewsStore(db) });
  const settings = new SettingsService({ ...known, store: new SiteSettingsStore(db) });
  const reach = { ...known, ending, settings };
  const tracking = new ConnectionTracking({ ...reach, store: new TrackingsStore(db) });
  const health = new MachineHealth({ ...known, health: new MachineHealthStore(db) });
  const waking = new MachineWaking({ ...known, health, wishes: new WakesStore(db) });
  const shared = { ...reach, tracking, waking };
  gateways.onPresence((gatewayId) => events.changed("gateways", gatewayId));
  return {
    ...{ ending, ownPasswords, overview, waking, gateways, retention: settings },
    notices: closingNotices(surroundings),
    otherHands: new OtherHands({ records: new AuditsStore(db), changes: events }),
    services: {
      ...{ events, overview, health, waking, settings },
      ...{ ...signInServices(shared), ...adminServices(shared), ...sessionServices(shared) },
    },
    admissions: new AdmissionService({ ...shared, tickets: new TicketsStore(db) }),
    tracking,
  };
}

function closingNotices({ db, faults, clock }: Surroundings): ClosingNotices {
  const sessions = new EndingsStore(db, faults);
  return new ClosingNotices({ sessions, messages: new SessionMessagesStore(db), clock });
}

type Shared = Surroundings & {
  readonly ownPasswords: OwnPasswords;
  readonly ending: SessionEnding;
  readonly waking: MachineWaking;
  readonly audit: AuditService;
  readonly tracking: ConnectionTracking;
  readonly changes: Changes;
  readonly settings: SettingsService;
};

function signInServices(shared: Shared) {
  const passwords = new PasswordsStore(shared.db);
  const methods = createSignInMethods({ ...shared, passwords, links: new LinksStore(shared.db) });
  const guard = new AttemptGuard({ ...shared, throttles: new ThrottlesStore(shared.db) });
  const roster = gatewayRoster(shared, guard);
  return {
    signIn: new SignInService({
      ...{ ...shared, methods, guard, accounts: passwords },
      store: new SignInsStore(shared.db),
    }),
    account: new AccountService({ ...shared, passwords, guard }),
    roster,
    about: aboutService(shared, roster),
  };
}

function gatewayRoster(shared: Shared, guard: AttemptGuard): GatewayRoster {
  const { linkFingerprint = () => undefined, linkAddress = () => undefined } = shared;
  const store = new GatewaysStore(shared.db);
  return new GatewayRoster({
    ...{ ...shared, guard, store, linkFingerprint, linkAddress },
    presence: shared.gateways,
  });
}

function aboutService(shared: Shared, roster: GatewayRoster): AboutService {
  const { readProgram = async () => ({}) } = shared;
  return new AboutService({ ...shared, roster, readProgram, store: new AboutStore(shared.db) });
}

function adminServices(shared: Shared) {
  const { db } = shared;
  const roles = new RolesStore(db);
  return {
    users: new UsersService({ ...shared, store: new UsersStore(db), links: new LinksStore(db), roles }),
    roles: new RolesService({ ...shared, store: roles }),
    groups: new GroupsService({ ...shared, store: new GroupsStore(db) }),
    zones: new ZonesService({ ...shared, store: new ZonesStore(db) }),
    machines: new MachinesService({ ...shared, store: new MachinesStore(db) }),
    identities: new IdentitiesService({ ...shared, identities: new IdentitiesStore(db) }),
    pools: new PoolsService({ ...shared, store: new PoolsStore(db) }),
    audit: shared.audit,
    policies: new PoliciesService({ ...shared, store: new PoliciesStore(db) }),
    tokens: new TokensService({ ...shared, store: new TokensStore(db) }),
    idempotency: new IdempotencyService({ ...shared, store: new IdempotencyKeysStore(db) }),
    imports: new ImportsService({ ...shared, store: new ImportsStore(db) }),
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
