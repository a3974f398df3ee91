/**
 * Lets xterm.js style its elements under our content security policy, without weakening that for anything else.
 *
 * xterm.js has no setting for a nonce. The style elements that it makes while it opens get the page's nonce; colours that
 * programs choose, which it sets as text of a `style` attribute, are set through the object model, which the policy allows.
 */
import { styleNonce } from "../../shell/style-nonce.ts";

/** Runs `open`, which must be done when it returns. */
export function admitStyles(open: () => void): void {
  const nonce = styleNonce();
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = Document.prototype.createElement.call(document, name, options);
    if (name === "style") element.nonce = nonce;
    return element;
  };
  setSpanStylesAsObject();
  Object.defineProperty(document, "createElement", { value: createElement, configurable: true });
  try {
    open();
  } finally {
    // What is left is the prototype's own.
    Reflect.deleteProperty(document, "createElement");
  }
}

/** The same for every span of the page, but for how the browser's policy sees it. Done again, it changes nothing more. */
function setSpanStylesAsObject(): void {
  const setAttribute = Element.prototype.setAttribute;
  HTMLSpanElement.prototype.setAttribute = function (name, value) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}
