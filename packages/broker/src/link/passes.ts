/**
 * What a gateway shows beside each request that it passes on. A pass is as long-lived as the link that it was given on.
 *
 * INVARIANT: without a pass that is good now, nothing a request says about its viewer is believed.
 */
import { isSameSecret } from "../domain/gateway.ts";

export class Passes {
  readonly #passes = new Map<string, string>();

  give(gatewayId: string, pass: string): void {
    this.#passes.set(gatewayId, pass);
  }

  /** Takes back exactly this one, not that of a later link. */
  take(gatewayId: string, pass: string): void {
    if (this.#passes.get(gatewayId) === pass) this.#passes.delete(gatewayId);
  }

  isGood(gatewayId: string, shown: string): boolean {
    const pass = this.#passes.get(gatewayId);
    return pass !== undefined && isSameSecret(pass, shown);
  }
}
