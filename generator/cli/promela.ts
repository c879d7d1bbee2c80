// `verify --promela`: the scenarios of a fence as a model for Spin, in the place of a verdict of its own.
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import { promelaModel } from "../promela/model.ts";
import { NotExpressed } from "../promela/not-expressed.ts";
import { type Scenario, scenariosOf } from "../promela/scenarios.ts";
import { portsOf } from "../promela/world.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { chosenFence, chosenStep } from "./chosen-fence.ts";
import { type CommandOptions, type Environment, type ExitCode, logDiagnostics, printJson } from "./environment.ts";
import { loadChips, planAll, UsageError } from "./run-pipeline.ts";
import { counted } from "./table.ts";

export function printPromela(ids: readonly string[], options: CommandOptions, environment: Environment): ExitCode {
  if (ids.length !== 1) throw new UsageError("verify --promela takes one chip");
  const { loaded, selected } = loadChips(ids, options, environment);
  const [description] = selected;
  const [planned] = planAll(description ? [description] : [], loaded);
  const plan = planned && planned.fences.length > 0 ? chosenFence(planned, options) : undefined;
  const printed = planned && plan ? tryModel(plan, planned, options) : undefined;
  if (printed instanceof NotExpressed)
    loaded.diagnostics.report("promela/not-expressed", { message: printed.message, path: description!.file.path });
  const problems = loaded.diagnostics.sorted();
  const model = printed instanceof NotExpressed ? undefined : printed;
  if (options.json) {
    const found = model && plan && { fence: plan.name, ...model };
    printJson({ chip: ids[0], ...found, diagnostics: problems }, environment);
  } else {
    logDiagnostics(problems, environment);
    if (model) environment.out(model.promela.trimEnd());
    for (const other of model?.otherPorts ?? [])
      environment.log(
        `not in this model: ${counted(other.scenarios, "scenario")} of ${other.port}; --scenario "${other.port}" prints them`,
      );
  }
  return model ? 0 : 1;
}

interface Printed {
  readonly scenarios: readonly string[];
  /** Those that were asked for and are in other models, one for each way in which masters are connected. */
  readonly otherPorts: readonly { readonly port: string; readonly scenarios: number }[];
  readonly promela: string;
}

function tryModel(plan: FencePlan, planned: PlannedChip, options: CommandOptions): Printed | NotExpressed {
  const leftOut = options.without === undefined ? undefined : chosenStep(plan, options.without);
  const core = coreOf(planned.chip, plan);
  const ports = portsOf(planned.chip, core, plan);
  const asked = scenariosOf(ports, plan).filter(({ name }) =>
    options.scenario.every((part) => name.toLowerCase().includes(part.toLowerCase())),
  );
  if (asked.length === 0)
    throw new UsageError("no scenario of the fence has all of --scenario in its name; `verify --json` lists them");
  // First the one in which a master sees least of what the CPU's caches hold.
  const [scenarios = [], ...others] = ports
    .map((port) => asked.filter((scenario) => scenario.port === port))
    .filter(({ length }) => length > 0)
    .sort(([one], [other]) => other!.port.seesFrom - one!.port.seesFrom);
  try {
    return {
      scenarios: scenarios.map(({ name }) => name),
      otherPorts: others.map((each) => ({ port: portText(each[0]!), scenarios: each.length })),
      promela: promelaModel(plan, planned.chip, core, { scenarios, changes: [leftOut] }),
    };
  } catch (error) {
    if (error instanceof NotExpressed) return error;
    throw error;
  }
}

/** As it stands in the names of scenarios. */
function portText({ port: { masters, region } }: Scenario): string {
  return `${masters[0]} in ${region.name}${region.memoryType === "write-combining" ? ", write-combining" : ""}`;
}
