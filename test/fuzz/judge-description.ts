// What must hold of any text that stands where a description is read.

import { visible, visibleLines } from "../../generator/diagnostics/characters.ts";
import { codes } from "../../generator/diagnostics/codes.ts";
import type { Diagnostic } from "../../generator/diagnostics/diagnostic.ts";
import { formatDiagnostic } from "../../generator/diagnostics/format.ts";
import { type Loaded, planDescription } from "../../generator/pipeline.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planKey } from "../../generator/plan/plan-key.ts";
import { planJson, planText, refusalJson, refusalText } from "../../generator/program/plan-text.ts";
import { chipFacts } from "../../generator/provenance/chip-facts.ts";
import { coverageOf } from "../../generator/provenance/coverage.ts";
import type { ListedChip, OutputFile } from "../../generator/render/printer.ts";
import { type PlannedChip, renderChip, renderCommon } from "../../generator/render/render-outputs.ts";
import { foreignInstructions } from "../../generator/validate/shipped-instructions.ts";
import { brokenProperty, verifyFence } from "../../generator/verifier/verify-fence.ts";
import { fragments, withTexts } from "../render/hostile.ts";
import { type Emitted, holdsSameProgram, programOf, seenThroughout } from "../render/same-program.ts";
import { bundleOf } from "../support/bundle.ts";
import { compilableTarget, formatProblems, rustProblems, typeScriptProblems } from "./compilers.ts";
import { Fault, hashOf, type Looks, randomOf } from "./fault.ts";
import { validated, validatedByPipeline } from "./library.ts";
import { reordered, textOf, treeOf } from "./tree.ts";

export type Outcome = "not YAML" | "invalid" | "refused" | "planned" | "valid, no chip";

/** Single files, each complete in itself. */
export const renderOptions = {
  licence: ["One line."],
  optimize: "size",
  rust: { files: { fence: { file: "rust/src/{name}.rs" } } },
} as const;

/** @throws {Fault} where a property does not hold */
export function judgeDescription(path: string, text: string, looks: Looks): Outcome {
  looks.note("no exception");
  const { file, loaded } = validated(path, text);
  const planned = loaded.chips.flatMap((chip) => planDescription(chip, loaded) ?? []);
  const problems = loaded.diagnostics.sorted();
  if (looks.at("a diagnostic is whole", text)) areWhole(problems, path, text);
  if (looks.at("planned, or refused with a reason", text)) isPlannedOrRefused(loaded, planned);
  if (looks.at("the pipeline says the same", text)) pipelineAgrees(path, text, problems);
  for (const chip of planned) judgePlanned(chip, file.value, text, looks);
  if (planned.length > 0 && file.path.startsWith("chips/") && looks.at("the order of keys does not matter", text))
    orderDoesNotMatter(path, file.value, text, planned);
  if (file.value === undefined) return "not YAML";
  if (problems.some(({ severity, code }) => severity === "error" && !code.startsWith("plan/"))) return "invalid";
  if (problems.some(({ severity }) => severity === "error")) return "refused";
  return loaded.chips.length === 0 ? "valid, no chip" : "planned";
}

/** Problems with a file as a whole, which have no place in it. */
const ofWholeFile = /^(io|output)\//;

