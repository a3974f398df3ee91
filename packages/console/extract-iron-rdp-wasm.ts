/**
 * IronRDP's package carries its WebAssembly inside the script as a `data:` URL, which our content security policy does not
 * let anything fetch, and which every visitor would load as text. This makes a file of it.
 */
import { Buffer } from "node:buffer";
import type { Plugin } from "vite";

const MODULE = /iron-remote-desktop-rdp\.js/;
const DATA_URL = /(["'`])data:application\/wasm;base64,([A-Za-z0-9+/=]+)\1/;

export function extractIronRdpWasm(): Plugin {
  return {
    name: "extract-iron-rdp-wasm",
    enforce: "pre",
    apply: "build",
    transform(code, id) {
      if (!MODULE.test(id)) return null;
      const found = DATA_URL.exec(code);
      if (!found) return this.error("IronRDP's package no longer carries its WebAssembly inside");
      const source = Buffer.from(found[2] ?? "", "base64");
      const reference = this.emitFile({ type: "asset", name: "iron-rdp.wasm", source });
      const after = code.slice(found.index + found[0].length);
      return {
        code: `${code.slice(0, found.index)}import.meta.ROLLUP_FILE_URL_${reference}${after}`,
        map: null,
      };
    },
  };
}
