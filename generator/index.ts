// The library: what generated TypeScript fences are written against, and what driver tests use.
export * from "./driver-tests.ts";
export * from "./runtime/index.ts";
