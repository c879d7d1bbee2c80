// A mechanism as one cache level of one chip has it: registers at their addresses, errata applied.
import type {
  Constant as ConstantYaml,
  LineSizeRegister,
  MechanismDifferences,
  Mechanism as MechanismYaml,
  Operation as OperationYaml,
  Sequence,
  RegisterValue as ValueYaml,
} from "#generated/descriptions.js";
import type {
  AppliedErratum,
  Citation,
  Constant,
  LineSize,
  Mechanism,
  NamedValue,
  Obligation,
  Operation,
  Register,
  RegisterValue,
  SequenceItem,
} from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { formatAddress, parseQuantity } from "../notation/quantity.ts";
import { mechanismDefaults } from "../validate/mechanism-facts.ts";
import { type Sources, toBarriers, toCitations, toObligations } from "./facts.ts";
import { addressOf, orderingOf } from "./mechanism-claims.ts";
import type { ReadFacts } from "./read-facts.ts";
import { registerFor, registersIn, replaceOperations, withheldFrom } from "./replaced.ts";

/** What one cache level of one chip makes of a mechanism. */
interface Use {
  readonly base: bigint;
  readonly errata: readonly AppliedErratum[];
  readonly sources: Sources;
  readonly differs: MechanismDifferences | undefined;
  /** What the differences cite. */
  readonly differing: Sources;
  readonly lock: "interrupts-masked" | undefined;
  /** Set before the names of registers, where the core has several of this mechanism. */
  readonly prefix: string;
  readonly facts: ReadFacts;
}

export function resolveMechanism(
  yaml: MechanismYaml,
  { base, errata, sources, differs, differing, lock, prefix, facts }: Use,
): Mechanism {
  const different = new Map(Object.entries(differs?.operations ?? {}));
  const registers = new Map(Object.entries(yaml.registers ?? {}));
  const registerAs = (actual: string, because: readonly Citation[]): Register => {
    const { offset, widthBits = 32, bits, source } = registers.get(actual)!;
    return {
      name: prefix + actual,
      address: base + parseQuantity(offset),
      widthBits,
      bits: bits ?? widthBits,
      sources: distinct([...toCitations(source, sources), ...because]),
    };
  };
  const registerOf = (name: string): Register => {
    const { actual = name, because } = registerFor(name, errata);
    return registerAs(actual, because);
  };
  const isUsable = (part: { readonly sequence: Sequence } | undefined) =>
    registersIn(part?.sequence ?? []).every((name) => registerFor(name, errata).actual !== undefined);
  const known: Known = {
    registerOf,
    hasBits: (name) => registers.get(registerFor(name, errata).actual ?? name)?.bits !== undefined,
    namedValue: (register, name) =>
      register === ""
        ? { name, value: parseQuantity(yaml.values![name]!) }
        : {
            name: name.startsWith(`${register}_`) ? name : `${register}_${name}`,
            value: parseQuantity(registers.get(register)!.values![name]!),
          },
  };
  const sequenceOf = (sequence: Sequence) => sequence.map((item) => toItem(item, known));
  const forbidden = new Set(errata.flatMap(({ withoutOperation }) => withoutOperation));
  const operations: Operation[] = Object.entries(yaml.operations)
    .filter(([name, described]) => !forbidden.has(name) && isUsable(described) && isUsable(yaml.completion))
    .map(
      ([name, described]) =>
        [name, { ...mechanismDefaults.operation, ...described, ...different.get(name) }, described] as const,
    )
    .map(([name, operation, described]) => ({
      name,
      effect: operation.effect,
      mayCleanToo: operation.mayCleanToo,
      unit: operation.unit,
      mostBytes: optionalQuantity(operation.mostBytes),
      alignmentBytes: Number(parseQuantity(operation.alignmentBytes ?? 1)),
      windowBytes: optionalQuantity(operation.windowBytes),
      to: operation.reaches,
      sequence: sequenceOf(operation.sequence),
      waits: endsWithWait(operation.sequence),
      byRegisters: operation.sequence.every(({ instruction }) => instruction === undefined),
      repeat: operation.repeat,
      requires: toObligations(operation.requires, sources),
      sources: [...toCitations(described.source, sources), ...toCitations(different.get(name)?.source, differing)],
    }));
  const usable = replaceOperations(operations, errata);
  return {
    id: yaml.mechanism,
    instance: yaml.registers ? `${yaml.mechanism} at ${formatAddress(base)}` : yaml.mechanism,
    title: yaml.title,
    ...addressOf(yaml, { sources, differs, differing, facts }),
    operations: usable,
    withheld: withheldFrom(yaml, usable, errata, (sequence) =>
      sequence.flatMap((item) =>
        item.call === undefined ? toItem(item, { ...known, registerOf: (name) => registerAs(name, []) }) : [],
      ),
    ),
    barriers: toBarriers(yaml.barriers, sources),
    ordering: orderingOf(yaml, { sources, differs, differing, facts }),
    otherCores: otherCoresOf(yaml, sources, facts),
    writeBuffer: yaml.writeBuffer && {
      off: toObligations(
        yaml.writeBuffer.unless === undefined ? [] : [{ text: yaml.writeBuffer.unless, ...yaml.writeBuffer }],
        sources,
      )[0],
    },
    completion: yaml.completion && {
      sequence: sequenceOf(yaml.completion.sequence),
      waits: endsWithWait(yaml.completion.sequence),
      sources: toCitations(yaml.completion.source, sources),
    },
    extension: yaml.requiresExtension,
    reentrancy: yaml.reentrancy ?? "shared-registers",
    interruptsMasked: lock === "interrupts-masked" || yaml.execution?.interruptsMasked === true,
    maskingSources: toCitations(yaml.execution?.source, sources),
    requires: [...toObligations(yaml.requires, sources), ...placementOf(yaml, sources)],
    constraints: constraintsOf(yaml),
  };
}

