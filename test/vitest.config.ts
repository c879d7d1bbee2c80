import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    setupFiles: ["test/support/seed.ts"],
    // Child processes start Node, which is slow on a busy machine.
    testTimeout: 600_000,
    reporters: ["default"],
  },
});
