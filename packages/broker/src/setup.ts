/** What the program itself asks of the broker: the first steps, the built-in machine, and checks for `doctor`. */
import {
  DeskgateError,
  type ImportReply,
  type OwnedApiToken,
  PERMISSION_NAMES,
  type Protocol,
  ROUTES,
  type Secret,
  type SiteImport,
  type Target,
} from "@deskgate/contract";
import type { Clock } from "./domain/clock.ts";
import { PROGRAM } from "./features/audit/service.ts";
import type { EntitlementsService } from "./features/entitlements/service.ts";
import type { GatewayRoster } from "./features/gateways/roster.ts";
import type { ImportsService } from "./features/imports/service.ts";
import { type MachinesService, targetsOf } from "./features/machines/service.ts";
import type { TokensService } from "./features/tokens/service.ts";
import type { SignInLink, UsersService } from "./features/users/service.ts";
import { ownedTokenReply } from "./http/handlers/token-handlers.ts";
import { timeReply } from "./http/replies.ts";
import { fieldsOf as errorFieldsOf } from "./http/validation.ts";
import { countMigrations, type Database } from "./store/database.ts";

const BUILT_IN_MACHINE = "demo";

export interface Setup {
  /** Makes `admin` without password where there is no administrator; never a second one. */
  ensureAdministrator(): Promise<AdministratorFound>;
  /** `path` signs in: hand it to the person and nobody else. */
  createSignInLink(
    userName: string,
    lifetimeMs: number,
  ): Promise<{ readonly path: string; readonly expiresAt: number }>;
  /** An API token that acts for a user; `secret` is known from now on to whoever called, and to nobody else. */
  createApiToken(userName: string, wanted: WantedToken): Promise<MadeToken>;
  /** Made or brought up to date; declared local; the first administrator is entitled to it when it is made. */
  ensureBuiltInMachine(machine: BuiltInMachine): Promise<void>;
  removeBuiltInMachine(): Promise<void>;
  /** Lists the gateway that is one program with the broker. */
  putBuiltInGateway(gateway: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
  }): Promise<void>;
  removeBuiltInGateway(): Promise<void>;
  /** The code is a secret: hand it to whoever sets up the gateway. */
  createGatewayCode(name: string | undefined): Promise<{ readonly code: string; readonly expiresAt: number }>;
  /** With all rights; `operator` is who runs it on this host. All of it, or nothing and a list of what is wrong. */
  importSite(
    site: SiteImport,
    run: { readonly isDryRun: boolean; readonly operator: string },
  ): Promise<ImportReply>;
  checkStore(): Promise<StoreCheck>;
  listMachineTargets(): Promise<readonly MachineTarget[]>;
}

interface WantedToken {
  readonly name: string;
  /** Permissions, or `*`. */
  readonly scopes: readonly string[];
  readonly lifetimeMs: number;
  /** Who types, for the audit. */
  readonly operator: string;
}

interface MadeToken {
  readonly token: OwnedApiToken;
  readonly secret: string;
}

export interface AdministratorFound {
  readonly userId: string;
  readonly name: string;
  readonly isNew: boolean;
  readonly hasPassword: boolean;
}

export interface BuiltInMachine {
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly port: number;
  readonly password: Secret | undefined;
}

export interface StoreCheck {
  readonly isHealthy: boolean;
  /** What the database says of itself. */
  readonly detail: string;
  readonly migrationsDone: number;
  readonly migrationsPending: number;
  /** The newest moment the database has seen; absent while it has seen none. */
  readonly newestAt: number | undefined;
}

export interface MachineTarget {
  readonly machineId: string;
  readonly machineName: string;
  readonly protocol: Protocol;
  readonly target: Target;
}

interface SetupDeps {
  readonly db: Database;
  readonly users: UsersService;
  readonly machines: MachinesService;
  readonly entitlements: EntitlementsService;
  readonly roster: GatewayRoster;
  readonly imports: ImportsService;
  readonly tokens: TokensService;
  readonly clock: Clock;
}

/** Whoever may start the program on this host. */
const PROGRAM_ITSELF = { userId: undefined, name: "command line", address: "" } as const;

