/** How many refusals of strangers are recorded one by one. */

// LIMIT: records of refusals that anybody can cause, in a minute.
export const REFUSALS_PER_MINUTE = 300;
const MINUTE_MS = 60_000;

export class RefusalBudget {
  #beganAt = Number.NEGATIVE_INFINITY;
  #spent = 0;
  #omitted = 0;

  /** Whether this one is recorded; `omitted` others of a minute that is over have not been, and are told once. */
  spend(now: number): { readonly isGranted: boolean; readonly omitted: number } {
    let omitted = 0;
    if (this.#beganAt + MINUTE_MS <= now || now < this.#beganAt) {
      omitted = this.#omitted;
      this.#beganAt = now;
      this.#spent = 0;
      this.#omitted = 0;
    }
    this.#spent += 1;
    const isGranted = this.#spent <= REFUSALS_PER_MINUTE;
    if (!isGranted) this.#omitted += 1;
    return { isGranted, omitted };
  }

  /** Others that nobody will ask for. */
  omit(count: number): void {
    this.#omitted += count;
  }
}
