// `facts CHIP --against FILE`: a description beside what others say of the chip, fact by fact.
import { visible } from "../diagnostics/characters.ts";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { lineAt, type Pointer } from "../load/source-file.ts";
import { type Loaded, resolveDescription } from "../pipeline.ts";
import type { DescriptionOf } from "../validate/library.ts";
import { compareWithWitness } from "../witness/compare.ts";
import type { FactPlace, Finding, Verdict } from "../witness/finding.ts";
import { plainWord } from "../witness/master-words.ts";
import { notTaken } from "../witness/not-taken.ts";
import type { Witness } from "../witness/witness.ts";
import { type CommandOptions, type Environment, logDiagnostics, printJson } from "./environment.ts";
import { counted } from "./table.ts";
import { readWitnesses } from "./witness-files.ts";

interface Comparison {
  readonly witness: Witness;
  readonly findings: readonly PlacedFinding[];
}

/** With the place of the description's fact, as `path:line`. */
interface PlacedFinding extends Omit<Finding, "here"> {
  readonly here: { readonly value: string; readonly place: string } | undefined;
}

/** @returns whether the description knows of every difference and of none that is gone, and every file could be read */
export function compareAgainst(
  description: DescriptionOf<"chip">,
  loaded: Loaded,
  options: CommandOptions,
  environment: Environment,
): boolean {
  const { diagnostics } = loaded;
  const chip = resolveDescription(description, loaded);
  const witnesses = chip ? readWitnesses(options.against, chip.id, diagnostics, environment) : [];
  const comparisons = witnesses.map((witness): Comparison => {
    const findings = compareWithWitness(chip!, witness).map(({ here, ...rest }) => ({
      ...rest,
      here: here && { value: here.value, place: placeIn(description, here.at, loaded) },
    }));
    return { witness, findings };
  });
  const all = comparisons.flatMap(({ findings }) => findings);
  const problems = diagnostics.sorted();
  if (options.json) printAsJson(description.value.chip ?? "", comparisons, problems, environment);
  else {
    logDiagnostics(problems, environment);
    for (const comparison of comparisons) {
      printComparison(comparison, environment);
      if (isOfOtherName(comparison.witness, chip!.id, chip!.title))
        environment.log(
          visible(
            `${comparison.witness.path} is about \`${comparison.witness.title}\`, by its own words: look whether that is ${chip!.title}.`,
          ),
        );
    }
  }
  return (
    chip !== undefined &&
    !diagnostics.hasErrors &&
    all.every(({ verdict }) => verdict !== "differs" && verdict !== "stale")
  );
}

/** Whether neither name of a chip and of an SVD file is a part of the other. A tree and a pack have other names: boards, devices. */
function isOfOtherName({ kind, title }: Witness, ...names: readonly string[]): boolean {
  // `STM32H743x` is of each STM32H743.
  const own = plainWord(title).replace(/x+$/, "");
  return kind === "svd" && !names.map(plainWord).some((name) => name.includes(own) || own.includes(name));
}

const order: readonly Verdict[] = ["differs", "stale", "known", "only here", "only there", "agrees"];

/** Names in a file may have line breaks in them; what is printed of each fact stays on its own line. */
function printComparison({ witness, findings }: Comparison, environment: Environment): void {
  const out = (line: string) => environment.out(visible(line));
  const log = (line: string) => environment.log(visible(line));
  const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
  const counts = order.map((verdict) => `${verdict} ${count(verdict)}`).join(", ");
  out(`${witness.path} (${witness.title}): ${counted(findings.length, "fact")}: ${counts}`);
  for (const verdict of order)
    for (const { fact, here, there, because } of findings.filter((each) => each.verdict === verdict)) {
      out(`  ${verdict.padEnd(10)}  ${fact}`);
      if (here) out(`${" ".repeat(14)}here   ${here.value} (${here.place})`);
      if (there) out(`${" ".repeat(14)}there  ${there.value} (${there.place})`);
      if (because !== undefined) out(`${" ".repeat(14)}${because}`);
    }
  for (const path of witness.unsizedMemories)
    log(`${witness.path}: ${path} is memory without a size, which the start of the system fills in.`);
  log(`Not taken from ${witness.path}:`);
  for (const sentence of [...witness.unplacedCaches, ...notTaken[witness.kind]]) log(`  - ${sentence}`);
}

function printAsJson(
  chip: string,
  comparisons: readonly Comparison[],
  diagnostics: ReturnType<Diagnostics["sorted"]>,
  environment: Environment,
): void {
  const witnesses = comparisons.map(({ witness: { path, kind, title, unplacedCaches }, findings }) => ({
    ...{ path, kind, title, notTaken: [...unplacedCaches, ...notTaken[kind]] },
    facts: findings.map(({ fact, verdict, here, there, because }) => ({
      ...{ fact, verdict, here: here ?? null, there: there ?? null, because: because ?? null },
    })),
  }));
  printJson({ chip, witnesses, diagnostics }, environment);
}

/** The line of an entry: a level of a core's own stands in that core's file. */
function placeIn({ file, value }: DescriptionOf<"chip">, at: FactPlace, { library }: Loaded): string {
  const inChip = (pointer: Pointer) => `${file.path}:${lineAt(file, pointer)}`;
  if (at.kind === "memory") return inChip(["memories", at.name]);
  if (at.kind === "master") return inChip(["masters", at.name]);
  const coreName = at.kind === "core" ? at.name : at.core;
  const idOfEntry = (entry: { readonly core?: unknown } | undefined) =>
    typeof entry?.core === "object" ? (entry.core as { readonly core?: unknown }).core : entry?.core;
  const cores = value.cores ?? [];
  const index = cores.findIndex((entry) => entry?.name === coreName || idOfEntry(entry) === coreName);
  const entry = cores[index];
  if (at.kind === "core" || !entry) return inChip(["cores", index]);
  const named = (levels: readonly ({ readonly name?: unknown } | undefined)[] | undefined) =>
    (levels ?? []).findIndex((level) => level?.name === at.name);
  const ofEntry = named(entry.caches);
  if (ofEntry !== -1) return inChip(["cores", index, "caches", ofEntry]);
  const ofChip = named(value.caches);
  if (ofChip !== -1) return inChip(["caches", ofChip]);
  const differs = Object.keys(entry.differs?.caches ?? {}).includes(at.name);
  if (differs) return inChip(["cores", index, "differs", "caches", at.name]);
  if (typeof entry.core === "object") return inChip(["cores", index, "core", "caches"]);
  const core = library.get("core", String(entry.core));
  return core
    ? `${core.file.path}:${lineAt(core.file, ["caches", named(core.value.caches)])}`
    : inChip(["cores", index]);
}
