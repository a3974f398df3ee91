import { defineConfig } from "vitest/config";

/**
 * Unit tests stand beside the code; end-to-end tests start the whole program and real peers. The broker's unit tests
 * that need a database run twice: on SQLite in `unit`, on a real PostgreSQL in `postgres`.
 */
export default defineConfig({
  test: {
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
          testTimeout: 20_000,
          hookTimeout: 20_000,
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
    ],
  },
});
