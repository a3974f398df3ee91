/** Installs every package the tests need; run by `npm test` before anything else. */
import { ensurePackages, TEST_PACKAGES } from "./packages.ts";

ensurePackages(Object.keys(TEST_PACKAGES));
