/** Checks the arrows between the rooms (.dependency-cruiser.mjs), and that the tool really read the modules. */
import process from "node:process";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import config from "../.dependency-cruiser.mjs";

// LIMIT: a tool that reads nothing passes every rule; raise this as the project grows.
const FEWEST_MODULES = 350;

const { output } = await cruise(
  [
    "packages/wire/src",
    "packages/contract/src",
    "packages/gateway/src",
    "packages/broker/src",
    "packages/console/src",
    "packages/app/src",
  ],
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
  {},
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const own = output.modules.filter((module) => module.source.startsWith("packages/"));
const errors = output.summary.violations.filter((violation) => violation.rule.severity === "error");
for (const { from, to, rule } of errors) {
  const why = config.forbidden.find((candidate) => candidate.name === rule.name)?.comment ?? "";
  process.stderr.write(`${from} -> ${to}: ${rule.name} (${why})\n`);
}
process.stdout.write(
  `${own.length} modules, ${output.summary.totalDependenciesCruised} arrows, ${errors.length} errors\n`,
);
if (own.length < FEWEST_MODULES) {
  process.stderr.write(`only ${own.length} modules were read, expected at least ${FEWEST_MODULES}\n`);
  process.exit(1);
}
if (errors.length > 0) process.exit(1);
