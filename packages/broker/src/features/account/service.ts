/** One's own account: the password, and having it at hand for machines that take it. */
import { DeskgateError, type Log, Secret } from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import type { AuditService } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { AttemptGuard } from "../sign-in/attempt-guard.ts";
import type { OwnPasswords } from "../sign-in/own-passwords.ts";
import type { PasswordHasher, PasswordStore } from "../sign-in/ports.ts";

interface AccountDeps {
  readonly passwords: PasswordStore;
  readonly hasher: PasswordHasher;
  readonly guard: AttemptGuard;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly ownPasswords: OwnPasswords;
  readonly log: Log;
}

interface PasswordChange {
  readonly currentPassword: string | undefined;
  readonly newPassword: string;
}

export class AccountService {
  readonly #deps: AccountDeps;

  constructor(deps: AccountDeps) {
    this.#deps = deps;
  }

  /** Sets or changes the caller's password, and ends their other sign-ins. */
  async setPassword(caller: Caller, change: PasswordChange, address: string): Promise<void> {
    const { passwords, hasher, ending, ownPasswords, audit, log } = this.#deps;
    const { userId, userName } = caller;
    const actor = { userId, name: userName, address };
    const action = "user.password_changed";
    const subject = { kind: "user", id: userId };
    const stored = await passwords.findByName(caller.userName);
    try {
      if (stored?.hash !== undefined) {
        if (change.currentPassword === undefined)
          throw new DeskgateError("validation_failed", {
            fields: { currentPassword: "Enter your current password." },
          });
        await this.#prove(caller, change.currentPassword, address);
      }
    } catch (cause) {
      if (cause instanceof DeskgateError) await audit.record(actor, { action, subject, outcome: cause.code });
      throw cause;
    }
    const hash = await hasher.hash(new Secret(change.newPassword));
    await audit.change(
      actor,
      () => passwords.replaceHash(userId, hash),
      () => ({ action, subject }),
    );
    await ending.endSignInsOf(caller.userId, caller.signInId);
    ownPasswords.keep(caller, new Secret(change.newPassword));
    log.info({ userId: caller.userId }, "Own password changed");
  }

  /**
   * Keeps the password that the caller signed in without, for as long as this sign-in lives. Nothing but the account's
   * own password is kept, so that a mistyped one is not tried on every machine.
   */
  async keepPassword(caller: Caller, password: string, address: string): Promise<void> {
    const { ownPasswords, audit } = this.#deps;
    const actor = { userId: caller.userId, name: caller.userName, address };
    const deed = { action: "sign_in.password_kept", subject: { kind: "user", id: caller.userId } };
    try {
      await this.#prove(caller, password, address);
    } catch (cause) {
      if (cause instanceof DeskgateError) await audit.record(actor, { ...deed, outcome: cause.code });
      throw cause;
    }
    await audit.record(actor, deed);
    ownPasswords.keep(caller, new Secret(password));
  }

  async forgetPassword(caller: Caller, address: string): Promise<void> {
    const actor = { userId: caller.userId, name: caller.userName, address };
    const subject = { kind: "user", id: caller.userId };
    this.#deps.ownPasswords.drop(caller.signInId);
    await this.#deps.audit.record(actor, { action: "sign_in.password_forgotten", subject });
  }

  async #prove(caller: Caller, password: string, address: string): Promise<void> {
    const { guard, passwords, hasher } = this.#deps;
    const checked = await guard.attempt({ accountName: caller.userName, address }, async () => {
      const stored = await passwords.findByName(caller.userName);
      return (await hasher.verify(new Secret(password), stored?.hash)) ? {} : { refused: true };
    });
    if ("refused" in checked) throw new DeskgateError("credentials_wrong");
  }
}
