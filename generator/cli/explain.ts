import { join } from "node:path";
import {
  type ExamplePlace,
  type ExplainedCode,
  explainCode,
  explainedCodes,
  isExplained,
} from "../diagnostics/explain-code.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { type ClauseExplained, explainFence, type FenceExplained, type StepExplained } from "../explain/fence.ts";
import { stepKinds } from "../explain/step-kinds.ts";
import { readExamples } from "../load/read-examples.ts";
import { refusalJson, refusalText } from "../program/plan-text.ts";
import {
  type Command,
  type CommandOptions,
  type Environment,
  type ExitCode,
  logDiagnostics,
  outProse,
  printJson,
} from "./environment.ts";
import { chipsToName, loadChips, planAll, surveyFor, UsageError } from "./run-pipeline.ts";

export const explain: Command = {
  name: "explain",
  arguments: "<chip|code|step> [step]",
  summary: "explain a chip's fences, clause by clause, or a problem by its code, or a step",
  details: [
    "Of a chip: what the trait promises, what could go wrong there, which steps keep the promise and why they are enough, and what is",
    "left to whoever writes a driver. Of a code: why it matters, what to do, and an example that fails beside one that is mended. Of a step,",
    "such as maintain-lines: what it is for; behind a chip, such as release:3, why that one is there.",
  ],
  options: ["chips", "json"],
  examples: [
    ["fencegen explain stm32h743", "its fence in plain words"],
    ["fencegen explain stm32h743 release:3", "one step of it"],
    ["fencegen explain rule/unknown-memory", "a problem"],
  ],
  positionals: [1, 2],
  run([topic = "", step], options, environment) {
    if (step === undefined && topic.includes("/")) return ofCode(topic, options, environment);
    if (step === undefined && Object.hasOwn(stepKinds, topic))
      return ofKind(topic as keyof typeof stepKinds, options, environment);
    return ofChip(topic, step, options, environment);
  },
};

function ofCode(code: string, options: CommandOptions, environment: Environment): ExitCode {
  if (!isExplained(code)) throw new UsageError(`there is no code \`${code}\`${didYouMean(code, explainedCodes)}`);
  const explained = explainCode(code, readExamples(join(environment.packageFolder, "dist")));
  if (options.json) printJson({ code: explained, diagnostics: [] }, environment);
  else {
    outProse(codeText(explained), environment);
    const { example } = explained;
    if (!example) return 0;
    // Files and commands are shown as they are.
    environment.out(`\nWrong, in ${places[example.in]}:\n\n${indented(example.failing)}`);
    environment.out(`\nMended:\n\n${indented(example.mended)}`);
  }
  return 0;
}

const places: Readonly<Record<ExamplePlace, string>> = {
  chip: "the description of a chip",
  mechanism: "the description of a mechanism",
  core: "the description of a core",
  architecture: "the description of an architecture",
  settings: "the settings of a project, `.fencegen.yaml`",
  litmus: "a file of litmus programs",
  shell: "a project with one chip, `board`",
};

function codeText({ code, severity, why, mend }: ExplainedCode): string {
  return [`${code} (${severity})`, "", why, "", mend].join("\n");
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? line : `  ${line}`))
    .join("\n");
}

function ofKind(kind: keyof typeof stepKinds, options: CommandOptions, environment: Environment): ExitCode {
  if (options.json) printJson({ step: { kind, is: stepKinds[kind] }, diagnostics: [] }, environment);
  else outProse(`${kind}\n\n${stepKinds[kind]}`, environment);
  return 0;
}

function ofChip(id: string, step: string | undefined, options: CommandOptions, environment: Environment): ExitCode {
  const { loaded, selected } = loadedOrNamed(id, options, environment);
  const [planned] = planAll(selected, loaded);
  const diagnostics = loaded.diagnostics.sorted();
  const fences = planned?.fences.map((fence) => explainFence(planned.chip, fence)) ?? [];
  const shown = step === undefined ? fences : fences.flatMap((fence) => onlyStep(fence, step));
  if (step !== undefined && planned && shown.length === 0) throw new UsageError(noStep(step, fences));
  const refused = step === undefined ? (planned?.refused ?? []) : [];
  if (options.json) printJson({ chip: id, fences: shown, refused: refused.map(refusalJson), diagnostics }, environment);
  else {
    logDiagnostics(diagnostics, environment);
    const texts =
      step === undefined
        ? shown.map(fenceText)
        : [...shown.map(({ fence, clauses }) => clausesText(fence, clauses)), moreOn(id)];
    outProse([...refused.map(refusalText), ...texts].join("\n\n"), environment);
  }
  return planned ? 0 : 1;
}

/** A chip, or a message that knows of the other topics as well. */
function loadedOrNamed(id: string, options: CommandOptions, environment: Environment) {
  const described = chipsToName(surveyFor({ ids: undefined }, options, environment).project.described, environment);
  const [, chip, step] = /^([^:]+):((?:release|acquire):\d+)$/.exec(id) ?? [];
  if (chip !== undefined && described.includes(chip))
    throw new UsageError(`the step stands behind its chip: \`fencegen explain ${chip} ${step}\``);
  if (!described.includes(id) && didYouMean(id, described) === "") {
    const steps = Object.keys(stepKinds);
    const meant =
      didYouMean(id, steps) ||
      `; codes have a slash, such as \`rule/unknown-memory\`, and steps are ${steps.join(", ")}`;
    throw new UsageError(`no chip and no step is called \`${id}\`${meant}`);
  }
  return loadChips([id], options, environment);
}

function onlyStep(fence: FenceExplained, step: string): FenceExplained[] {
  const clauses = fence.clauses.flatMap((clause) => {
    const steps = clause.steps.filter((each) => each.step === step);
    return steps.length > 0 ? [{ ...clause, steps }] : [];
  });
  return clauses.length > 0 ? [{ ...fence, clauses }] : [];
}

function noStep(step: string, fences: readonly FenceExplained[]): string {
  const names = fences.flatMap(({ clauses }) => clauses.flatMap(({ steps }) => steps.map((each) => each.step)));
  const known = [...new Set(names)];
  return `no fence of the chip has a step \`${step}\`${didYouMean(step, known)}; there are ${known.join(", ") || "none"}`;
}

function fenceText({ fence, core, masters, caches, clauses, ofEachBuffer, once }: FenceExplained): string {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : ["", `  ${title}`, ...items.map((item) => `    - ${item}`)];
  return [
    `${fence}: ${core}, ${masters}`,
    ...list("caches", caches),
    ...clauses.flatMap(clauseLines),
    ...list("what is left to do for each buffer", ofEachBuffer),
    ...list("and once", once),
  ].join("\n");
}

/** Of one step: what the whole fence asks for is no part of it. */
function clausesText(fence: string, clauses: readonly ClauseExplained[]): string {
  return [fence, ...clauses.flatMap(clauseLines)].join("\n");
}

function moreOn(id: string): string {
  return `\`fencegen plan ${id}\` has its sources; \`fencegen verify --trace ${id}\` shows for each step that the model needs what goes wrong without it.`;
}

function clauseLines({ clause, promise, danger, steps, enough }: ClauseExplained): string[] {
  return ["", `  ${clause}`, `    ${promise}`, `    ${danger}`, ...steps.map(stepText), `    ${enough}`];
}

function stepText({ step, does, because }: StepExplained): string {
  return `    ${step.split(":")[1]}. ${does}: ${because}`;
}
