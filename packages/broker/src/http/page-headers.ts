/** Headers that tell a browser what a page of ours may do: its own scripts, its own server, nothing else. */

/** `nonce` admits the style elements of the page it was made for. */
export function pageHeaders(nonce: string | undefined): Readonly<Record<string, string>> {
  const styles = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      `style-src ${styles}`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "frame-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "manifest-src 'self'",
    ].join("; "),
    "permissions-policy": PERMISSIONS,
    ...HEADERS_OF_EVERY_REPLY,
  };
}

export const HEADERS_OF_EVERY_REPLY: Readonly<Record<string, string>> = {
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** A desktop needs the clipboard and the whole screen; everything else a browser could give is switched off. */
const PERMISSIONS = [
  ...["clipboard-read", "clipboard-write", "fullscreen"].map((feature) => `${feature}=(self)`),
  ...[
    ...["accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "gamepad"],
    ...[
      "geolocation",
      "gyroscope",
      "hid",
      "idle-detection",
      "local-fonts",
      "magnetometer",
      "microphone",
      "midi",
    ],
    ...["payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial"],
    ...["storage-access", "usb", "window-management", "xr-spatial-tracking"],
  ].map((feature) => `${feature}=()`),
].join(", ");

/**
 * For the frame of a web client: it may compile WebAssembly and style itself, be framed by the console, and nothing else.
 */
export const FRAME_HEADERS: Readonly<Record<string, string>> = {
  ...pageHeaders(undefined),
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    // Web components bring their own style elements, which know no nonce.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join("; "),
};
