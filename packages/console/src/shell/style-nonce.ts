/** The nonce with which this page may add style elements; the server writes a new one into each reply. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

/** What dialogs use to hold the page still while they are open asks for the nonce under this global name only. */
export function lendStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
