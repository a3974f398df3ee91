/** The frame's main module. */
import { hostSurface } from "../frame/host-surface.ts";
import { openSpice } from "./spice-client.ts";

const target = document.getElementById("desktop");
if (target) hostSurface(openSpice, target);
