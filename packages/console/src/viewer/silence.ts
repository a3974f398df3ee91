/**
 * When a tunnel has to be given up though its socket says nothing: it may not notice for minutes that a network is gone.
 *
 * A question that got no answer is not enough. The broker may be slow, or wait for its database, while the gateway carries
 * the desktop as before; so the address itself is asked, too, and whatever answers there says that the network is fine.
 */
const ASKING_TIMEOUT_MS = 4_000;
/** So many in a row without any answer. */
export const SILENT_AFTER = 3;

export class Silence {
  readonly #isThere: () => Promise<boolean>;
  #unanswered = 0;

  constructor(isThere: () => Promise<boolean> = isServerThere) {
    this.#isThere = isThere;
  }

  answered(): void {
    this.#unanswered = 0;
  }

  /** Whether nobody is there any more; said once. */
  async unanswered(): Promise<boolean> {
    this.#unanswered = (await this.#isThere()) ? 0 : this.#unanswered + 1;
    return this.#unanswered === SILENT_AFTER;
  }
}

/** Whether anything answers where this page comes from; it needs no database for that, and no broker. */
async function isServerThere(): Promise<boolean> {
  try {
    await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(ASKING_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  }
}
