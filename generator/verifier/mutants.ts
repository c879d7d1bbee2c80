// Every way in which a fence is made a little weaker, to see that each step is needed. A change that leaves
// the fence at least as strong is no mutant: a barrier that orders as much, an operation that does as much.

import {
  type CacheLevel,
  type FenceMethod,
  fenceMethods,
  type Mechanism,
  type Operation,
  type ResolvedCore,
} from "../model/chip.ts";
import type { FencePlan, PieceLimits, RegionRange } from "../plan/operation.ts";
import { lower, lowerSequence } from "../program/lower.ts";
import {
  type AccessStatement,
  type Block,
  changedBody,
  type Expression,
  type FenceProgram,
  flattened,
  isAccess,
  type LetLineBytes,
  type RangeQuantity,
  type Statement,
} from "../program/statement.ts";
import { blockTitle } from "../program/words.ts";
import { allBarriers, isAtMost } from "../semantics/barrier.ts";
import { barriersOf, cachesOf } from "../semantics/instruction.ts";
import { areOnOneWay } from "../semantics/ports.ts";
import { type Execute, executionOf } from "./fence-under-test.ts";

/** The ways of weakening a fence. */
export type MutantKind =
  | "step removed"
  | "done for all memory"
  | "issued once less"
  | "not read back"
  | "barrier weakened"
  | "loop off by a line"
  | "range off by a line"
  | "split otherwise"
  | "operation replaced"
  | "passes swapped";

export interface Mutant {
  readonly kind: MutantKind;
  readonly fence: FenceMethod;
  /** Index of the step that was changed. */
  readonly step: number;
  readonly change: string;
  readonly execute: Execute;
}

type Place = Pick<Mutant, "fence" | "step">;

/** `release 2: weakened to dmb sy`: unique within a fence. */
export function changeName({ fence, step, change }: Place & Pick<Mutant, "change">): string {
  return `${fence} ${step + 1}: ${change}`;
}

/** The step that the change took away or weakened. */
export function changedStep(program: FenceProgram, { fence, step }: Place): string {
  return `${fence} step ${step + 1}, ${blockTitle(program[fence][step]!)}`;
}

/** A block of a fence, and what it stands in. */
interface Subject {
  readonly program: FenceProgram;
  readonly core: ResolvedCore;
  readonly fence: FenceMethod;
  readonly step: number;
  readonly block: Block;
}

export function mutantsOf(plan: FencePlan, core: ResolvedCore): Mutant[] {
  const program = lower(plan);
  return fenceMethods.flatMap((fence) =>
    program[fence].flatMap((block, step) => {
      const subject: Subject = { program, core, fence, step, block };
      return Object.entries(waysToWeaken).flatMap(([kind, changes]) =>
        changes(subject).map((mutant) => ({ kind: kind as MutantKind, ...mutant })),
      );
    }),
  );
}

/** In the order in which they are tried. */
const waysToWeaken: Readonly<Record<MutantKind, (subject: Subject) => Weakened[]>> = {
  "step removed": removed,
  "done for all memory": everywhere,
  "issued once less": issuedOnce,
  "not read back": notReadBack,
  "barrier weakened": weakened,
  "loop off by a line": loops,
  "range off by a line": ranges,
  "split otherwise": pieces,
  "operation replaced": siblings,
  "passes swapped": swapped,
};

type Weakened = Omit<Mutant, "kind">;

/** The fence with other blocks in the method at hand. */
function withBlocks({ program, fence, step }: Subject, change: string, blocks: readonly Block[]): Weakened {
  return { fence, step, change, execute: executionOf({ ...program, [fence]: blocks }) };
}

/** The fence with another block in the place of the one at hand. */
function withBlock(subject: Subject, change: string, block: Block): Weakened {
  return withBlocks(subject, change, replaced(subject, new Map([[subject.step, block]])));
}

function replaced({ program, fence }: Subject, blocks: ReadonlyMap<number, Block>): Block[] {
  return program[fence].map((block, step) => blocks.get(step) ?? block);
}

function removed(subject: Subject): Weakened[] {
  const { program, fence, step, block } = subject;
  const [first] = block.body;
  if (first?.kind === "compiler-barrier") return [];
  const rest = program[fence].filter((_, at) => at !== step);
  if (first?.kind === "let-line-bytes")
    return [withBlocks(subject, "the largest size taken", takingLargest(rest, first))];
  const without = withBlocks(subject, "removed", rest);
  if (first?.kind !== "if" || first.condition.kind !== "buffer-is-empty") return [without];
  // The emitted loops test after the first line: without the early return they maintain one line of an empty buffer.
  const atLeastOneByte: Execute = (method, buffer, lineBytes) =>
    without.execute(
      method,
      method === fence && buffer.lengthBytes === 0 ? { ...buffer, lengthBytes: 1 } : buffer,
      lineBytes,
    );
  return [{ ...without, execute: atLeastOneByte }];
}