function otherCoresOf(
  { mechanism, ordering }: MechanismYaml,
  sources: Sources,
  facts: ReadFacts,
): Mechanism["otherCores"] {
  const about = { claim: `operations of ${mechanism} reach other cores`, instead: "they do not", mechanism };
  const stated = facts.counted(
    ordering.otherCores,
    undefined,
    about,
    toCitations(ordering.otherCores?.source, sources),
  );
  if (!stated) return undefined;
  const { effect, if: text, source } = stated;
  const [promise] =
    text === undefined ? [] : toObligations([{ text, ...(source !== undefined && { source }) }], sources);
  return { effect, if: promise };
}

/** Where a register of a level's mechanism says how large the level's lines are; undefined where errata leave no such register. */
export function lineSizeInRegister(
  { register, lowBit, bits, unitBytes, source }: LineSizeRegister,
  { registers }: MechanismYaml,
  { base, errata, sources }: Pick<Use, "base" | "errata" | "sources">,
): LineSize | undefined {
  const { actual, because } = registerFor(register, errata);
  if (actual === undefined) return undefined;
  const address = base + parseQuantity(registers![actual]!.offset);
  return {
    register: address,
    lowBit,
    bits,
    unitBytes,
    sources: distinct([...toCitations(source, sources), ...because]),
  };
}

function optionalQuantity(quantity: number | string | undefined): bigint | undefined {
  return quantity === undefined ? undefined : parseQuantity(quantity);
}

function endsWithWait(sequence: Sequence): boolean {
  const last = sequence.at(-1);
  return last?.poll !== undefined || last?.read !== undefined;
}

/** What the names in a sequence stand for. */
interface Known {
  registerOf(name: string): Register;
  /** Whether somebody says how wide the register's field is. */
  hasBits(register: string): boolean;
  /** @param register empty for a value of the mechanism itself */
  namedValue(register: string, name: string): NamedValue;
}

