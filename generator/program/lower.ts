// From the steps of a plan to statements: the only place that asks what kind a step, an item of a mechanism's sequence or
// a register's value is.
import type { FenceMethod, RegisterValue, SequenceItem } from "../model/chip.ts";
import { changesOf } from "../model/register-value.ts";
import type { FencePlan, FenceStep, MaintainLines, RegionRange } from "../plan/operation.ts";
import type { AccessStatement, Block, Expression, FenceProgram, Maintained, Statement } from "./statement.ts";

export function lower({ release, acquire }: Pick<FencePlan, FenceMethod>): FenceProgram {
  return { release: lowerSteps(release), acquire: lowerSteps(acquire) };
}

export function lowerSteps(steps: readonly FenceStep[]): Block[] {
  return steps.map((step, index) => ({
    kind: "block",
    step: index,
    reason: step.reason,
    sources: step.sources,
    extension: "extension" in step ? step.extension : undefined,
    maintains: maintainedBy(step),
    body: bodyOf(step),
  }));
}

function bodyOf(step: FenceStep): Statement[] {
  switch (step.kind) {
    case "return-if-empty":
      return [{ kind: "if", condition: { kind: "buffer-is-empty" }, body: [{ kind: "return" }] }];
    case "region-guard": {
      const body = [...lowerSteps(step.outside), { kind: "return" } as const];
      return [{ kind: "if", condition: { kind: "buffer-starts-outside", regions: step.regions }, body }];
    }
    case "read-line-size": {
      const { lineSize, smallestBytes, largestBytes } = step;
      return [{ kind: "let-line-bytes", lineSize, smallestBytes, largestBytes }];
    }
    case "mask-interrupts":
      return [{ kind: "interrupts", action: "mask" }];
    case "restore-interrupts":
      return [{ kind: "interrupts", action: "restore" }];
    case "barrier": {
      const { instruction, earlier, later, completes, domain, extension, barrierSources: sources } = step;
      return [{ kind: "barrier", effect: { instruction, earlier, later, completes, domain, extension, sources } }];
    }
    case "compiler-barrier":
      return [{ kind: "compiler-barrier" }];
    case "maintain-lines":
      return onlyIn(step.onlyIn, [loop(step)]);
    case "maintain-range": {
      const { lineBytes, accesses, pieces } = step;
      const range: Statement = { kind: "let-range", lineBytes, body: lowerSequence(accesses, lineBytes) };
      return onlyIn(step.onlyIn, pieces ? [{ kind: "for-pieces", lineBytes, pieces, body: [range] }] : [range]);
    }
    case "maintain-whole-cache":
    case "complete-maintenance":
      return onlyIn(step.onlyIn, lowerSequence(step.accesses));
  }
}

function loop({ lines, lineBytes, bySizeRead, firstAddress, accesses }: MaintainLines): Statement {
  const size = { bytes: lineBytes, isRead: bySizeRead ?? false };
  return { kind: "for-lines", lines, lineBytes: size, firstAddress, body: lowerSequence(accesses) };
}

function onlyIn(regions: readonly RegionRange[] | undefined, body: readonly Statement[]): Statement[] {
  return regions ? [{ kind: "if", condition: { kind: "buffer-starts-in", regions }, body }] : [...body];
}

function maintainedBy(step: FenceStep): Maintained | undefined {
  if (!("operation" in step)) return undefined;
  const { mechanism, operation, levels, addressKind } = step;
  return { mechanism, operation, levels, addressKind };
}

/** @param lineBytes of the lines that a range command counts; without meaning for a sequence that takes no range */
export function lowerSequence(sequence: readonly SequenceItem[], lineBytes = 0): AccessStatement[] {
  return sequence.map((item) => lowerItem(item, lineBytes));
}

function lowerItem(item: SequenceItem, lineBytes: number): AccessStatement {
  switch (item.kind) {
    case "instruction":
      return { kind: "execute", instruction: item.instruction, takesLine: item.instruction.includes("{address}") };
    case "write":
      return { kind: "store-register", register: item.register, value: lowerValue(item.value, lineBytes) };
    case "modify":
      return { kind: "modify-register", register: item.register, set: item.set, clear: item.clear };
    case "read":
      return { kind: "load-register", register: item.register };
    case "store":
      return { kind: "store-address", address: lowerValue(item.to, lineBytes), widthBits: item.widthBits };
    case "poll":
      return { kind: "wait", register: item.register, mask: item.mask, until: item.until };
    case "call":
      throw new Error("the planner refuses calls");
  }
}

function lowerValue(value: RegisterValue, lineBytes: number): Expression {
  switch (value.of) {
    case "constant":
      return { from: { kind: "constant", value: value.constant, called: value.called }, changes: [] };
    case "address":
      return { from: { kind: "line" }, changes: changesOf(value) };
    case "first-line":
    case "last-byte":
    case "end":
    case "size-bytes":
    case "size-lines":
      return { from: { kind: "range", quantity: value.of, lineBytes }, changes: changesOf(value) };
  }
}