/** Without the question, some size must be taken. The smallest is only slow. */
function takingLargest(blocks: readonly Block[], { largestBytes }: LetLineBytes): Block[] {
  return blocks.map((block) =>
    changedBody(block, (statement) =>
      statement.kind === "for-lines" && statement.lineBytes.isRead
        ? { ...statement, lineBytes: { bytes: largestBytes, isRead: false } }
        : statement,
    ),
  );
}

/** An operation that is meant for some memory only, done for all. */
function everywhere(subject: Subject): Weakened[] {
  const { block } = subject;
  const [first] = block.body;
  if (!block.maintains || first?.kind !== "if") return [];
  return [withBlock(subject, "done for all memory", { ...block, body: first.body })];
}

/** A sequence that the silicon needs several times, issued once less. */
function issuedOnce(subject: Subject): Weakened[] {
  const { block, core } = subject;
  const operation = operationOf(block, core);
  if (!operation || operation.repeat === 1) return [];
  const once = withAccesses(block, (accesses) => accesses.slice(operation.sequence.length));
  return [withBlock(subject, "issued once less", once)];
}

/** A read-back left out, where it is not the whole step: at one place of the sequence, however often that is issued. */
function notReadBack(subject: Subject): Weakened[] {
  const { block, core } = subject;
  const accesses = flattened(block.body).filter(isAccess);
  const length = operationOf(block, core)?.sequence.length ?? accesses.length;
  const places = accesses
    .slice(0, length)
    .flatMap((access, place) => (access.kind === "load-register" ? [{ place, name: access.register.name }] : []));
  if (places.length === accesses.length) return [];
  return places.map(({ place, name }, index) => {
    const without = withAccesses(block, (all) => all.filter((_, at) => at % length !== place));
    const which = places.length > 1 ? ` in place ${index + 1}` : "";
    return withBlock(subject, `${name} not read back${which}`, without);
  });
}

/** One notch down the lattice: the strongest of the barriers that are strictly weaker. */
function weakened(subject: Subject): Weakened[] {
  const { block, core } = subject;
  const [first] = block.body;
  if (first?.kind !== "barrier") return [];
  const own = first.effect;
  const weaker = allBarriers(barriersOf(core)).filter(
    (barrier) =>
      isAtMost(barrier, own) && !isAtMost(own, barrier) && barrier.earlier.length > 0 && barrier.later.length > 0,
  );
  const notches = weaker.filter(
    (barrier) => !weaker.some((other) => isAtMost(barrier, other) && !isAtMost(other, barrier)),
  );
  const byText = new Map(notches.map((effect) => [effect.instruction, effect]));
  return [...byText.values()].map((effect) =>
    withBlock(subject, `weakened to ${effect.instruction}`, { ...block, body: [{ kind: "barrier", effect }] }),
  );
}

/** Each loop a line shorter and a line longer, and one that starts with the buffer's own address. */
function loops(subject: Subject): Weakened[] {
  const loop = only(subject.block, "for-lines");
  if (!loop) return [];
  const asGiven = withBlock(
    subject,
    "address not aligned",
    inPlace(subject.block, loop, { ...loop, firstAddress: "as-given" }),
  );
  // A store to an address that is no line's would be none of the mechanism's.
  const isStore = loop.body.some(({ kind }) => kind === "store-address");
  const unaligned = loop.firstAddress === "line-aligned" && !isStore ? [asGiven] : [];
  if (loop.lines !== "all") return unaligned;
  const late = (change: string, first: number, last: number) =>
    withBlock(subject, change, inPlace(subject.block, loop, { ...loop, late: { first, last } }));
  return [
    late("loop without the first line", 1, 0),
    late("loop without the last line", 0, -1),
    late("loop a line further", 0, 1),
    ...unaligned,
  ];
}

/** The end or the size that a range command is given, a line off. */
function ranges(subject: Subject): Weakened[] {
  const range = only(subject.block, "let-range");
  if (!range) return [];
  return (["shorter", "longer"] as const).map((change) => {
    const body = range.body.map((statement) =>
      statement.kind === "store-register" ? { ...statement, value: movedEnd(statement.value, change) } : statement,
    );
    return withBlock(subject, `range a line ${change}`, inPlace(subject.block, range, { ...range, body }));
  });
}

/** A buffer given to one command that takes less, or in pieces that are longer than what it takes. */
function pieces(subject: Subject): Weakened[] {
  const split = only(subject.block, "for-pieces");
  if (!split) return [];
  const { lineBytes, pieces } = split;
  const limited = (change: string, limits: PieceLimits) =>
    withBlock(subject, change, inPlace(subject.block, split, { ...split, pieces: limits }));
  const whole = limited("not split", { mostBytes: Number.MAX_SAFE_INTEGER, windowBytes: undefined });
  if (pieces.windowBytes !== undefined) return [whole];
  return [whole, limited("pieces a line longer", { ...pieces, mostBytes: pieces.mostBytes + lineBytes })];
}

const ends: readonly RangeQuantity[] = ["last-byte", "end", "size-bytes", "size-lines"];

function movedEnd({ from, changes }: Expression, change: "shorter" | "longer"): Expression {
  if (from.kind !== "range" || !ends.includes(from.quantity)) return { from, changes };
  const by = from.quantity === "size-lines" ? 1n : BigInt(from.lineBytes);
  const kind = { shorter: "subtract", longer: "add" } as const;
  return { from, changes: [{ kind: kind[change], by }, ...changes] };
}

