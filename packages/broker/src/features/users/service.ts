/** Users as administrators look after them, the first administrator, and sign-in links. */
import { DeskgateError, type Log, type Permission, Secret } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { mayGrant, type Role } from "../../domain/role.ts";
import { hashSecret, newSecret } from "../../domain/sign-in.ts";
import { FIRST_ADMINISTRATOR_NAME, type User } from "../../domain/user.ts";
import { type AuditService, type Deed, PROGRAM } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { LinkStore, PasswordHasher } from "../sign-in/ports.ts";
import type { UserChange, UserFilter, UserSort, UserStore } from "./ports.ts";

interface UsersDeps {
  readonly store: UserStore;
  readonly links: LinkStore;
  readonly roles: RoleFinder;
  readonly hasher: PasswordHasher;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly ownPasswords: { dropOf(userId: string): void };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Looks a role up, built in or made by the site. */
interface RoleFinder {
  find(roleId: string): Promise<Role | undefined>;
}

interface UserFields {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly password?: string | undefined;
  readonly groupIds: readonly string[];
}

type UserFieldChange = Omit<UserChange, "passwordHash"> & { readonly password?: string | undefined };

export class UsersService {
  readonly #deps: UsersDeps;

  constructor(deps: UsersDeps) {
    this.#deps = deps;
  }

  list(request: PageRequest<UserSort>, filter: UserFilter): Promise<Page<User>> {
    return this.#deps.store.list(request, filter);
  }

  async find(userId: string): Promise<User> {
    const user = await this.#deps.store.find(userId);
    if (!user) throw new DeskgateError("not_found");
    return user;
  }

  async create({ password, ...fields }: UserFields, caller: ChangingCaller): Promise<User> {
    const { random, clock, store } = this.#deps;
    await this.#refuseBeyond(caller, [fields.role]);
    if (fields.groupIds.length > 0) refuseGroups(caller);
    const passwordHash = await this.#hash(password);
    const made = { ...fields, id: random.uuid(), passwordHash, createdAt: clock.now() };
    const { name, role } = fields;
    const user = await this.#deps.audit.change(
      caller,
      () => store.create(made),
      () => deedOn(made.id, "user.created", { name, role, hasPassword: passwordHash !== undefined }),
    );
    this.#tell(user.id, caller, "User added");
    return user;
  }

  /** An administrator who sets their own password here stays signed in. */
  async update(
    userId: string,
    { password, ifVersion, ...fields }: UserFieldChange,
    caller: ChangingCaller,
  ): Promise<User> {
    const { store, ending, ownPasswords, clock } = this.#deps;
    await this.#refuseBeyond(caller, [await this.#roleOf(userId), fields.role]);
    if (fields.groupIds !== undefined) refuseGroups(caller);
    const change = { ...fields, ifVersion, passwordHash: await this.#hash(password) };
    const changed = namesOf({ ...fields, password });
    const user = await this.#deps.audit.change(
      caller,
      () => store.update(userId, change, clock.now()),
      (known) => {
        if (!known) return [];
        const { name, role, disabledAt } = known;
        return deedOn(userId, "user.changed", { changed, name, role, isDisabled: disabledAt !== undefined });
      },
    );
    if (!user) throw new DeskgateError("not_found");
    this.#tell(userId, caller, `User changed (${changed.join(", ")})`);
    if (password !== undefined) ownPasswords.dropOf(userId);
    // Rights first: who loses both hears that the access is gone, not that they signed out.
    await ending.endWithoutRight();
    if (user.disabledAt !== undefined) await ending.endSignInsOf(userId);
    else if (password !== undefined)
      await ending.endSignInsOf(userId, caller.userId === userId ? caller.signInId : undefined);
    return user;
  }

