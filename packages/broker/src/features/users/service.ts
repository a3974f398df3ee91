/** Users as administrators look after them, the first administrator, and sign-in links. */
import { DeskgateError, type Log, type Permission, Secret } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import { mayGrant, type Role } from "../../domain/role.ts";
import { hashSecret, newSecret } from "../../domain/sign-in.ts";
import { FIRST_ADMINISTRATOR_NAME, type User } from "../../domain/user.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { LinkStore, PasswordHasher } from "../sign-in/ports.ts";
import type { UserChange, UserFilter, UserSort, UserStore } from "./ports.ts";

interface UsersDeps {
  readonly store: UserStore;
  readonly links: LinkStore;
  readonly roles: RoleFinder;
  readonly hasher: PasswordHasher;
  readonly ending: SessionEnding;
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

/** Who does it: the caller's id, or a word for the program itself. */
type Actor = string;

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
    const user = await store.create({ ...fields, id: random.uuid(), passwordHash, createdAt: clock.now() });
    this.#tell(user.id, caller.userId, "User added");
    return user;
  }

  /** An administrator who sets their own password here stays signed in. */
  async update(
    userId: string,
    { password, ifVersion, ...fields }: UserFieldChange,
    caller: ChangingCaller,
  ): Promise<User> {
    const { store, ending, clock } = this.#deps;
    await this.#refuseBeyond(caller, [await this.#roleOf(userId), fields.role]);
    if (fields.groupIds !== undefined) refuseGroups(caller);
    const change = { ...fields, ifVersion, passwordHash: await this.#hash(password) };
    const user = await store.update(userId, change, clock.now());
    if (!user) throw new DeskgateError("not_found");
    this.#tell(userId, caller.userId, `User changed (${namesOf({ ...fields, password }).join(", ")})`);
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
    const user = await store.update(userId, { isDisabled: true, ifVersion }, clock.now());
    if (!user) throw new DeskgateError("not_found");
    await ending.endWithoutRight();
    await ending.endSignInsOf(userId);
    await store.remove(userId);
    this.#tell(userId, caller.userId, "User removed");
  }

  /** For the program itself: who may start it may hand out any link. */
  async createLink(userId: string, lifetimeMs: number, actor: Actor): Promise<SignInLink> {
    const { store, links, clock, random } = this.#deps;
    if (!(await store.find(userId))) throw new DeskgateError("not_found");
    const secret = newSecret(random);
    const createdAt = clock.now();
    const expiresAt = createdAt + lifetimeMs;
    await links.create({ secretHash: hashSecret(secret), userId, createdAt, expiresAt });
    this.#tell(userId, actor, "Sign-in link made");
    return { path: new Secret(`/sign-in/link#${secret}`), expiresAt };
  }

  async createLinkFor(userId: string, lifetimeMs: number, caller: ChangingCaller): Promise<SignInLink> {
    await this.#refuseBeyond(caller, [await this.#roleOf(userId)]);
    return this.createLink(userId, lifetimeMs, caller.userId);
  }

  /** Makes `admin` where there is no administrator; never a second one. */
  async ensureAdministrator(): Promise<{ readonly user: User; readonly isNew: boolean }> {
    const { store, random, clock } = this.#deps;
    const made = await store.createFirstAdministrator({
      id: random.uuid(),
      name: FIRST_ADMINISTRATOR_NAME,
      displayName: "Administrator",
      role: "administrator",
      passwordHash: undefined,
      groupIds: [],
      createdAt: clock.now(),
    });
    if (made) this.#tell(made.id, "setup", "First administrator made");
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
    this.#deps.log.info({ userId, detail: `by ${actor}` }, message);
  }
}

export interface SignInLink {
  /** Path and fragment. A secret, because the fragment signs in. */
  readonly path: Secret;
  readonly expiresAt: number;
}

interface ChangingCaller {
  readonly userId: string;
  readonly signInId: string;
  readonly permissions: readonly Permission[];
}

/** Groups give desktops, so choosing them takes the permission for groups. */
function refuseGroups({ permissions }: ChangingCaller): void {
  if (!mayGrant(permissions, ["groups.write"])) throw new DeskgateError("not_yours_to_grant");
}

function namesOf(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name] !== undefined);
}