export function areWhole(problems: readonly Diagnostic[], path: string, text: string): void {
  const lines = text.split("\n");
  for (const diagnostic of problems) {
    const fail = (why: string): never => {
      throw new Fault(
        "a diagnostic is whole",
        `${diagnostic.code}: ${why}: ${JSON.stringify(diagnostic).slice(0, 500)}`,
      );
    };
    const { code, severity, message, why, mend, range } = diagnostic;
    if (!Object.hasOwn(codes, code)) fail("no such code");
    if (codes[code].severity !== severity) fail("another severity");
    for (const words of [message, why, mend]) if (typeof words !== "string" || words.trim() === "") fail("no words");
    if (
      /\[object |\bundefined\b|\bNaN\b|=>/.test(message.replace(/`[^`]*`/g, "")) &&
      !/undefined|NaN|object|=>/.test(text)
    )
      fail("words of a machine");
    if (
      !range &&
      !ofWholeFile.test(code) &&
      !(code === "litmus/too-large" && /bytes, and a file/.test(message)) &&
      !(code === "yaml/syntax" && /by aliases too often/.test(message))
    )
      fail("no place");
    if (range) {
      const { start, end } = range;
      const isBefore = start.line < end.line || (start.line === end.line && start.column < end.column);
      if (!isBefore || start.line < 1 || start.column < 1) fail("no range");
      if (diagnostic.path === path && start.line > lines.length) fail("behind the end");
      const line = diagnostic.path === path ? lines[start.line - 1]! : undefined;
      if (line !== undefined && start.column > line.length + 2) fail("behind the line's end");
      const { excerpt } = diagnostic;
      if (excerpt === undefined) fail("no excerpt");
      else if (line !== undefined && !line.includes(excerpt)) fail("another excerpt");
    }
    const shown = formatDiagnostic(diagnostic);
    if (visibleLines(shown) !== shown || shown.split("\n").length > 6) fail("prints more than it says");
    if (visible(shown.replaceAll("\n", " ")).length > 60_000) fail("prints too much");
  }
}

function isPlannedOrRefused(loaded: Loaded, planned: readonly PlannedChip[]): void {
  if (planned.length === loaded.chips.length || loaded.diagnostics.hasErrors) return;
  throw new Fault("planned, or refused with a reason", "neither planned nor refused");
}

function pipelineAgrees(path: string, text: string, problems: readonly Diagnostic[]): void {
  const loaded = validatedByPipeline(path, text);
  for (const chip of loaded.chips) planDescription(chip, loaded);
  const others = loaded.diagnostics.sorted();
  // Rules that look at other chips and shared descriptions only report more there.
  const missing = problems.find((one) => !others.some((other) => JSON.stringify(other) === JSON.stringify(one)));
  if (missing) throw new Fault("the pipeline says the same", `not found: ${JSON.stringify(missing)}`);
}

function listed(id: string): ListedChip {
  return { id, paths: [`rust/src/${id}.rs`] };
}

/** What must hold of a chip that is planned. */
function judgePlanned(planned: PlannedChip, value: unknown, text: string, looks: Looks): void {
  if (looks.at("answers are printable", text)) answersArePrintable(planned);
  if (planned.fences.length === 0) return;
  if (looks.at("renders as well-formed text", text)) {
    const emitted = emit(planned);
    asFault("renders as well-formed text", () => holdsSameProgram(programOf(emitted), emitted));
    const shared = renderCommon([listed(planned.chip.id), listed("another")], renderOptions, {
      architectures: [],
      cores: [],
    });
    asFault("renders as well-formed text", () => seenThroughout(shared.map(({ content }) => content).join("\n")));
  }
  if (looks.at("no text gets out of any sink", text)) {
    const random = hashOf(text);
    const fragment = (index: number) => fragments[(index + random) % fragments.length];
    const change = (index: number) => `${fragment(index)}x${index}${fragment(index * 7 + 3)}`;
    const hostile = emit(withTexts(planned, change));
    // Not with its own texts: a name such as C is also a word of the program, and one word then becomes two.
    const honest = emit(withTexts(planned, (index) => `harmless ${index}`));
    asFault("no text gets out of any sink", () => holdsSameProgram(programOf(honest), hostile));
  }
  if (looks.at("sound and reachable", text)) verify(planned, looks);
  if (looks.at("TypeScript type-checks", text)) {
    const problems = typeScriptProblems(planned.chip.id, emit(planned).typescript);
    if (problems !== "") throw new Fault("TypeScript type-checks", problems);
  }
  if (looks.at("Rust is formatted and compiles", text)) judgeRust(planned, value, looks);
}

/** Instructions that no shipped description has are not assembled: whether there are such, only their author knows. */
function judgeRust(planned: PlannedChip, value: unknown, looks: Looks): void {
  const files = renderChip(planned, renderOptions).filter(({ path }) => path.endsWith(".rs"));
  const fail = (by: string, problems: string) => {
    if (problems !== "") throw new Fault("Rust is formatted and compiles", `${by}: ${problems}`);
  };
  looks.note("  formatted");
  for (const { content } of files) fail("rustfmt", formatProblems(content));
  const target = compilableTarget(planned.chip.cores.flatMap(({ rustTargets }) => rustTargets));
  if (target === undefined || foreignInstructions(value).length > 0) return;
  looks.note("  compiled");
  const ofTarget = planned.fences.filter((fence) => coreOf(planned.chip, fence).rustTargets.includes(target));
  fail(
    `rustc for ${target}`,
    rustProblems(
      bundleOf(files, []),
      target,
      ofTarget.map(({ name }) => name),
    ),
  );
}

function answersArePrintable(planned: PlannedChip): void {
  const facts = chipFacts(planned);
  coverageOf(facts);
  const json = JSON.stringify([...planned.fences.map(planJson), ...planned.refused.map(refusalJson), facts]);
  JSON.parse(json);
  for (const text of [...planned.fences.map(planText), ...planned.refused.map(refusalText)])
    if (text.trim() === "") throw new Fault("answers are printable", "a plan without a word");
}

export function emit(planned: PlannedChip): Emitted {
  const files: readonly OutputFile[] = renderChip(planned, renderOptions);
  const of = (end: string) => files.flatMap(({ path, content }) => (path.endsWith(end) ? [content] : [])).join("\n");
  return { rust: of(".rs"), typescript: of(".ts") };
}

/** Far below what the command searches, so that one fence takes a second at most; what is beyond is undecided. */
const effort = { scenario: 2000, fence: 12_000, changes: 4000 };

function verify({ chip, fences }: PlannedChip, looks: Looks): void {
  for (const plan of fences) {
    const core = coreOf(chip, plan);
    planKey(plan, chip, core);
    const verdict = verifyFence(plan, chip, core, undefined, effort);
    const broken = brokenProperty(verdict);
    if (broken) throw new Fault("sound and reachable", `${plan.name} breaks ${broken}`);
    if (verdict.undecided !== undefined) looks.note(`  undecided${verdict.sound ? ", but sound" : ""}`);
    else if (!verdict.reachable) throw new Fault("sound and reachable", `${plan.name} is not reachable`);
    else looks.note("  sound and reachable");
  }
}

function orderDoesNotMatter(path: string, value: unknown, text: string, planned: readonly PlannedChip[]): void {
  const other = textOf(reordered(treeOf(value), randomOf(text)));
  const { loaded } = validated(path, other);
  const again = loaded.chips.flatMap((chip) => planDescription(chip, loaded) ?? []);
  const all = (chips: readonly PlannedChip[]) =>
    JSON.stringify([
      chips.flatMap((chip) => (chip.fences.length > 0 ? renderChip(chip, renderOptions) : [])),
      chips.flatMap((chip) => [...chip.fences.map(planText), ...chip.refused.map(refusalText)]),
    ]);
  const [one, two] = [all(planned), all(again)];
  if (one === two) return;
  const at = [...one].findIndex((character, index) => character !== two[index]);
  const around = (whole: string) => whole.slice(Math.max(0, at - 200), at + 200);
  throw new Fault("the order of keys does not matter", `${around(one)}\n--- and in another order:\n${around(two)}`);
}

/** The texts of hostile inputs each begin with a word of their own, which is what is left of them in the honest one. */
export const marker = /zq\d+q/;

/**
 * What must hold where texts end comments and strings: the program is that of harmless texts.
 * @param text a description in which some texts hold a marker
 */
export function judgeMarked(path: string, text: string, looks: Looks): Outcome {
  const outcome = judgeDescription(path, text, looks);
  if (outcome !== "planned" || !looks.at("no text gets out", text)) return outcome;
  const { file, loaded } = validated(path, text);
  const honest = validated(path, textOf(treeOf(harmless(file.value)))).loaded;
  const planAll = (all: Loaded) => all.chips.flatMap((chip) => planDescription(chip, all) ?? []);
  const [hostilePlans, honestPlans] = [planAll(loaded), planAll(honest)];
  if (honestPlans.length !== hostilePlans.length)
    throw new Fault("no text gets out", "planned with hostile texts, but not with harmless ones");
  for (const [at, hostile] of hostilePlans.entries())
    if (hostile.fences.length > 0)
      asFault("no text gets out", () => holdsSameProgram(programOf(emit(honestPlans[at]!)), emit(hostile)));
  return outcome;
}

function harmless(value: unknown): unknown {
  if (typeof value === "string") return marker.exec(value)?.[0] ?? value;
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [marker.exec(key)?.[0] ?? key, harmless(each)]));
}

function asFault(property: Fault["property"], check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof Error && error.constructor === Error ? new Fault(property, error.message) : error;
  }
}
