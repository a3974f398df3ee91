/** A SPICE desktop, shown by spice-html5 in a frame of its own, because it writes to the document as it likes. */
import type { CredentialRequest } from "../credential.ts";
import { framedSurface } from "../frame/framed-surface.ts";

export const openSurface = framedSurface("/spice-frame.html", { hasFiles: false });

/** The first message of the first channel's answer already wants the ticket. */
export const asksFirst: CredentialRequest = { fields: ["password"] };
