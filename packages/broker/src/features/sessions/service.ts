/** Sessions and connections as people and administrators see them, and what administrators may do to them. */
import { type ConnectionReport, DeskgateError, type Log } from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Connection, Session, SessionMessage, SessionStoryEvent } from "../../domain/session.ts";
import type { AuditService } from "../audit/service.ts";
import type { SessionEnding } from "./ending.ts";
import type { LiveNumbers, MessageStore, SessionFilter, SessionSort, SessionStore } from "./ports.ts";

interface SessionsDeps {
  readonly store: SessionStore;
  readonly messages: MessageStore;
  readonly live: LiveNumbers;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A connection with its gateway's last word on it, if it is open. */
export interface ConnectionView {
  readonly connection: Connection;
  readonly report: ConnectionReport | undefined;
}

export type OwnConnectionView = ConnectionView & { readonly messages: readonly SessionMessage[] };

export interface SessionView {
  readonly session: Session;
  readonly connections: readonly ConnectionView[];
}

export class SessionsService {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  async list(request: PageRequest<SessionSort>, filter: SessionFilter): Promise<Page<SessionView>> {
    const page = await this.#deps.store.listSessions(request, filter);
    return { ...page, items: await this.#viewAll(page.items) };
  }

  async find(sessionId: string): Promise<SessionView> {
    const session = await this.#deps.store.findSession(sessionId);
    const [view] = session ? await this.#viewAll([session]) : [];
    if (!view) throw new DeskgateError("not_found");
    return view;
  }

  async readStory(sessionId: string): Promise<readonly SessionStoryEvent[]> {
    if (!(await this.#deps.store.findSession(sessionId))) throw new DeskgateError("not_found");
    return this.#deps.store.readStory(sessionId);
  }

  /** Another person's connection looks like none, except to who may see all of them. */
  async findConnection(caller: Caller, connectionId: string): Promise<OwnConnectionView> {
    const connection = await this.#deps.store.findConnection(connectionId);
    const isOwn = connection?.userId === caller.userId;
    if (!connection || !(isOwn || caller.permissions.includes("sessions.read")))
      throw new DeskgateError("not_found");
    // What an administrator reads has not been shown to the person.
    const isViewer = isOwn && connection.state === "open";
    const messages = isViewer ? await this.#deps.messages.take(connection, this.#deps.clock.now()) : [];
    return { ...this.#view(connection), messages };
  }

  async kill(actor: Actor, sessionId: string): Promise<void> {
    const wasLive = await this.#deps.ending.kill(sessionId, actor);
    if (!wasLive) throw new DeskgateError("not_found");
    this.#deps.log.info({ sessionId, userId: actor.userId ?? actor.name }, "Session killed");
  }

  /** Returns the message's id. */
  async sendMessage(
    caller: Caller,
    actor: Actor,
    { sessionId, text }: { readonly sessionId: string; readonly text: string },
  ): Promise<string> {
    const { messages, audit, random, clock, log } = this.#deps;
    const id = random.uuid();
    const message = { id, at: clock.now(), by: caller.displayName, text, endsAt: undefined };
    const subject = { kind: "session", id: sessionId };
    const isSent = await audit.change(
      actor,
      () => messages.send(sessionId, message, actor.name),
      (wasLive) => (wasLive ? { action: "session.message_sent", subject, detail: { text } } : []),
    );
    if (!isSent) throw new DeskgateError("not_found");
    log.info({ sessionId, userId: actor.userId ?? actor.name }, "Message sent");
    return id;
  }

  async #viewAll(sessions: readonly Session[]): Promise<readonly SessionView[]> {
    const connections = await this.#deps.store.listConnections(sessions.map(({ id }) => id));
    const bySession = Map.groupBy(connections, (connection) => connection.sessionId);
    return sessions.map((session) => ({
      session,
      connections: (bySession.get(session.id) ?? []).map((connection) => this.#view(connection)),
    }));
  }

  #view(connection: Connection): ConnectionView {
    const report = connection.state === "open" ? this.#deps.live.findReport(connection.id) : undefined;
    return { connection, report };
  }
}
