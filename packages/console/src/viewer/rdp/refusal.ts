/** Why a machine wants no connection as it was asked for one: its own code, put into words. */
import { readCleanPathX224, readConnectionConfirm } from "@deskgate/wire";
import { rdpText } from "../../text/rdp.ts";

/** `message`: the gateway's answer to the client's request. `undefined` where no machine refused in it. */
export function wordsOfRefusal(message: Uint8Array): string | undefined {
  const confirm = readCleanPathX224(message);
  const reading = confirm && readConnectionConfirm(confirm);
  return reading?.at === "failed" ? rdpText.machineRefused(reading.code, reading.name) : undefined;
}