export function createSetup(deps: SetupDeps): Setup {
  const { db, users, machines, entitlements, roster, imports } = deps;
  return {
    ensureAdministrator: async () => {
      const { user, isNew } = await users.ensureAdministrator();
      return { userId: user.id, name: user.name, isNew, hasPassword: user.hasPassword };
    },
    createSignInLink: async (userName, lifetimeMs) => {
      const user = await users.findByName(userName);
      if (!user) throw new DeskgateError("not_found");
      const { path, expiresAt }: SignInLink = await users.createLink(user.id, lifetimeMs, PROGRAM);
      return { path: path.reveal(), expiresAt };
    },
    createApiToken: (userName, wanted) => createApiToken(deps, userName, wanted),
    ensureBuiltInMachine: async (wanted) => {
      const { machine, isNew } = await machines.ensureBuiltIn(BUILT_IN_MACHINE, fieldsOf(wanted));
      if (!isNew) return;
      const { user } = await users.ensureAdministrator();
      await entitlements.create({ poolId: machine.poolId, userId: user.id, groupId: null }, PROGRAM);
    },
    importSite: (site, { isDryRun, operator }) =>
      imports.run(
        { kind: "site", isDryRun, body: { json: site } },
        { permissions: PERMISSION_NAMES },
        { userId: undefined, name: `local:${operator}`, address: "local" },
      ),
    removeBuiltInMachine: () => machines.removeBuiltIn(BUILT_IN_MACHINE),
    putBuiltInGateway: (gateway) => roster.putBuiltIn(gateway),
    removeBuiltInGateway: () => roster.removeBuiltIn(),
    createGatewayCode: async (name) => {
      const { code, expiresAt } = await roster.createCode(name, PROGRAM_ITSELF);
      return { code: code.reveal(), expiresAt };
    },
    checkStore: () => checkStore(db),
    listMachineTargets: async () =>
      (await machines.listAll()).flatMap((machine) =>
        targetsOf(machine).map((at) => ({ machineId: machine.id, machineName: machine.name, ...at })),
      ),
  };
}

/** What the API asks of a new token is asked here too. */
async function createApiToken(
  { users, tokens, clock }: SetupDeps,
  userName: string,
  { name, scopes, lifetimeMs, operator }: WantedToken,
): Promise<MadeToken> {
  const user = await users.findByName(userName);
  if (!user) throw new DeskgateError("not_found");
  const expiresAt = clock.now() + lifetimeMs;
  const body = ROUTES.createMyToken.body.safeParse({ name, scopes, expiresAt: timeReply(expiresAt) });
  if (!body.success) throw new DeskgateError("validation_failed", { fields: errorFieldsOf(body.error) });
  const fields = { name: body.data.name, scopes: body.data.scopes, expiresAt };
  const owner = { userId: user.id, userName: user.name };
  const actor = { userId: undefined, name: `local:${operator}`, address: "local" };
  const { token, secret } = await tokens.create(owner, fields, actor);
  return { token: ownedTokenReply(token), secret: secret.reveal() };
}

function fieldsOf({ name, description, host, port, password }: BuiltInMachine) {
  const vnc = { protocol: "vnc", port, password: password?.reveal() ?? null } as const;
  return { name, description, host, isDeclaredLocal: true, protocols: [vnc], trust: "first-use" as const };
}

async function checkStore(db: Database): Promise<StoreCheck> {
  const detail = await db.check();
  const { done, pending } = await countMigrations(db);
  return {
    isHealthy: detail === "ok" && pending === 0,
    detail,
    migrationsDone: done,
    migrationsPending: pending,
    newestAt: await newestMoment(db),
  };
}

/** A clock that is behind this has gone wrong: tickets and sign-ins live by it. */
async function newestMoment(db: Database): Promise<number | undefined> {
  const { newest: people } = await db
    .selectFrom("users")
    .select(({ fn }) => fn.max("lastSignInAt").as("newest"))
    .executeTakeFirstOrThrow();
  const { newest: sessions } = await db
    .selectFrom("sessions")
    .select(({ fn }) => fn.max("startedAt").as("newest"))
    .executeTakeFirstOrThrow();
  const moments = [people, sessions].filter((moment) => moment !== null).map(Number);
  return moments.length === 0 ? undefined : Math.max(...moments);
}
