import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { wrapped } from "../diagnostics/wrap.ts";
import type { Citation, UnreadFact } from "../model/chip.ts";
import type { Loaded } from "../pipeline.ts";
import { type ChipFact, chipFacts } from "../provenance/chip-facts.ts";
import { type Coverage, coverageOf, percent, sumOf } from "../provenance/coverage.ts";
import { factsFrom } from "../provenance/documents.ts";
import { type SourceToOpen, sourcesToOpen } from "../provenance/sources-to-open.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { chipPaths, type RenderOptions } from "../render/render-outputs.ts";
import { kindsOfWitness, notTaken } from "../witness/not-taken.ts";
import { type Command, type CommandOptions, type Environment, logDiagnostics, printJson } from "./environment.ts";
import { compareAgainst } from "./facts-against.ts";
import { shownOutput } from "./generate.ts";
import { loadChips, planAll, projectSettings, renderOptions, UsageError } from "./run-pipeline.ts";
import { counted, table } from "./table.ts";

export const facts: Command = {
  name: "facts",
  arguments: "[chip…]",
  summary: "list the facts behind the emitted code, with value, source and grade",
  details: [
    "Grades: manual (read, in a document), code (read, in repositories only), partly (a part of it was read nowhere),",
    "unverified. Listed as `not read` is what would leave a step out, or weaken one: no fence relies on it, and it is not counted.",
    "--coverage counts the facts of each chip, and exits with 1 below `sourcedFactsPercent` of .fencegen.yaml.",
    "--sources lists for a review what has to be opened: first what most facts rest on alone, each place with its facts.",
    "--document is the reverse: what would have to be looked at again if a document changed or an erratum came out.",
    "--against holds one chip beside what somebody else wrote of it, fact by fact: agrees, differs, only here, only there. It exits",
    "with 1 for a difference that the description does not know, and for one that the file has no longer (stale); a known one stands",
    "under `differs` at the fact. A device tree's source becomes a .dtb with",
    "  cpp -nostdinc -undef -x assembler-with-cpp -I include -I DIR BOARD.dts | dtc -@ -I dts -O dtb -o BOARD.dtb",
    "where `include` is that of the tree's repository, and DIR where its .dtsi files are. What is not taken from which file:",
    ...Object.entries(notTaken).flatMap(([kind, sentences]) => [
      `  ${kindsOfWitness[kind as keyof typeof notTaken]}:`,
      ...sentences.map((sentence) => `    - ${sentence}`),
    ]),
  ],
  options: ["against", "sources", "coverage", "document", "chips", "out", "json"],
  examples: [
    ["fencegen facts stm32h743", "every fact of one chip"],
    ["fencegen facts --coverage", "how well each chip is sourced"],
    ["fencegen facts --document 'DUI 0646'", "which outputs depend on this manual"],
    ["fencegen facts stm32h743 --against STM32H743x.svd", "differences from what its maker wrote"],
    ["fencegen facts stm32h743 --sources", "what to open in a review"],
    ["fencegen facts --document 855873", "which outputs depend on this erratum"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  run(ids, options, environment) {
    const asked = [
      ...(options.against.length > 0 ? ["--against"] : []),
      ...(options.sources ? ["--sources"] : []),
      ...(options.coverage ? ["--coverage"] : []),
      ...(options.document === undefined ? [] : ["--document"]),
    ];
    if (asked.length > 1) throw new UsageError(`facts: ask for one of ${asked.join(" and ")} at a time`);
    if (options.against.length > 0 && ids.length !== 1) throw new UsageError("facts: --against needs one chip");
    if (options.sources && ids.length === 0) throw new UsageError("facts: --sources needs the name of a chip");
    if (ids.length === 0 && asked.length === 0)
      throw new UsageError("facts: name a chip, or ask for --coverage or --document");
    const { loaded, selected } = loadChips(ids, options, environment);
    const [chip] = selected;
    if (chip && options.against.length > 0) {
      return compareAgainst(chip, loaded, options, environment) ? 0 : 1;
    }
    const planned = planAll(selected, loaded);
    const described = planned.map((chip) => ({ chip, facts: chipFacts(chip) }));
    const least = options.coverage
      ? projectSettings(environment, loaded.diagnostics)?.settings.sourcedFactsPercent
      : undefined;
    const settings = renderOptions(environment, loaded.diagnostics);
    const problems = loaded.diagnostics.sorted();
    if (!options.json) logDiagnostics(problems, environment);
    const isEnough = options.coverage
      ? printCoverage(described, least, problems, options, environment)
      : options.sources
        ? printSources(described, loaded, problems, options, environment)
        : options.document !== undefined
          ? printDocument(described, options.document, problems, settings, options, environment)
          : printFacts(described, problems, options, environment);
    return loaded.diagnostics.hasErrors || !isEnough ? 1 : 0;
  },
};

interface DescribedChip {
  readonly chip: PlannedChip;
  readonly facts: readonly ChipFact[];
}

function printFacts(
  chips: readonly DescribedChip[],
  problems: readonly Diagnostic[],
  { json }: CommandOptions,
  environment: Environment,
): boolean {
  if (json) {
    printJson(
      {
        chips: chips.map(({ chip, facts }) => ({
          chip: chip.chip.id,
          facts: facts.map(toJson),
          notReliedOn: unreadOf(chip).map(({ claim, instead, sources }) => ({
            claim,
            instead,
            sources: sources.map(citationJson),
          })),
        })),
        diagnostics: problems,
      },
      environment,
    );
  } else {
    // Every line of a fact but its first stands below the fact's name.
    const out = (text: string) => environment.out(wrapped(text, environment.columns?.out, 14));
    for (const { chip, facts } of chips) {
      out(`${chip.chip.id}: ${counted(facts.length, "fact")}, ${sentence(coverageOf(facts))}`);
      for (const fact of facts) {
        out(`  ${fact.grade.padEnd(10)}  ${fact.name} = ${fact.value}\n${" ".repeat(14)}${sourcesText(fact)}`);
        for (const { source, says, because } of fact.differs)
          out(`${" ".repeat(14)}differs: ${says}, says ${sourceText(source)}: ${because}`);
      }
      for (const fact of unreadOf(chip))
        out(`  not read    ${fact.claim}; ${fact.instead}\n${" ".repeat(14)}${sourcesText(fact)}`);
    }
  }
  return true;
}

function printCoverage(
  chips: readonly DescribedChip[],
  least: number | undefined,
  problems: readonly Diagnostic[],
  { json }: CommandOptions,
  environment: Environment,
): boolean {
  const rows = chips.map(({ chip, facts }) => ({ chip: chip.chip.id, ...coverageOf(facts) }));
  const total = sumOf(rows);
  const isEnough = least === undefined || percent(total) >= least;
  if (json) {
    const withPercent = (coverage: Coverage) => ({ ...coverage, sourcedPercent: percent(coverage) });
    printJson(
      {
        chips: rows.map((row) => ({ chip: row.chip, ...withPercent(row) })),
        total: withPercent(total),
        leastPercent: least ?? null,
        diagnostics: problems,
      },
      environment,
    );
    return isEnough;
  }
  const cells = (name: string, coverage: Coverage) => [
    name,
    ...[coverage.facts, coverage.manual, coverage.code, coverage.partly, coverage.unverified].map(String),
    `${percent(coverage)} %`,
    String(coverage.secondSource),
  ];
  const head = ["chip", "facts", "manual", "code", "partly", "unverified", "sourced", "two sources"];
  for (const line of table([head, ...rows.map((row) => cells(row.chip, row)), cells("all", total)]))
    environment.out(line);
  if (!isEnough)
    environment.log(
      `${percent(total)} % of the facts are sourced; .fencegen.yaml asks for ${least} % (sourcedFactsPercent).`,
    );
  return isEnough;
}

function printDocument(
  chips: readonly DescribedChip[],
  text: string,
  problems: readonly Diagnostic[],
  settings: RenderOptions,
  options: CommandOptions,
  environment: Environment,
): boolean {
  const found = chips.flatMap(({ chip, facts }) => {
    const resting = factsFrom(facts, text);
    if (resting.length === 0) return [];
    const paths = chip.fences.length > 0 ? chipPaths(chip, settings) : [];
    return [
      {
        chip: chip.chip.id,
        outputs: paths.map((path) => shownOutput(path, options, environment)),
        facts: resting,
      },
    ];
  });
  if (options.json) {
    const chipsFound = found.map(({ facts, ...rest }) => ({ ...rest, facts: facts.map(toJson) }));
    printJson({ document: text, chips: chipsFound, diagnostics: problems }, environment);
    return true;
  }
  for (const { chip, outputs, facts } of found) {
    environment.out(`${chip}: ${outputs.join(", ") || "refused, no outputs"}`);
    for (const { name, value } of facts) environment.out(`  ${name} = ${value}`);
  }
  if (found.length === 0) environment.log(`No fact behind an output cites anything with \`${text}\` in its name.`);
  return true;
}

function printSources(
  chips: readonly DescribedChip[],
  { library }: Loaded,
  problems: readonly Diagnostic[],
  { json }: CommandOptions,
  environment: Environment,
): boolean {
  const declared = library.all.map(({ value }) => value.sources ?? {});
  const found = chips.map(({ chip, facts }) => ({ chip: chip.chip.id, sources: sourcesToOpen(facts, declared) }));
  if (json) {
    const withUrl = (sources: readonly SourceToOpen[]) =>
      sources.map((source) => ({ ...source, url: source.url ?? null }));
    const chipsFound = found.map(({ chip, sources }) => ({ chip, sources: withUrl(sources) }));
    printJson({ chips: chipsFound, diagnostics: problems }, environment);
    return true;
  }
  for (const { chip, sources } of found) {
    environment.out(`${chip}: ${counted(sources.filter(({ document }) => document !== "").length, "source")} to open`);
    for (const { document, url, facts, factsAlone, places } of sources) {
      const rest = document === "" ? "" : `, ${factsAlone} on nothing else`;
      environment.out(`\n  ${document || "Read nowhere"} (${counted(facts, "fact")}${rest})${url ? ` ${url}` : ""}`);
      for (const { place, read, facts: resting } of places) {
        const reading = read.length === 0 ? "" : ` (read: ${read.join(", ")})`;
        environment.out(`    ${place || (document === "" ? "no remark" : "no place")}${reading}`);
        for (const { name, value } of resting) environment.out(`      ${name} = ${value}`);
      }
    }
  }
  return true;
}

function sentence(coverage: Coverage): string {
  return `${percent(coverage)} % sourced (manual ${coverage.manual}, code ${coverage.code}, partly ${coverage.partly}, unverified ${coverage.unverified})`;
}

/** What is claimed and counts for nothing, because nobody has read it; no fence rests on it. */
function unreadOf({ chip }: PlannedChip): UnreadFact[] {
  return [...new Map(chip.cores.flatMap(({ unread }) => unread).map((fact) => [fact.claim, fact])).values()];
}

function sourcesText({ sources }: Pick<ChipFact, "sources">): string {
  if (sources.length === 0) return "no source";
  return sources.map(sourceText).join("; ");
}

function sourceText({ document, place, verified, readIn, readOn }: Citation): string {
  if (!verified) return `unverified${place ? ` ${place}` : ""}`;
  const reading = [...(readIn === undefined ? [] : [readIn]), ...(readOn === undefined ? [] : [readOn])].join(", ");
  return `${[document, place].filter(Boolean).join(": ")}${reading === "" ? "" : ` (read: ${reading})`}`;
}

function toJson({ name, value, grade, sources, differs }: ChipFact) {
  return {
    name,
    value,
    grade,
    sources: sources.map(citationJson),
    differs: differs.map(({ says, because, source }) => ({ says, because, source: citationJson(source) })),
  };
}

function citationJson({ document, place, verified, readIn, readOn }: Citation) {
  return {
    document,
    place,
    verified,
    ...(readIn !== undefined && { readIn }),
    ...(readOn !== undefined && { readOn }),
  };
}
