/** How the web console is built: hashed files under /assets, nothing inlined, because the content security policy forbids it. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { extractIronRdpWasm } from "./extract-iron-rdp-wasm.ts";

export default defineConfig({
  plugins: [react(), extractIronRdpWasm()],
  base: "/",
  build: {
    // noVNC waits for a codec probe at the top level of a module.
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    // The preload helper only serves browsers that the target excludes.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // Web clients that run in a frame have a page each.
    rolldownOptions: { input: ["index.html", "rdp-frame.html", "spice-frame.html"] },
  },
  server: {
    // For work on the console alone: the API and the tunnels come from a Deskgate that runs beside it.
    proxy: {
      "/api": { target: "https://localhost:8443", secure: false },
      "/tunnel": { target: "https://localhost:8443", secure: false, ws: true },
    },
  },
});
