import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Suites that also run with broker and gateway in processes of their own: one of each protocol. */
const IN_BOTH_SHAPES = ["vnc-xvnc", "rdp-xrdp", "spice-qemu", "ssh-terminal"];

/**
 * Unit tests stand beside the code; end-to-end tests start the whole program and real peers. The broker's unit tests
 * that need a database run twice: on SQLite in `unit`, on a real PostgreSQL in `postgres`.
 */
export default defineConfig({
  test: {
    // A test with a database waits for it most of the time: one worker less than there are cores leaves one idle of two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "tools/**/*.test.ts", "tests/testbed/**/*.test.ts"],
          exclude: ["packages/broker/src/store/dialects/postgres/**"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "postgres",
          include: ["packages/broker/src/{features,http,link,reconcile,store}/**/*.test.ts"],
          exclude: ["packages/broker/src/store/dialects/sqlite/**"],
          globalSetup: ["tests/testbed/postgres-project.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e-apart",
          include: IN_BOTH_SHAPES.map((suite) => `tests/e2e/${suite}.test.ts`),
          env: { DESKGATE_TEST_SHAPE: "apart" },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
