import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { architectures } from "../pipeline.ts";
import { type LitmusProgram, litmusOutcomes } from "../simulator/litmus.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { loadFor, UsageError } from "./run-pipeline.ts";

export const litmus: Command = {
  name: "litmus",
  arguments: "<file.json>",
  summary: "run small programs of loads, stores and barriers, and print every outcome that may happen",
  details: [
    "The file is a list of programs: { arch, name, threads, exists }. A thread is a list of { op: store, loc, value },",
    "{ op: load, loc, reg } and { op: barrier, instr }; the keys of exists name what makes an outcome: 1:x7 is register",
    "x7 of thread 1, x a location. An entry may say the outcomes that it expects; a difference exits with 1.",
  ],
  options: ["chips", "json"],
  examples: [["fencegen litmus tests.json --json", "for programs"]],
  positionals: [1, 1],
  run([path], options, environment) {
    const loaded = loadFor(options, environment);
    const known = architectures(loaded);
    const programs = readPrograms(resolve(environment.workingFolder, path!));
    const results = programs.map((program) => {
      const architecture = known.find(({ litmusArch }) => litmusArch === program.arch);
      if (!architecture)
        throw new UsageError(`${program.name}: no architecture is called \`${program.arch}\` in litmus tests`);
      try {
        return { arch: program.arch, name: program.name, outcomes: litmusOutcomes(program, architecture) };
      } catch (error) {
        if (error instanceof RangeError) throw new UsageError(`${program.name}: ${error.message}`);
        throw error;
      }
    });
    const differing = results.filter(({ outcomes }, index) => {
      const expected = programs[index]!.outcomes;
      return expected !== undefined && canonical(expected) !== canonical(outcomes);
    });
    if (options.json)
      printJson(
        { results, ...(differing.length > 0 && { differing: differing.map(({ arch, name }) => ({ arch, name })) }) },
        environment,
      );
    else {
      logDiagnostics(loaded.diagnostics.sorted(), environment);
      for (const { arch, name, outcomes } of results) {
        environment.out(`${arch} ${name}`);
        for (const outcome of outcomes)
          environment.out(
            `  ${Object.entries(outcome)
              .map(([key, value]) => `${key}=${value}`)
              .join(" ")}`,
          );
      }
      for (const { arch, name } of differing)
        environment.log(`${arch} ${name}: not the outcomes that the file expects`);
      environment.log(`${results.length} programs, ${differing.length} unlike what the file expects.`);
    }
    return differing.length > 0 ? 1 : 0;
  },
};

type Entry = LitmusProgram & { readonly outcomes?: readonly Readonly<Record<string, number>>[] };

function readPrograms(path: string): Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
  if (!Array.isArray(value) || !value.every(isProgram))
    throw new UsageError(`${path}: not a list of programs with arch, name, threads and exists`);
  return value;
}

function isProgram(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { arch, name, threads, exists } = value as Record<string, unknown>;
  return (
    typeof arch === "string" &&
    typeof name === "string" &&
    typeof exists === "object" &&
    exists !== null &&
    Array.isArray(threads) &&
    threads.every((thread) => Array.isArray(thread) && thread.every(isInstruction))
  );
}

function isInstruction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { op, loc, value: stored, reg, instr } = value as Record<string, unknown>;
  if (op === "store") return typeof loc === "string" && typeof stored === "number";
  if (op === "load") return typeof loc === "string" && typeof reg === "string";
  return op === "barrier" && typeof instr === "string";
}

function canonical(outcomes: readonly Readonly<Record<string, number>>[]): string {
  const spelled = outcomes.map((outcome) =>
    Object.entries(outcome)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(" "),
  );
  return spelled.sort().join("; ");
}
