// What a fence is tried with: as it is, without one of its steps, with a weaker one, or where somebody does not keep a promise. Each
// has a name that can stand in a link.
import { type FenceMethod, fenceMethods } from "../model/chip.ts";
import { obligationRules } from "../plan/obligations.ts";
import type { FenceObligation, FencePlan } from "../plan/operation.ts";
import type { Execute, FenceUnderTest } from "./fence-under-test.ts";
import { changedStep, changeName, type Mutant, mutantsOf } from "./mutants.ts";
import type { Scenario } from "./scenario.ts";
import { unkeptWorld } from "./unkept-worlds.ts";

export type FenceChange =
  | { readonly kind: "none" }
  /** Both of its methods do nothing. */
  | { readonly kind: "no-fence" }
  | { readonly kind: "step"; readonly mutant: Mutant }
  | { readonly kind: "obligation"; readonly obligation: FenceObligation };

/** The fence as it is. */
export const unchanged: FenceChange = { kind: "none" };

/** What a changed fence is judged by. */
export interface ChangedFence {
  /** In the world that belongs to the change. */
  readonly fence: FenceUnderTest;
  readonly scenarios: readonly Scenario[];
  readonly execute: Execute;
  /** The step or promise that is not there; undefined where nothing is missing, or all. */
  readonly preventedBy: string | undefined;
}

/** The change cannot be tried: what it takes away is where the model begins. */
export interface NotInModel {
  readonly notInModel: string;
}

export function changedFence(fence: FenceUnderTest, change: FenceChange): ChangedFence | NotInModel {
  const { scenarios, execute } = fence;
  switch (change.kind) {
    case "none":
      return { fence, scenarios, execute, preventedBy: undefined };
    case "no-fence":
      return { fence, scenarios, execute: () => [], preventedBy: undefined };
    case "step": {
      const { mutant } = change;
      return { fence, scenarios, execute: mutant.execute, preventedBy: changedStep(fence.program, mutant) };
    }
    case "obligation": {
      const { kind, text } = change.obligation;
      const { without } = obligationRules[kind];
      if (without.kind === "environment") return { notInModel: without.because };
      const world = unkeptWorld(without, fence);
      return {
        fence: { ...fence, core: world.core ?? fence.core },
        scenarios: world.scenarios,
        execute: world.execute,
        preventedBy: `what the caller promises: ${text}`,
      };
    }
  }
}

/** Every change of a fence that `verify` judges, and before them the fence as it is and none at all. */
export function changesOf(fence: FenceUnderTest): FenceChange[] {
  const { plan, describedCore } = fence;
  return [
    unchanged,
    { kind: "no-fence" },
    ...mutantsOf(plan, describedCore).map((mutant): FenceChange => ({ kind: "step", mutant })),
    ...plan.obligations.map((obligation): FenceChange => ({ kind: "obligation", obligation })),
  ];
}

/**
 * `none`; `without=fence`; `without=acquire.2` for a step that is left out; `changed=acquire.2.weakened.to.dmb.sy` for one that is
 * weaker; `unkept=edge-lines-quiet` for a promise. Only characters that stand in an address as they are; unique within a fence.
 */
export function linkNameOf(change: FenceChange, { obligations }: Pick<FencePlan, "obligations">): string {
  switch (change.kind) {
    case "none":
      return "none";
    case "no-fence":
      return "without=fence";
    case "step": {
      const { kind, fence, step, change: how } = change.mutant;
      return kind === "step removed" ? leftOutName(fence, step) : `changed=${fence}.${step + 1}.${inLink(how)}`;
    }
    case "obligation": {
      const { kind } = change.obligation;
      const place = obligations.filter((each) => each.kind === kind).indexOf(change.obligation);
      return `unkept=${kind}${place > 0 ? `.${place + 1}` : ""}`;
    }
  }
}

/** What the change without a step is called. @param step index from 0 */
export function leftOutName(fence: FenceMethod, step: number): string {
  return `without=${fence}.${step + 1}`;
}

/** The change that a link or a trace names; undefined where the fence has none of that name. */
export function findChange(fence: FenceUnderTest, name: string): FenceChange | undefined {
  return changesOf(fence).find(
    (change) =>
      linkNameOf(change, fence.plan) === name || (change.kind === "step" && changeName(change.mutant) === name),
  );
}

/**
 * The change by which a step is left out. Of a step that only the compiler sees there is none, because nothing is executed for it.
 * @param number from 1, as `fencegen plan` counts
 */
export function leavingOut(fence: FenceUnderTest, method: FenceMethod, number: number): FenceChange | undefined {
  return findChange(fence, leftOutName(method, number - 1));
}

/** Whether a text has the form of such a name, whichever fence it is for. */
export function isLinkName(text: string): boolean {
  const step = `(${fenceMethods.join("|")})\\.[1-9]\\d?`;
  return new RegExp(
    `^(none|without=fence|without=${step}|changed=${step}\\.[\\w.~-]+|unkept=[a-z-]+(\\.[1-9]\\d?)?)$`,
  ).test(text);
}

/** Letters, digits, hyphens and low lines as they are, a space as a dot, all else as its number: two texts never become the same. */
export function inLink(text: string): string {
  return text.replace(/[^\w-]/gu, (character) =>
    character === " " ? "." : `~${character.codePointAt(0)!.toString(16)}~`,
  );
}
