/** What a hop of the way says besides its sentence, as people write it: protocols by their names. */
import { PROTOCOLS } from "@deskgate/contract";
import { explainText } from "../../text/explain.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { hopSentence } from "../../text/refusals.ts";

/** `ssh by gateway north: the port is closed`, as the broker says how it tried a machine. */
const TRIED = /^(\w+) by gateway (.+)$/;

export function hopDetail(said: string): string {
  const [, name, rest = ""] = TRIED.exec(said) ?? [];
  const protocol = PROTOCOLS.find((one) => one === name);
  return protocol === undefined
    ? hopSentence(said)
    : explainText.tried(launchpadText.protocols[protocol], rest);
}
