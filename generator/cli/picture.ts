// `picture`: an execution of a hand-over as SVG: one that goes wrong where a step is left out or the fence is unsound, else one as it should be.

import { ribbons } from "../picture/ribbons.ts";
import { type Theme, themes } from "../picture/theme.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import { refusalJson, refusalText } from "../program/plan-text.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { completedRun } from "../verifier/completed-run.ts";
import { type FenceChange, leavingOut, linkNameOf, unchanged } from "../verifier/fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "../verifier/fence-under-test.ts";
import { counterexampleNamed, replayNamed } from "../verifier/replay-named.ts";
import { scenarioIds } from "../verifier/scenario-id.ts";
import { encodeSchedule } from "../verifier/schedule-text.ts";
import { chosenFence, chosenStep } from "./chosen-fence.ts";
import { type Command, type CommandOptions, logDiagnostics, printJson } from "./environment.ts";
import { loadChips, planAll, UsageError } from "./run-pipeline.ts";

export const picture: Command = {
  name: "picture",
  arguments: "<chip>",
  summary: "draw what goes wrong without a step of a chip's fence, as SVG",
  details: [
    "A bar for each place that holds the line, over time, the steps of the execution as columns and in words: the first counterexample",
    "without the step, or of the fence as it is where that is not sound; of a sound fence, a hand-over as it should be. The file",
    "stands alone, and is the same for the same fence.",
  ],
  options: ["fence", "without", "theme", "chips", "json"],
  examples: [
    ["fencegen picture stm32h743 --without acquire:2 > acquire-2.svg", "what the step is for"],
    ["fencegen picture stm32h743 --theme light > fence.svg", "a hand-over as it should be"],
  ],
  positionals: [1, 1],
  run(ids, options, environment) {
    const theme = themeOf(options);
    const { loaded, selected } = loadChips(ids, options, environment);
    const [planned] = planAll(selected, loaded);
    const plan = planned && planned.fences.length > 0 ? chosenFence(planned, options) : undefined;
    const drawn = planned && plan && drawnOf(planned, plan, theme, options);
    const refused = plan ? [] : (planned?.refused ?? []);
    const problems = loaded.diagnostics.sorted();
    if (options.json)
      printJson(
        {
          chip: ids[0],
          ...(plan && { fence: plan.name, ...drawn }),
          ...(refused.length > 0 && { refused: refused.map(refusalJson) }),
          diagnostics: problems,
        },
        environment,
      );
    else {
      logDiagnostics(problems, environment);
      for (const refusal of refused) environment.log(refusalText(refusal));
      if (drawn && "svg" in drawn) environment.out(drawn.svg.trimEnd());
      if (drawn && "because" in drawn) environment.log(`There is no execution to draw: ${drawn.because}.`);
    }
    return drawn && "svg" in drawn ? 0 : 1;
  },
};

function themeOf({ theme = "auto" }: CommandOptions): Theme {
  const alone = themes.filter((each) => each !== "page");
  const found = alone.find((each) => each === theme);
  if (!found) throw new UsageError(`picture: --theme ${theme} is none; there are ${alone.join(", ")}`);
  return found;
}

/** What was drawn, by the names that stand in links. */
interface Drawn {
  readonly change: string;
  /** The property that is broken; undefined where none is. */
  readonly property?: string;
  readonly scenario: string;
  readonly schedule: string;
  readonly svg: string;
}

interface NotDrawn {
  readonly change: string;
  readonly because: string;
}

function drawnOf({ chip }: PlannedChip, plan: FencePlan, theme: Theme, { without }: CommandOptions): Drawn | NotDrawn {
  const fence = fenceUnderTest(plan, chip, coreOf(chip, plan));
  const changed = changeOf(fence, without);
  const change = linkNameOf(changed, plan);
  const title = changed.kind === "none" ? plan.name : `${plan.name} without ${without!.replace(":", " step ")}`;
  const found = counterexampleNamed(fence, changed);
  const isShownWhole = changed.kind === "none" && found.kind === "nothing-goes-wrong";
  const shown = found.kind === "counterexample" ? found : isShownWhole ? asItShouldBe(fence) : undefined;
  if (!shown) return { change, because: "because" in found ? found.because : "no execution gets to the end" };
  const { scenario, schedule } = shown;
  const replay = replayNamed(fence, { change, scenario, schedule });
  if ("doesNotReplay" in replay) return { change, because: replay.doesNotReplay };
  return {
    change,
    ...(replay.property !== undefined && { property: replay.property }),
    scenario,
    schedule,
    svg: ribbons(replay, { theme, title }),
  };
}

function changeOf(fence: FenceUnderTest, without: string | undefined): FenceChange {
  if (without === undefined) return unchanged;
  const { fence: method, step } = chosenStep(fence.plan, without);
  const change = leavingOut(fence, method, step);
  if (!change) throw new UsageError(`picture: nothing is executed for step ${without}, which only the compiler sees`);
  return change;
}

/** Of a scenario in which DMA both reads and writes, where there is one. */
function asItShouldBe(fence: FenceUnderTest): Pick<Drawn, "scenario" | "schedule"> | undefined {
  const { scenarios } = fence;
  const scenario = scenarios.find(({ direction }) => direction === "bidirectional") ?? scenarios[0];
  const schedule = scenario && completedRun(fence, scenario);
  return schedule && { scenario: scenarioIds(scenarios).get(scenario)!, schedule: encodeSchedule(schedule) };
}
