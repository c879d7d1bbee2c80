// How a cache level is spelled: on a command line and when asked, the same.
import type { Mechanism, WritePolicy } from "#generated/descriptions.js";
import { didYouMean } from "../diagnostics/nearest.ts";
import { type CacheAnswer, type Catalogue, type Parsed, parseBytes, parseText } from "./chip-answers.ts";

const writePolicies: readonly WritePolicy[] = ["write-back", "write-through", "read-only", "configurable"];
export const cacheForm = "[CORE:]NAME=LINE[:POLICY][:MECHANISM[@BASE]]";

/**
 * `NAME=LINE`, then perhaps the write policy, and what maintains the level and where its registers are. In front of it perhaps the
 * name of the core that alone has it.
 */
export function parseCache(text: string, catalogue: Catalogue): Parsed<CacheAnswer> {
  const [, core, before = "", line = "", after = ""] =
    /^(?:([A-Za-z][A-Za-z0-9-]*):)?([^=]*)=([^=:@]*)((?::[^:]*)*)$/u.exec(text.trim()) ?? [];
  if (line === "") return { problem: `\`${text.trim()}\` is not of the form ${cacheForm}` };
  const name = parseText(before);
  if ("problem" in name) return { problem: `the name of the cache \`${text.trim()}\`: ${name.problem}` };
  const lineBytes = parseLine(line);
  if ("problem" in lineBytes) return lineBytes;
  const parts = after.split(":").slice(1);
  const policy = writePolicies.find((each) => each === parts[0]?.trim());
  const [maintained, ...more] = policy ? parts.slice(1) : parts;
  if (more.length > 0) {
    const [first] = policy ? [] : parts;
    return {
      problem:
        first === undefined
          ? `\`${text.trim()}\` is not of the form ${cacheForm}`
          : `\`${first.trim()}\` is no write policy; there are ${writePolicies.join(", ")}`,
    };
  }
  const maintenance = maintained === undefined ? { value: undefined } : parseMaintenance(maintained, catalogue);
  if ("problem" in maintenance) return maintenance;
  return {
    value: {
      ...{ name: name.value, core },
      ...lineBytes.value,
      // What software may choose counts as write-back, in which more can go wrong.
      writePolicy: policy ?? "configurable",
      maintenance: maintenance.value,
    },
  };
}

type LineAnswer = Pick<CacheAnswer, "smallestLineBytes" | "largestLineBytes">;

/** `32`, or `16-64` where builds differ. */
export function parseLine(text: string): Parsed<LineAnswer> {
  const [first = "", second = first] = text.split(/-(.*)/su);
  const [smallest, largest] = [parseBytes(first), parseBytes(second)];
  if ("problem" in smallest) return smallest;
  if ("problem" in largest) return largest;
  return { value: { smallestLineBytes: smallest.value, largestLineBytes: largest.value } };
}

export function parseWritePolicy(text: string): Parsed<WritePolicy> {
  const policy = writePolicies.find((each) => each === text.trim());
  return policy
    ? { value: policy }
    : { problem: `\`${text.trim()}\` is no write policy; there are ${writePolicies.join(", ")}` };
}

/** `MECHANISM`, or `MECHANISM@BASE` where its registers are at another address on each chip. */
export function parseMaintenance(
  text: string,
  { mechanisms }: Catalogue,
): Parsed<NonNullable<CacheAnswer["maintenance"]>> {
  const [, id = "", at] = /^([^@]*)(?:@(.*))?$/su.exec(text.trim()) ?? [];
  const mechanism = mechanisms.get(id.trim());
  if (!mechanism) {
    const known = [...mechanisms.keys()];
    return {
      problem: `no mechanism \`${id.trim()}\` is described${didYouMean(id.trim(), known) || `; known are ${known.join(", ")}`}`,
    };
  }
  if (at === undefined) {
    if (needsBase(mechanism))
      return {
        problem: `the registers of \`${mechanism.mechanism}\` need an address: \`${mechanism.mechanism}@BASE\``,
      };
    return { value: { mechanism: mechanism.mechanism, base: undefined } };
  }
  if (!mechanism.registers)
    return { problem: `\`${mechanism.mechanism}\` has no registers that could be at \`${at}\`` };
  const base = parseBytes(at);
  return "problem" in base ? base : { value: { mechanism: mechanism.mechanism, base: base.value } };
}

function needsBase({ registers, base }: Mechanism): boolean {
  return registers !== undefined && base === undefined;
}
