/**
 * The page's document as xterm.js may use it under our content security policy: style elements get the page's nonce, and
 * `style` attributes are set through the object model, which the policy allows, not as text, which it forbids.
 */
import { styleNonce } from "../../shell/style-nonce.ts";

export function strictDocument(): Document {
  const nonce = styleNonce();
  const createElement = (name: string): HTMLElement => {
    const element = document.createElement(name);
    if (name === "style") element.nonce = nonce;
    else setStylesAsObject(element);
    return element;
  };
  return new Proxy(document, {
    get(target, key) {
      if (key === "createElement") return createElement;
      const value: unknown = Reflect.get(target, key, target);
      // The browser's own functions want the document itself.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function setStylesAsObject(element: HTMLElement): void {
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === "style") element.style.cssText = value;
    else setAttribute(name, value);
  };
}
