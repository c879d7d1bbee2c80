// What the playground works with, in a worker of the browser: a text goes in, and what the page shows of it comes out, as plain data.
// The stages are those of the command, so that the problems, the plan and the files are the same.
import { renamed } from "../../compare/renamed.ts";
import { outputChanges } from "../../compare/text-diff.ts";
import { type Diagnostic, Diagnostics } from "../../diagnostics/diagnostic.ts";
import { type Names, namesIn } from "../../editors/names.ts";
import { parseSource, sourceOfShipped } from "../../load/source-file.ts";
import { type Loaded, planDescription, sharedDescriptions, usesOf, validateTogether } from "../../pipeline.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { type PlanOutline, planOutline } from "../../program/plan-outline.ts";
import { planText, refusalText } from "../../program/plan-text.ts";
import type { OutputFile } from "../../render/printer.ts";
import { type PlannedChip, renderChip, renderShared, sharedPaths } from "../../render/render-outputs.ts";
import { idOf } from "../../validate/library.ts";
import { type Description, validateSchema } from "../../validate/validate-schema.ts";
import type { FenceTask } from "../../verifier/judge.ts";
import { verifyFence } from "../../verifier/verify-fence.ts";
import { type Completions, completionsAt, type Meaning, meaningAt } from "./completions.ts";
import type { PlaygroundProject } from "./playground-project.ts";
import { type Proof, proofOf } from "./proof.ts";

/** What is known of a text as soon as it is typed. */
export interface Look {
  /** The name that its file would have. */
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined where there is none, for the reasons that the diagnostics give or because no chip is described. */
  readonly result: Result | undefined;
}

export interface Result {
  readonly id: string;
  readonly plans: readonly PlanOutline[];
  /** Of each core for which no fence is sound, why. */
  readonly refusals: readonly string[];
  readonly rust: readonly OutputFile[];
  readonly typescript: readonly OutputFile[];
}

/** What differs, in pieces: lines begin with `+`, `-` or a space. */
export interface Difference {
  readonly title: string;
  readonly changedLines: number;
  readonly pieces: readonly { readonly line: number; readonly lines: readonly string[] }[];
}

export interface Workbench {
  look(text: string): Look;
  /** The fences of the text that was looked at last. */
  tasks(): readonly FenceTask[];
  /** From another description to the one that was looked at last, but for names of the chip; undefined where one of them has no plan. */
  difference(other: string): Promise<readonly Difference[] | undefined>;
  completions(text: string, offset: number): Completions | undefined;
  meaning(text: string, offset: number): Meaning | undefined;
}

export function openWorkbench({ descriptions, uses, render }: PlaygroundProject): Workbench {
  const ofShared = new Diagnostics();
  const shared = descriptions.flatMap((each) => {
    const { path } = each;
    const file = "text" in each ? parseSource(path, each.text, ofShared) : sourceOfShipped(path, each.value);
    return validateSchema(file, ofShared) ?? [];
  });
  let loaded: Loaded | undefined;
  let planned: PlannedChip | undefined;
  let names: Names | undefined;

  const namesNow = (): Names => {
    names ??= namesIn((loaded ?? plannedFrom("", shared, ofShared).loaded).library, (each) => !shared.includes(each));
    return names;
  };
  const resultOf = ({ loaded }: Pick<Looked, "loaded">, found: PlannedChip): Result => {
    const described = sharedDescriptions(
      loaded,
      new Set([...uses, ...loaded.chips.flatMap((chip) => usesOf(chip, loaded.library))]),
    );
    const wanted = sharedPaths(found, render);
    const shared = renderShared(render, described).filter(({ path }) => wanted.includes(path));
    // As in the output folder: a chip without a fence has no files.
    const files = found.fences.length === 0 ? [] : [...renderChip(found, render), ...shared];
    return {
      id: found.chip.id,
      plans: found.fences.map(planOutline),
      refusals: found.refused.map(refusalText),
      rust: files.filter(({ path }) => path.endsWith(".rs")),
      typescript: files.filter(({ path }) => path.endsWith(".ts")),
    };
  };
  return {
    look(text) {
      const found = plannedFrom(text, shared, ofShared);
      ({ loaded, planned } = found);
      names = undefined;
      return {
        path: found.path,
        diagnostics: loaded.diagnostics.sorted(),
        result: planned && resultOf(found, planned),
      };
    },
    tasks() {
      const { chip, fences = [] } = planned ?? {};
      return chip ? fences.map((plan) => ({ plan, chip, core: coreOf(chip, plan) })) : [];
    },
    async difference(other) {
      const base = plannedFrom(other, shared, ofShared);
      if (!base.planned || !loaded || !planned) return undefined;
      const sides = [base, { loaded, planned }].map((side) => ({
        plan: planTexts(side.planned!),
        ...resultOf(side, side.planned!),
      }));
      const [before, after] = sides as [(typeof sides)[0], (typeof sides)[0]];
      const [from, to] = [base.planned.chip, planned.chip];
      const asNow = (text: string) => renamed(text, from, to);
      return Promise.all([
        differenceOf("Plan", asNow(before.plan), after.plan),
        differenceOf("Rust", asNow(joined(before.rust)), joined(after.rust)),
      ]);
    },
    completions: (text, offset) => completionsAt(text, offset, namesNow()),
    meaning: (text, offset) => meaningAt(text, offset, namesNow()),
  };
}

/** Explores a fence; what the page shows of it. */
export function prove({ plan, chip, core }: FenceTask): Proof {
  return proofOf(verifyFence(plan, chip, core));
}

/** The file is called as its chip, which is what generated files name. */
export function pathOf(text: string): string {
  const [, kind, id = "my-chip"] = /^(chip|core|mechanism|architecture):[ \t]*["']?([a-z0-9-]+)/m.exec(text) ?? [];
  return `${kind === undefined || kind === "chip" ? "chips" : `${kind}s`}/${id}.yaml`;
}

interface Looked {
  readonly path: string;
  readonly loaded: Loaded;
  readonly planned: PlannedChip | undefined;
}

function plannedFrom(text: string, shared: readonly Description[], ofShared: Diagnostics): Looked {
  const diagnostics = new Diagnostics();
  diagnostics.take(ofShared);
  const path = pathOf(text);
  const file = parseSource(path, text, diagnostics);
  const own = validateSchema(file, diagnostics);
  const paths = [...shared.map((each) => each.file.path), path];
  const loaded = validateTogether(own ? [...shared, own] : shared, paths, diagnostics);
  const [chip] = loaded.chips;
  return { path, loaded, planned: chip && idOf(chip) ? planDescription(chip, loaded) : undefined };
}

function planTexts({ fences, refused }: PlannedChip): string {
  return [...fences.map(planText), ...refused.map(refusalText)].join("\n\n");
}

function joined(files: readonly OutputFile[]): string {
  return files.map(({ content }) => content).join("\n");
}

async function differenceOf(title: string, before: string, after: string): Promise<Difference> {
  const { changedLines, hunks } = await outputChanges([{ path: title, before, after }]);
  return { title, changedLines, pieces: hunks.map(({ line, lines }) => ({ line, lines })) };
}
