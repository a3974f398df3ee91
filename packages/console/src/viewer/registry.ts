/** The protocols that can be shown in the browser. Each is fetched when it is first needed. */
import type { SurfaceRegistry } from "./surface.ts";

export const SURFACES: SurfaceRegistry = {
  rdp: () => import("./rdp/surface.ts"),
  spice: () => import("./spice/surface.ts"),
  ssh: () => import("./ssh/surface.ts"),
  vnc: () => import("./vnc/surface.ts"),
};