function siblings(subject: Subject): Weakened[] {
  const { block, core } = subject;
  const mechanism = mechanismOf(block, core);
  const own = operationOf(block, core);
  if (!block.maintains || !mechanism || !own) return [];
  const { maintains } = block;
  return mechanism.operations
    .filter((other) => other.name !== own.name && other.unit === own.unit && !doesAsMuch(other, own))
    .map((other) => {
      const changed = withAccesses(block, (_, lineBytes) => lowerSequence(other.sequence, lineBytes));
      return withBlock(subject, `${own.name} replaced by ${other.name}`, {
        ...changed,
        maintains: { ...maintains, operation: other.name },
      });
    });
}

function mechanismOf({ maintains }: Block, core: ResolvedCore): Mechanism | undefined {
  return maintains && cachesOf(core).find(({ name }) => name === maintains.levels[0])?.mechanism;
}

function operationOf(block: Block, core: ResolvedCore): Operation | undefined {
  return mechanismOf(block, core)?.operations.find(({ name }) => name === block.maintains?.operation);
}

const parts = {
  clean: ["clean"],
  invalidate: ["invalidate"],
  "clean-and-invalidate": ["clean", "invalidate"],
  "discard-dirty": ["discard-dirty"],
} as const satisfies Record<Operation["effect"], readonly string[]>;

/** How far an operation goes, ascending. */
const depths: readonly Operation["to"][] = ["unification", "this-level", "coherency"];

function doesAsMuch(other: Operation, own: Operation): boolean {
  const does: readonly string[] = parts[other.effect];
  return parts[own.effect].every((part) => does.includes(part)) && depths.indexOf(other.to) >= depths.indexOf(own.to);
}

/** Whether two passes are made for caches in front of different masters: no access goes through both, and no order is needed. */
function areOfUnlikeMasters(one: Block, other: Block, core: ResolvedCore): boolean {
  const [own, theirs] = [one, other].map(({ maintains }) =>
    core.masterCaches.filter(({ name }) => maintains?.levels.includes(name)),
  ) as [CacheLevel[], CacheLevel[]];
  return own.length > 0 && theirs.length > 0 && !areOnOneWay(own, theirs);
}

/** The pass of one level changes places with the pass of the next; barriers and completions stay where they are. */
function swapped(subject: Subject): Weakened[] {
  const { program, core, fence, step, block } = subject;
  if (!block.maintains) return [];
  const next = program[fence].findIndex(({ maintains }, at) => at > step && maintains);
  const other = program[fence][next];
  if (!other?.maintains || areApart(regionsOf(block), regionsOf(other)) || areOfUnlikeMasters(block, other, core))
    return [];
  const change = `${block.maintains.operation} swapped with ${other.maintains.operation}`;
  const blocks = new Map([
    [step, other],
    [next, block],
  ]);
  return [withBlocks(subject, change, replaced(subject, blocks))];
}

/** Where a buffer must start for a block; undefined where it is right for every buffer. */
function regionsOf({ body: [first] }: Block): readonly RegionRange[] | undefined {
  return first?.kind === "if" && first.condition.kind === "buffer-starts-in" ? first.condition.regions : undefined;
}

/** Whether no buffer is in both: the order of the passes cannot matter then. */
function areApart(one: readonly RegionRange[] | undefined, other: readonly RegionRange[] | undefined): boolean {
  return (
    one !== undefined && other !== undefined && !one.some(({ base }) => other.some((range) => range.base === base))
  );
}

/** The one statement of a kind that a block consists of, behind its condition if it has one. */
function only<Kind extends Statement["kind"]>(
  { body: [first] }: Block,
  kind: Kind,
): Extract<Statement, { kind: Kind }> | undefined {
  const statement = first?.kind === "if" ? first.body[0] : first;
  const inner = statement?.kind === "for-pieces" && kind !== "for-pieces" ? statement.body[0] : statement;
  return inner?.kind === kind ? (inner as Extract<Statement, { kind: Kind }>) : undefined;
}

/** The block with one of its statements replaced. */
function inPlace(block: Block, old: Statement, statement: Statement): Block {
  return changedBody(block, (each) => (each === old ? statement : each));
}

/** The block with other accesses, wherever in it they stand. */
function withAccesses(
  block: Block,
  change: (accesses: readonly AccessStatement[], lineBytes: number) => readonly AccessStatement[],
): Block {
  const changed = (statements: readonly Statement[], lineBytes: number): readonly Statement[] => {
    if (statements.every(isAccess)) return change(statements, lineBytes);
    return statements.map((statement) => {
      if (statement.kind === "if" || statement.kind === "for-lines" || statement.kind === "for-pieces")
        return { ...statement, body: changed(statement.body, lineBytes) };
      if (statement.kind === "let-range") return { ...statement, body: changed(statement.body, statement.lineBytes) };
      return statement;
    });
  };
  return { ...block, body: changed(block.body, 0) };
}
