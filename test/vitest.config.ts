import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    setupFiles: ["test/support/seed.ts", "test/support/shipped.ts"],
    // What one test finds, no other is told; test/answers/ has a cache of its own.
    env: { FENCEGEN_CACHE: "off" },
    // Child processes start Node, which is slow on a busy machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Left to itself it leaves a core free, which is half of two.
    maxWorkers: "100%",
    reporters: ["default"],
  },
});
