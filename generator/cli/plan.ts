import { planJson, planText, refusalJson, refusalText } from "../program/plan-text.ts";
import { takenJson, takenText } from "../program/taken-text.ts";
import { type Command, logDiagnostics, outProse, printJson } from "./environment.ts";
import { loadChips, planAll } from "./run-pipeline.ts";
import { counted } from "./table.ts";

export const plan: Command = {
  name: "plan",
  arguments: "<chip>",
  summary: "show the derived steps of a chip's fences, each with its reason and sources",
  details: [],
  options: ["chips", "json"],
  examples: [
    ["fencegen plan stm32h743", "as text"],
    ["fencegen plan zynq7000 --json", "for programs"],
  ],
  positionals: [1, 1],
  run(ids, options, environment) {
    const { loaded, selected } = loadChips(ids, options, environment);
    const [planned] = planAll(selected, loaded);
    const problems = loaded.diagnostics.sorted();
    if (options.json)
      printJson(
        {
          chip: ids[0],
          ...(planned && takenJson(planned.chip)),
          fences: planned?.fences.map(planJson) ?? [],
          ...(planned && planned.refused.length > 0 ? { refused: planned.refused.map(refusalJson) } : {}),
          diagnostics: problems,
        },
        environment,
      );
    else {
      // Warnings are what `validate` is for; here they would stand between the question and its answer.
      const errors = problems.filter(({ severity }) => severity === "error");
      logDiagnostics(errors, environment);
      const warnings = problems.length - errors.length;
      if (warnings > 0)
        environment.log(
          `${counted(warnings, "warning")}: \`fencegen validate\` shows ${warnings === 1 ? "it" : "them"}.`,
        );
      if (planned) {
        const { chip, refused, fences } = planned;
        outProse(
          [...takenText(chip), ...refused.map(refusalText), ...fences.map((fence) => planText(fence))].join("\n\n"),
          environment,
        );
      }
    }
    return planned ? 0 : 1;
  },
};