function toItem(item: Sequence[number], known: Known): SequenceItem {
  if (item.instruction !== undefined) return { kind: "instruction", instruction: item.instruction };
  if (item.write) {
    const { register, value } = item.write;
    const taken = toValue(value, register, known);
    const isWidthUnknown = !known.hasBits(register) && (taken.of === "size-bytes" || taken.of === "size-lines");
    const write = { kind: "write", register: known.registerOf(register), value: taken } as const;
    return isWidthUnknown ? { ...write, isWidthUnknown } : write;
  }
  if (item.modify) {
    const { register, set, clear } = item.modify;
    const bitsOf = (constant: ConstantYaml | undefined) => toConstant(constant ?? 0, register, known);
    return { kind: "modify", register: known.registerOf(register), set: bitsOf(set), clear: bitsOf(clear) };
  }
  if (item.read) return { kind: "read", register: known.registerOf(item.read.register) };
  if (item.store) return { kind: "store", to: toValue(item.store.to, "", known), widthBits: item.store.widthBits };
  if (item.poll) {
    const { register, mask, until } = item.poll;
    return { kind: "poll", register: known.registerOf(register), mask: toConstant(mask, register, known), until };
  }
  return { kind: "call", name: item.call! };
}

/** A name starts with a letter, a number never does. */
function toConstant(constant: ConstantYaml, register: string, known: Known): Constant {
  const isName = typeof constant === "string" && /^[A-Z]/.test(constant);
  if (!Array.isArray(constant) && !isName) return { value: parseQuantity(constant), called: [] };
  const called = [constant].flat().map((name) => known.namedValue(register, name));
  return { value: called.reduce((bits, { value }) => bits | value, 0n), called };
}

const quantities = ["address", "first-line", "last-byte", "end", "size-bytes", "size-lines"] as const;

function toValue(value: ValueYaml, register: string, known: Known): RegisterValue {
  const unchanged = { constant: 0n, called: [], subtract: 0n, shiftRight: 0, add: 0n, or: 0n };
  if (typeof value === "object" && !Array.isArray(value)) {
    const changes = (["subtract", "add", "or"] as const).map(
      (key) => [key, toConstant(value[key] ?? 0, register, known)] as const,
    );
    const called = changes.flatMap(([key, constant]) => (constant.called.length > 0 ? [[key, constant.called]] : []));
    return {
      ...unchanged,
      of: value.of,
      shiftRight: value.shiftRight ?? 0,
      ...Object.fromEntries(changes.map(([key, constant]) => [key, constant.value])),
      ...(called.length > 0 && { changesCalled: Object.fromEntries(called) }),
    };
  }
  const of = quantities.find((name) => name === value);
  if (of) return { ...unchanged, of };
  const { value: constant, called } = toConstant(value, register, known);
  return { ...unchanged, of: "constant", constant, called };
}

/** What only the program can see to: where the fence's code lies, and where it runs. */
function placementOf({ title, execution }: MechanismYaml, sources: Sources): Obligation[] {
  const cited = toCitations(execution?.source, sources);
  return [
    ...(execution?.codeOutsideCache
      ? [
          {
            text: `The fence's code, the stack and the vector table lie in memory that ${title} does not cache.`,
            sources: cited,
          },
        ]
      : []),
    ...(execution?.perHartRegisters !== undefined
      ? [
          {
            text: `The calling code runs on hart 0; each hart has registers of its own in ${title}, and the fence uses the first.`,
            sources: cited,
          },
        ]
      : []),
  ];
}

function constraintsOf({ operations, completion }: MechanismYaml): string[] {
  const calls = ({ sequence }: { readonly sequence: Sequence }) => sequence.some((item) => item.call !== undefined);
  return [
    ...(Object.values(operations).some((operation: OperationYaml) => calls(operation))
      ? ["an operation is a call into ROM"]
      : []),
    ...(completion && calls(completion) ? ["the completion is a call into ROM"] : []),
  ];
}
