// What `verify` found of a fence, as text and as JSON.
import { wrapped } from "../diagnostics/wrap.ts";
import { typeScriptPath } from "../render/typescript/printer.ts";
import { replaySnippet, traceText } from "../verifier/trace.ts";
import { brokenProperty, type FenceVerdict } from "../verifier/verify-fence.ts";
import type { EmittedFile } from "./emitted-fences.ts";
import type { CommandOptions } from "./environment.ts";
import type { ExecutionLinks } from "./execution-links.ts";

export interface Result {
  readonly chip: string;
  /** Fences with the same key are the same to the model. */
  readonly planKey: string;
  readonly fence: string;
  /** Of the fence that was explored, whose name it has. */
  readonly verdict: FenceVerdict;
  /** The chip's generated files, compared with what its plan prints; undefined where the project's settings are wrong. */
  readonly emitted: readonly EmittedFile[] | undefined;
  readonly milliseconds: number;
  /** Fence that was explored in its place, because it is the same one. */
  readonly sameAs: string | undefined;
  /** The chip of the fence that was explored, whose masters and regions the scenarios name. */
  readonly exploredFor: string;
}

/** All of a chip's files in a word: one that differs counts more than one that is not there. */
function emittedWords(emitted: Result["emitted"]): string {
  if (emitted === undefined) return "files not compared";
  if (emitted.some(({ state }) => state === "differs")) return "FILES DIFFER";
  const missing = emitted.filter(({ state }) => state === "not generated");
  if (missing.length === emitted.length) return "files not generated";
  return missing.length === 0 ? "files agree" : `not generated: ${missing.map(({ path }) => path).join(", ")}`;
}

/** Sound, reachable and decided; whether all of it is necessary counts where somebody asks for that. */
export function stands({ sound, necessary, reachable, undecided }: FenceVerdict, isStrict: boolean): boolean {
  return sound && reachable && undecided === undefined && (necessary || !isStrict);
}

/** What no execution needs. */
export function superfluous({ steps, obligations }: FenceVerdict): string[] {
  return [
    ...steps.flatMap(({ verdict, fence, step, change }) =>
      verdict === "superfluous" ? [`superfluous: ${fence}, ${step}: ${change}`] : [],
    ),
    ...obligations.flatMap(({ verdict, text }) => (verdict === "not needed" ? [`not needed: ${text}`] : [])),
  ];
}

export function resultText(
  { chip, planKey, fence, verdict, emitted, sameAs, exploredFor }: Result,
  { trace: withTraces, strict }: CommandOptions,
  columns: number | undefined,
  linkTo: ExecutionLinks = () => undefined,
): string {
  const { sound, necessary, reachable, mutants, states, counterexamples, steps } = verdict;
  const isSuperfluous = superfluous(verdict).length > 0;
  const words = [
    sound ? "sound" : brokenProperty(verdict) ? "NOT SOUND" : "SOUNDNESS UNDECIDED",
    necessary
      ? "necessary"
      : isSuperfluous || !verdict.undecided
        ? strict
          ? "NOT NECESSARY"
          : "not all necessary"
        : "NECESSITY UNDECIDED",
    reachable ? "reachable" : verdict.undecided ? "REACH UNDECIDED" : "NOT REACHABLE",
    emittedWords(emitted),
  ];
  const lines = [
    `${chip} ${fence}: ${words.join(", ")}; mutants killed ${mutants.killed}/${mutants.total}, ${states} states${sameAs ? `, as ${sameAs}` : ""}`,
  ];
  if (verdict.undecided) lines.push(`  undecided: ${verdict.undecided}`);
  for (const example of counterexamples.slice(0, 1)) {
    lines.push(
      traceText(example, "  "),
      indented(replaySnippet(exploredFor, sameAs ?? fence, undefined, example), "  "),
      ...seenAt(linkTo(planKey, undefined, example), "  "),
    );
  }
  for (const step of steps) {
    if (step.verdict === "architectural" && withTraces)
      lines.push(`  architectural: ${step.fence}, ${step.step}: ${step.change}, but ${step.because} demands it`);
    if (withTraces && step.verdict === "footprint")
      lines.push(`  ${step.fence}, ${step.step}: ${step.change}: ${step.because}`);
    if (withTraces && step.counterexample)
      lines.push(
        `  ${step.fence}, ${step.step}: ${step.change}`,
        traceText(step.counterexample, "    "),
        indented(replaySnippet(exploredFor, sameAs ?? fence, step.name, step.counterexample), "    "),
        ...seenAt(linkTo(planKey, step.name, step.counterexample), "    "),
      );
  }
  lines.push(...superfluous(verdict).map((each) => `  ${each}`));
  // Traces and what replays them are columns and code, which stay as they are.
  return lines.map((line) => (line.includes("\n") ? line : wrapped(line, columns, 4))).join("\n");
}

/** Two lines, which are left as they are. */
function seenAt(link: string | undefined, margin: string): string[] {
  return link === undefined ? [] : [`${margin}See it step by step:\n${margin}${link}`];
}

function indented(text: string, margin: string): string {
  return ["Replay it:", ...text.split("\n")].map((line) => margin + line).join("\n");
}

export function resultJson({ chip, fence, verdict, emitted, milliseconds, sameAs }: Result) {
  const emittedClass = emitted?.find(({ path }) => path === typeScriptPath(chip));
  return {
    chip,
    ...verdict,
    fence,
    ...(emitted && { emittedFiles: emitted.map(({ path, state }) => ({ path, state })) }),
    ...(emittedClass &&
      emittedClass.state !== "not generated" && { emittedClassAgrees: emittedClass.state === "agrees" }),
    ...(sameAs && { sameAs }),
    milliseconds,
  };
}
