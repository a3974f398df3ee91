/**
 * A VNC desktop, shown by noVNC. A stored password was used by the gateway already, so none is known here; one that the
 * person types answers noVNC's question in mid-stream.
 */
import { END_REASONS } from "@deskgate/contract";
import RFB from "@novnc/novnc";
import type { CredentialField } from "../credential.ts";
import type { KeyName } from "../key-names.ts";
import type { Scaling, Surface, SurfaceEnding, SurfaceOptions } from "../surface.ts";
import { openTunnelSocket } from "../tunnel-socket.ts";
import { vncKeyOf } from "./keys.ts";

export function openSurface(options: SurfaceOptions): Surface {
  const { target, tunnel, scaling, policy, credentialMode, events } = options;
  const { socket, closed } = openTunnelSocket(tunnel);
  const rfb = new RFB(target, socket, { shared: true });
  rfb.background = "transparent";
  const canvas = target.querySelector("canvas") ?? undefined;
  applyScaling(rfb, scaling);

  let hasConnected = false;
  let hasEnded = false;
  let isDetached = false;
  const detach = () => {
    if (!isDetached) rfb.disconnect();
  };
  const end = (ending: SurfaceEnding) => {
    if (hasEnded) return;
    hasEnded = true;
    detach();
    events.onEnded(ending);
  };
  // RFB machines speak first: one that closes before there was a picture speaks something else.
  const isNoRfb = (ending: SurfaceEnding) =>
    !hasConnected && ending.at === "socket" && ending.closeCode === END_REASONS.target_closed.closeCode;
  void closed.then((ending) => end(isNoRfb(ending) ? { at: "garbled" } : ending));
  rfb.addEventListener("connect", () => {
    hasConnected = true;
    events.onConnected();
  });
  rfb.addEventListener("clipboard", ({ detail }) => events.onClipboard(detail.text));
  rfb.addEventListener("credentialsrequired", ({ detail }) => {
    if (credentialMode !== "prompt") return end({ at: "refused" });
    void events.askCredential({ fields: fieldsOf(detail.types) }).then((typed) => {
      if (hasEnded) return;
      if (!typed) end({ at: "known", reason: "credential_needed" });
      else rfb.sendCredentials({ username: "", target: "", ...typed, password: typed.password ?? "" });
    });
  });
  rfb.addEventListener("securityfailure", () => end({ at: "refused" }));
  rfb.addEventListener("disconnect", ({ detail }) => {
    isDetached = true;
    // While the socket stands, it was noVNC that gave up; a closed socket tells its own reason.
    if (!detail.clean && socket.readyState !== WebSocket.CLOSED) end({ at: "garbled" });
  });

  return {
    setScaling: (wanted) => applyScaling(rfb, wanted),
    canResize: () => rfb._supportsSetDesktopSize === true,
    sendKeys: (keys) => sendKeys(rfb, keys),
    sendClipboard: (text) => {
      if (policy.clipboardToMachine) rfb.clipboardPasteFrom(text);
    },
    focus: () => rfb.focus({ preventScroll: true }),
    lastPicture: () => (canvas && canvas.width > 0 ? canvas : undefined),
    close: () => {
      hasEnded = true;
      detach();
    },
  };
}

/** noVNC names what the server's way of signing in needs; what we do not know of is left empty. */
function fieldsOf(types: readonly string[]): readonly CredentialField[] {
  const known = ["username", "password"] as const;
  return known.filter((field) => types.includes(field));
}

function applyScaling(rfb: RFB, scaling: Scaling): void {
  // A server that does not take our size is at least scaled to it.
  rfb.scaleViewport = scaling !== "actual";
  rfb.resizeSession = scaling === "resize";
}

function sendKeys(rfb: RFB, names: readonly KeyName[]): void {
  const keys = names.map(vncKeyOf);
  for (const { keysym, code } of keys) rfb.sendKey(keysym, code, true);
  for (const { keysym, code } of keys.toReversed()) rfb.sendKey(keysym, code, false);
}