  /** Disabled first, so that whatever is open ends by the same path as always; then removed. */
  async remove(userId: string, caller: ChangingCaller, ifVersion?: number): Promise<void> {
    const { store, ending, clock } = this.#deps;
    await this.#refuseBeyond(caller, [await this.#roleOf(userId)]);
    // First out, then gone: gateways are told what ends while the rows that name it are still there.
    const user = await this.#deps.audit.change(
      caller,
      () => store.update(userId, { isDisabled: true, ifVersion }, clock.now()),
      (disabled) => (disabled ? deedOn(userId, "user.changed", { isDisabled: true }) : []),
    );
    if (!user) throw new DeskgateError("not_found");
    await ending.endWithoutRight();
    await ending.endSignInsOf(userId);
    await this.#deps.audit.change(
      caller,
      () => store.remove(userId),
      (wasThere) => (wasThere ? deedOn(userId, "user.removed", { name: user.name }) : []),
    );
    this.#tell(userId, caller, "User removed");
  }

  /** For the program itself: who may start it may hand out any link. */
  async createLink(userId: string, lifetimeMs: number, actor: Actor): Promise<SignInLink> {
    const { store, links, clock, random } = this.#deps;
    const user = await store.find(userId);
    if (!user) throw new DeskgateError("not_found");
    const secret = newSecret(random);
    const createdAt = clock.now();
    const expiresAt = createdAt + lifetimeMs;
    await this.#deps.audit.change(
      actor,
      () => links.create({ secretHash: hashSecret(secret), userId, createdAt, expiresAt }),
      () => deedOn(userId, "sign_in_link.created", { name: user.name, expiresAt }),
    );
    this.#tell(userId, actor, "Sign-in link made");
    return { path: new Secret(`/sign-in/link#${secret}`), expiresAt };
  }

  async createLinkFor(userId: string, lifetimeMs: number, caller: ChangingCaller): Promise<SignInLink> {
    await this.#refuseBeyond(caller, [await this.#roleOf(userId)]);
    return this.createLink(userId, lifetimeMs, caller);
  }

  /** Makes `admin` where there is no administrator; never a second one. */
  async ensureAdministrator(): Promise<{ readonly user: User; readonly isNew: boolean }> {
    const { store, random, clock } = this.#deps;
    const first = {
      id: random.uuid(),
      name: FIRST_ADMINISTRATOR_NAME,
      displayName: "Administrator",
      role: "administrator" as const,
      passwordHash: undefined,
      groupIds: [],
      createdAt: clock.now(),
    };
    const made = await this.#deps.audit.change(
      PROGRAM,
      () => store.createFirstAdministrator(first),
      (user) => (user ? deedOn(user.id, "user.created", { name: user.name, role: user.role }) : []),
    );
    if (made) this.#tell(made.id, PROGRAM, "First administrator made");
    const user = made ?? (await store.findFirstAdministrator());
    if (!user) throw new Error("there is no administrator after one was made");
    return { user, isNew: made !== undefined };
  }

  findByName(name: string): Promise<User | undefined> {
    return this.#deps.store.findByName(name.trim().toLowerCase());
  }

  async #roleOf(userId: string): Promise<string> {
    const user = await this.#deps.store.find(userId);
    if (!user) throw new DeskgateError("not_found");
    return user.role;
  }

  /**
   * INVARIANT: nobody gives a role that may do more than they may, and nobody looks after a person who has such a one:
   * a password or a link made for that person would be theirs to use.
   */
  async #refuseBeyond(
    { permissions }: ChangingCaller,
    roleIds: readonly (string | undefined)[],
  ): Promise<void> {
    for (const roleId of roleIds) {
      const role = roleId === undefined ? undefined : await this.#deps.roles.find(roleId);
      if (role && !mayGrant(permissions, role.permissions)) throw new DeskgateError("not_yours_to_grant");
    }
  }

  async #hash(password: string | undefined): Promise<string | undefined> {
    return password === undefined ? undefined : await this.#deps.hasher.hash(new Secret(password));
  }

  #tell(userId: string, actor: Actor, message: string): void {
    this.#deps.log.info({ userId, detail: `by ${actor.userId ?? actor.name}` }, message);
  }
}

export interface SignInLink {
  /** Path and fragment. A secret, because the fragment signs in. */
  readonly path: Secret;
  readonly expiresAt: number;
}

/** Their own sign-in outlives a change of their own password. */
interface ChangingCaller extends Actor {
  readonly signInId: string;
  readonly permissions: readonly Permission[];
}

/** Groups give desktops, so choosing them takes the permission for groups. */
function refuseGroups({ permissions }: ChangingCaller): void {
  if (!mayGrant(permissions, ["groups.write"])) throw new DeskgateError("not_yours_to_grant");
}

function deedOn(userId: string, action: string, detail: Deed["detail"]): Deed {
  return { action, subject: { kind: "user", id: userId }, detail };
}

function namesOf(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name] !== undefined);
}
