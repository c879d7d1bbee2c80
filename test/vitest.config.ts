import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    setupFiles: ["test/support/seed.ts"],
    // Child processes start Node, which is slow on a busy machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Left to itself it leaves a core free, which is half of two.
    maxWorkers: "100%",
    reporters: ["default"],
  },
});
