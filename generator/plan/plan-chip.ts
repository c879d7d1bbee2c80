// All fences of a chip: one for each of its cores that is right for all its DMA, and a narrower one for the
// masters that see every cache where others do not.
import { codes } from "../diagnostics/codes.ts";
import type { Citation, Register, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { mayEndWith } from "../model/command.ts";
import { constantName, fenceNames, rustWords } from "../notation/names.ts";
import { formatAddress } from "../notation/quantity.ts";
import { seenBy } from "../semantics/memory-map.ts";
import { reachableRegions, snoopedIn } from "../semantics/ports.ts";
import { commandsIn } from "./commands.ts";
import { levelNeeds } from "./needs.ts";
import type { FencePlan } from "./operation.ts";
import { planFence } from "./plan-fence.ts";
import { type Problem, Refusal } from "./problem.ts";
import { allSteps } from "./steps.ts";

export interface ChipPlan {
  readonly fences: readonly FencePlan[];
  /** The cores for which no fence is sound, as their description says. */
  readonly refused: readonly RefusedCore[];
  /** Why some fence could not be planned; then nothing is generated for the chip. */
  readonly problems: readonly Problem[];
}

/** A core that the description expects to be refused, and was. */
export interface RefusedCore {
  readonly core: string;
  readonly coreName: string;
  readonly code: string;
  /** What the planner found. */
  readonly problems: readonly Problem[];
  /** What a driver does instead. */
  readonly because: string;
  readonly sources: readonly Citation[];
}

export function planChip(chip: ResolvedChip): ChipPlan {
  const fences: FencePlan[] = [];
  const refused: RefusedCore[] = [];
  const problems: Problem[] = [...ignoredFacts(chip)];
  for (const [index, core] of chip.cores.entries()) {
    const planned = planCore(chip, core);
    const expected = core.refused;
    if (!expected) {
      fences.push(...planned.fences);
      problems.push(...planned.problems);
    } else if (planned.problems.some(({ code }) => code === expected.code)) {
      const { code, because, sources } = expected;
      refused.push({ core: core.id, coreName: core.name, code, problems: planned.problems, because, sources });
    } else {
      const [other] = planned.problems;
      problems.push({
        code: "plan/not-refused",
        message: other
          ? `${core.title} is refused with ${other.code} (${other.message}), not with ${expected.code}`
          : `a fence for ${core.title} can be planned, although the description says that none is sound`,
        pointer: ["cores", index, "refused"],
      });
    }
  }
  const found = [
    ...commandsOfTwo(chip, fences),
    ...registersOfOneName(chip, fences),
    // What could not be planned has no name yet.
    ...(problems.some(({ code }) => codes[code].severity === "error") ? [] : resultsOfNoFence(chip, fences)),
  ];
  return { fences, refused, problems: [...problems, ...found] };
}

/** What was found on a board of a fence that the chip does not have. */
function resultsOfNoFence({ verifiedOn }: ResolvedChip, fences: readonly FencePlan[]): Problem[] {
  const names = fences.map(({ name }) => name);
  return verifiedOn.flatMap(({ fence }, index): Problem[] =>
    names.includes(fence)
      ? []
      : [
          {
            code: "plan/unknown-fence",
            message: `no fence of the chip is called \`${fence}\`; it has ${names.join(", ") || "none"}`,
            pointer: ["verifiedOn", index, "fence"],
          },
        ],
  );
}

/** A command that means something to two mechanisms: nobody could tell which of them it is for. */
function commandsOfTwo(chip: ResolvedChip, fences: readonly FencePlan[]): Problem[] {
  return fences.flatMap((fence): Problem[] => {
    const passes = allSteps(fence).flatMap((step) =>
      "operation" in step ? [{ ...step, commands: step.accesses.flatMap(commandsIn) }] : [],
    );
    for (const one of passes)
      for (const other of passes)
        if (one.mechanism !== other.mechanism && mayEndWith(one.commands, other.commands))
          return [
            {
              code: "plan/command-of-two",
              message: `\`${one.operation}\` of ${one.mechanism} ends with what \`${other.operation}\` of ${other.mechanism} consists of`,
              pointer: ["cores", indexOfCore(chip, fence)],
            },
          ];
    return [];
  });
}

function indexOfCore(chip: ResolvedChip, fence: FencePlan): number {
  return chip.cores.findIndex(({ id, name }) => id === fence.core && name === fence.coreName);
}

/** Names of operands that assembly has beside those of registers: constants, parts of a buffer, and the names that avoid them. */
const otherOperand = new RegExp(
  [
    "^(value|mask|keep|subtract|add|or)_[0-9a-f]+$",
    "^((first_line|end|size_bytes|size_lines)_[0-9]+|last_byte)(_(minus|shr|plus|or)_[0-9a-f]+)*$",
    "^(buffer|line|remaining|registers|changed|saved|zero|status|first_line|last_line|last_byte|line_bytes)_register$",
  ].join("|"),
);

/** Registers that could not be told apart in the emitted code, from each other or from other operands. */
function registersOfOneName(chip: ResolvedChip, fences: readonly FencePlan[]): Problem[] {
  const byConstant = new Map<string, Register>();
  const byAddress = new Map<bigint, Register>();
  const problems = new Map<string, Problem>();
  for (const fence of fences) {
    const core = indexOfCore(chip, fence);
    for (const register of registersOf(fence)) {
      const constant = constantName(register.name);
      const operand = constant.toLowerCase();
      const alike = byConstant.get(constant) ?? register;
      const there = byAddress.get(register.address) ?? register;
      byConstant.set(constant, alike);
      byAddress.set(register.address, there);
      const both = (other: Register) =>
        `the registers \`${other.name}\` at ${formatAddress(other.address)} and \`${register.name}\` at ${formatAddress(register.address)}`;
      const message =
        alike.address !== register.address
          ? `${both(alike)} would both be called ${constant}`
          : constantName(there.name) !== constant
            ? `${both(there)} are one, with two names`
            : rustWords.has(operand) || (otherOperand.test(operand) && operand !== "last_byte")
              ? `the register \`${register.name}\` would be the operand \`${operand}\`, which means something else`
              : undefined;
      if (message !== undefined)
        problems.set(message, { code: "plan/same-register-name", message, pointer: ["cores", core] });
    }
  }
  return [...problems.values()];
}

function registersOf(fence: FencePlan): Register[] {
  const items = allSteps(fence).flatMap((step) => ("accesses" in step ? step.accesses : []));
  return items.flatMap((item) => ("register" in item ? [item.register] : []));
}

function planCore(described: ResolvedChip, core: ResolvedCore): Pick<ChipPlan, "fences" | "problems"> {
  const chip = seenBy(described, core);
  const fences: FencePlan[] = [];
  const problems: Problem[] = [];
  const names = fenceNames(chip.id, core.name);
  const attempt = (name: string, controllers: ResolvedChip["dma"]) => {
    try {
      fences.push(planFence({ chip, core, name, controllers }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(...error.problems);
    }
  };
  attempt(names.all, chip.dma);
  const snooping = chip.dma.filter(
    (controller) =>
      snoopedIn(controller, core).length > 0 &&
      reachableRegions(chip, controller).length > 0 &&
      levelNeeds(chip, core, [controller]).length === 0,
  );
  if (snooping.length > 0 && levelNeeds(chip, core, chip.dma).length > 0) attempt(names.coherent, snooping);
  return { fences, problems };
}

/** Facts that change no fence yet: said, so that nobody believes they are used. */
function ignoredFacts(chip: ResolvedChip): Problem[] {
  const problems: Problem[] = chip.notActedOn.map(({ message, pointer, isHarmless }) => ({
    code: isHarmless ? "plan/ignored-fact" : "plan/not-acted-on",
    message,
    pointer,
  }));
  for (const controller of chip.dma) {
    if (controller.snoopingKnownAtRunTime) {
      problems.push({
        code: "plan/ignored-fact",
        message: `whether \`${controller.name}\` snoops is known at run time; the fence takes it not to, which is right either way`,
        pointer: ["masters", controller.name, "snoops"],
      });
    }
  }
  for (const [core, { caches }] of chip.cores.entries()) {
    for (const level of caches) {
      if (level.wholeCacheThresholdBytes !== undefined) {
        problems.push({
          code: "plan/ignored-fact",
          message: `${level.name}: the fence works by address at any length, also above wholeCacheThresholdBytes`,
          pointer: ["cores", core],
        });
      }
    }
  }
  return problems;
}

/** The core that a fence of the chip was planned for. */
export function coreOf(chip: ResolvedChip, { core, coreName }: FencePlan): ResolvedCore {
  return chip.cores.find(({ id, name }) => id === core && name === coreName)!;
}
