/** The frame's main module. */
import { hostSurface } from "../frame/host-surface.ts";
import { openRdp } from "./rdp-client.ts";

const target = document.getElementById("desktop");
if (target) hostSurface(openRdp, target);
