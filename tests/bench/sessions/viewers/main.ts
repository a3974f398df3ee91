/**
 * The viewers of one sample, in a process of their own so that they can be kept off the measured core.
 *
 *   main.ts PLANS-AS-JSON
 *
 * Tells its parent `ready` when all show a picture, what each counted whenever it is asked, and who failed.
 */
import process from "node:process";
import { openGuacamoleViewer } from "./guacamole-viewer.ts";
import { openIronViewer } from "./iron-viewer.ts";
import { openRfbViewer } from "./rfb-viewer.ts";
import type { Viewer, ViewerPlan } from "./viewer.ts";

// One the program wrote itself, a line above.
const plans = JSON.parse(process.argv[2] ?? "[]") as readonly ViewerPlan[];
const viewers: Viewer[] = [];
// One after the other: a server that is asked for four desktops at once starts none of them in time.
for (const plan of plans) {
  const viewer = await open(plan);
  void viewer.failed.then((why) => {
    process.send?.({ failed: `${plan.kind}: ${why}` });
  });
  await viewer.ready;
  viewers.push(viewer);
}
process.on("message", () => void process.send?.({ counts: viewers.map(({ counter }) => counter.counts) }));
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: true });

async function open(plan: ViewerPlan): Promise<Viewer> {
  switch (plan.kind) {
    case "rfb":
      return openRfbViewer(plan.port, plan.ticket);
    case "iron":
      return openIronViewer(plan.port, plan.ticket);
    case "guacamole":
      return openGuacamoleViewer(plan);
  }
}
