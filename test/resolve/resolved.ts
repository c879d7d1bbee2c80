// A description of our own as the model has it, before anything is planned.
import { expect } from "vitest";
import type { Chip } from "#generated/descriptions.js";
import type { CacheLevel, Mechanism, ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import { resolveChip } from "../../generator/resolve/resolve-chip.ts";
import { loadDependents } from "../support/pipeline.ts";
import { type TestChip, testChip } from "../support/test-chip.ts";

/** Only a valid description has a model, so that each test is one of what an author may write. */
export function chipOf(text: string): ResolvedChip {
  const { chips, library, diagnostics } = loadDependents("chips/test-chip.yaml", text);
  const errors = diagnostics.sorted().filter(({ severity }) => severity === "error");
  expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  return resolveChip(chips[0]!.value as Chip, library);
}

export function coreOf(parts: TestChip = {}): ResolvedCore {
  return chipOf(testChip(parts)).cores[0]!;
}

export function levelOf(parts: TestChip = {}): CacheLevel {
  return coreOf(parts).caches[0]!;
}

export function mechanismOf(parts: TestChip = {}): Mechanism {
  return levelOf(parts).mechanism!;
}
