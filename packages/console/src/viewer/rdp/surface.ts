/** An RDP desktop, shown by IronRDP in a frame of its own, because its WebAssembly may crash for good. */
import type { CredentialRequest } from "../credential.ts";
import { framedSurface } from "../frame/framed-surface.ts";

export const openSurface = framedSurface("/rdp-frame.html", { hasFiles: true });

/** CredSSP begins with the first bytes, so the person is asked before there is a tunnel. */
export const asksFirst: CredentialRequest = { fields: ["username", "domain", "password"] };
