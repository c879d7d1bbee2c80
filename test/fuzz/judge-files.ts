// What must hold of the other files that are read: litmus programs, settings, the manifest, verdicts, and outputs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareEmitted } from "../../generator/cli/emitted-fences.ts";
import { readLitmusFile } from "../../generator/cli/litmus-file.ts";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { parseSource } from "../../generator/load/source-file.ts";
import { architectures, resolveDescription } from "../../generator/pipeline.ts";
import { type LitmusInstruction, litmusOutcomes } from "../../generator/simulator/litmus.ts";
import { validateProject } from "../../generator/validate/validate-others.ts";
import { compareWithWitness } from "../../generator/witness/compare.ts";
import { parseWitnessName, readWitness } from "../../generator/witness/read-witness.ts";
import { Below } from "../../generator/write/below.ts";
import { realDisk } from "../../generator/write/disk.ts";
import { isInside, parseManifest, printManifest } from "../../generator/write/manifest.ts";
import { readVerdicts } from "../../generator/write/verdicts.ts";
import { Fault, type Looks } from "./fault.ts";
import { areWhole } from "./judge-description.ts";
import { validated } from "./library.ts";

/** In memory where there is such a place: a file is written for each input. */
const folder = mkdtempSync(join(tmpdir(), "fencegen-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const known = architectures(validated("chips/none.yaml", "").loaded);

const { loaded } = validated(
  "chips/test-chip.yaml",
  "chip: test-chip\ntitle: T\nvendor: V\ncores: [{ core: cortex-a53 }]\nmemories: { RAM: { base: 0x8000_0000, size: 1GiB } }\nmasters: { DMA: { reaches: all } }\n",
);
const someChip = resolveDescription(loaded.chips[0]!, loaded)!;

/** Far below what the command looks for, so that a program takes a moment. */
const effort = { states: 20_000, outcomes: 5_000 };

export function judgeLitmus(bytes: Buffer, looks: Looks): string {
  looks.note("no exception");
  const path = join(folder, "litmus.json");
  writeFileSync(path, bytes);
  const text = bytes.toString("utf8");
  const diagnostics = new Diagnostics();
  const read = readLitmusFile(path, "litmus.json", known, diagnostics);
  looks.note("a diagnostic is whole");
  areWhole(diagnostics.sorted(), "litmus.json", text);
  if (!read && !diagnostics.hasErrors) throw new Fault("a diagnostic is whole", "neither programs nor a reason");
  if (!read) return "invalid";
  let isDecided = true;
  for (const { program, architecture } of read.entries) {
    const answer = litmusOutcomes(program, architecture, effort);
    isDecided &&= "outcomes" in answer;
    if (!("outcomes" in answer)) continue;
    if (answer.outcomes.length === 0) throw new Fault("no exception", "a program without an outcome");
    const keys = Object.keys(program.exists);
    for (const outcome of answer.outcomes)
      if (!keys.every((key) => Object.hasOwn(outcome, key) && Number.isInteger(outcome[key])))
        throw new Fault("no exception", `an outcome without its keys: ${JSON.stringify(outcome)}`);
    if (looks.at("litmus answers do not depend on names", JSON.stringify(program))) {
      const other = litmusOutcomes(renamed(program), architecture, effort);
      const values = (list: readonly Readonly<Record<string, number>>[], names: readonly string[]) =>
        JSON.stringify(list.map((each) => names.map((name) => each[name])).sort(compare));
      if (!("outcomes" in other))
        throw new Fault("litmus answers do not depend on names", "undecided with other names");
      if (values(answer.outcomes, keys) !== values(other.outcomes, keys.map(renamedKey)))
        throw new Fault("litmus answers do not depend on names", `other outcomes for ${program.name}`);
    }
  }
  return isDecided ? "answered" : "undecided";
}

/** A file that says something of a chip is read to its end, or there is a reason; what it says is compared with any chip. */
export function judgeWitness(path: string, bytes: Buffer, looks: Looks): string {
  looks.note("no exception");
  const diagnostics = new Diagnostics();
  const witness = readWitness(bytes, parseWitnessName(path), path, "td32", diagnostics);
  looks.note("a diagnostic is whole");
  for (const { code, message, mend } of diagnostics.sorted())
    if (!code.startsWith("witness/") || message === "" || mend === "")
      throw new Fault("a diagnostic is whole", `${code}: ${message}`);
  if (!witness && !diagnostics.hasErrors) throw new Fault("a diagnostic is whole", "neither a witness nor a reason");
  if (!witness) return "invalid";
  for (const { fact, here, there } of compareWithWitness(someChip, witness))
    if (fact === "" || (!here && !there)) throw new Fault("no exception", `a finding about nothing: ${fact}`);
  return "compared";
}

function compare(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

type Program = Parameters<typeof litmusOutcomes>[0];
/** Different names stay different ones, and short. */
const name = (text: string) => `n${Buffer.from(text).toString("hex").slice(0, 60)}`;
const renamedKey = (key: string) => {
  const [, thread, register] = /^(\d+):(.*)$/s.exec(key) ?? [];
  return thread === undefined ? name(key) : `${thread}:${name(register!)}`;
};

function renamed(program: Program): Program {
  const threads = program.threads.map((thread) => thread.map(renamedInstruction));
  const exists = Object.fromEntries(Object.entries(program.exists).map(([key, value]) => [renamedKey(key), value]));
  return { ...program, threads, exists };
}

function renamedInstruction(instruction: LitmusInstruction): LitmusInstruction {
  switch (instruction.op) {
    case "store":
      return { ...instruction, loc: name(instruction.loc) };
    case "load":
      return { ...instruction, loc: name(instruction.loc), reg: name(instruction.reg) };
    case "barrier":
      return instruction;
  }
}

export function judgeSettings(bytes: Buffer, looks: Looks): string {
  looks.note("no exception");
  const text = bytes.toString("utf8");
  const diagnostics = new Diagnostics();
  const project = validateProject(parseSource(".fencegen.yaml", text, diagnostics), diagnostics);
  looks.note("a diagnostic is whole");
  areWhole(diagnostics.sorted(), ".fencegen.yaml", text);
  looks.note("settings are whole");
  if (!project && !diagnostics.hasErrors) throw new Fault("settings are whole", "neither settings nor a reason");
  return project && !diagnostics.hasErrors ? "valid" : "invalid";
}

export function judgeManifest(bytes: Buffer, looks: Looks): string {
  looks.note("no exception");
  const manifest = parseManifest(bytes.toString("utf8"));
  if (!manifest) return "no manifest";
  looks.note("a manifest is read as it is printed");
  const paths = [
    ...[...manifest.chips.values()].flatMap(Object.keys),
    ...manifest.shared.keys(),
    ...manifest.older.keys(),
  ];
  const outside = paths.find((path) => !isInside(path));
  if (outside !== undefined) throw new Fault("a manifest is read as it is printed", `leads out: ${outside}`);
  if (manifest.older.size > 0) return "an older one";
  const again = parseManifest(printManifest(manifest));
  const plain = (one: typeof manifest | undefined) =>
    JSON.stringify(one && [[...one.chips].sort(), [...one.shared].sort()]);
  if (plain(again) !== plain(manifest)) throw new Fault("a manifest is read as it is printed", "another manifest");
  return "valid";
}

export function judgeVerdicts(bytes: Buffer, looks: Looks): string {
  looks.note("no exception");
  writeFileSync(join(folder, ".unsound.json"), bytes);
  const diagnostics = new Diagnostics();
  const verdicts = readVerdicts({ chipsFolder: folder, shown: (path) => path }, diagnostics);
  looks.note("what cannot be read is no empty memory");
  const isReported = diagnostics.sorted().some(({ code }) => code === "verdicts/unreadable");
  if (isReported === (verdicts !== undefined)) throw new Fault("what cannot be read is no empty memory", "not said");
  return verdicts === undefined ? "invalid" : verdicts.size > 0 ? "some" : "none";
}

/** @param expected what is printed for the file */
export function judgeOutput(expected: string, bytes: Buffer, looks: Looks): string {
  looks.note("no exception");
  looks.note("a changed output is noticed");
  mkdirSync(join(folder, "typescript"), { recursive: true });
  const path = "typescript/a.ts";
  writeFileSync(join(folder, path), bytes);
  const { state, firstDifference } = compareEmitted(new Below(folder, realDisk), { path, content: expected });
  const isSame = bytes.equals(Buffer.from(expected));
  if ((state === "agrees") !== isSame) throw new Fault("a changed output is noticed", state);
  if (isSame) return "agrees";
  const line = firstDifference?.line ?? 0;
  if (line < 1 || line > expected.split("\n").length) throw new Fault("a changed output is noticed", "no place");
  return "differs";
}
