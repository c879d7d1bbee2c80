// What errata make of a mechanism: operations and registers in whose place others stand, and those that are withheld.
import type { Mechanism as MechanismYaml, Sequence } from "#generated/descriptions.js";
import type { AppliedErratum, Citation, Operation, SequenceItem, Withheld } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";

/**
 * An erratum's replacement takes the place of the operation that it replaces: same effect asked for, another name executed. A
 * replacement may be replaced in turn. Where that leads to an operation that is taken away, in a circle, or to several, none is
 * left: the planner then finds another way or refuses. An operation that takes the place of another stays one, and cites the errata.
 */
export function replaceOperations(operations: readonly Operation[], errata: readonly AppliedErratum[]): Operation[] {
  const left = new Map<string, Operation>();
  for (const { name } of operations) {
    const sources = new Set<Citation>();
    const last = replacementOf(name, errata, sources, []);
    const operation = left.get(last ?? "") ?? operations.find((other) => other.name === last);
    if (operation) left.set(operation.name, { ...operation, sources: distinct([...operation.sources, ...sources]) });
  }
  return [...left.values()];
}

/** @param sources of the errata on the way, which it adds to */
function replacementOf(
  name: string,
  errata: readonly AppliedErratum[],
  sources: Set<Citation>,
  way: readonly string[],
): string | undefined {
  const replacing = errata.filter(
    ({ replaceOperation }) => Object.hasOwn(replaceOperation, name) && replaceOperation[name] !== name,
  );
  if (replacing.length === 0) return name;
  if (way.includes(name)) return undefined;
  // One erratum that demands the replacement is reason enough.
  for (const source of replacing[0]!.sources) sources.add(source);
  const next = replacing.map(({ replaceOperation }) =>
    replacementOf(replaceOperation[name]!, errata, sources, [...way, name]),
  );
  return new Set(next).size === 1 ? next[0] : undefined;
}

/**
 * The register that errata put in the place of one, and what is cited for that. A replacement may be replaced by another erratum
 * in turn. Where that leads back, or to several, there is none: what would access it is then not used at all.
 */
export function registerFor(
  name: string,
  errata: readonly AppliedErratum[],
  way: readonly string[] = [],
): { readonly actual: string | undefined; readonly because: readonly Citation[] } {
  if (way.includes(name)) return { actual: undefined, because: [] };
  const replacing = errata.filter(
    ({ replaceRegister }) => Object.hasOwn(replaceRegister, name) && replaceRegister[name] !== name,
  );
  if (replacing.length === 0) return { actual: name, because: [] };
  const next = replacing.map((erratum) => {
    const others = errata.filter((each) => each !== erratum);
    const { actual, because } = registerFor(erratum.replaceRegister[name]!, others, [...way, name]);
    return { actual, because: [...erratum.sources, ...because] };
  });
  return new Set(next.map(({ actual }) => actual)).size === 1 ? next[0]! : { actual: undefined, because: [] };
}

/**
 * What the mechanism has and errata withhold, for whoever is asked why a program may not use it.
 * @param usable the operations that are left
 * @param sequenceOf a sequence as it is without errata
 */
export function withheldFrom(
  { operations, completion }: MechanismYaml,
  usable: readonly Operation[],
  errata: readonly AppliedErratum[],
  sequenceOf: (sequence: Sequence) => SequenceItem[],
): Withheld[] {
  const sequences = [...Object.values(operations), ...(completion ? [completion] : [])].map(({ sequence }) => sequence);
  const gone = Object.entries(operations).filter(([name]) => !usable.some((operation) => operation.name === name));
  const replaced = [...new Set(sequences.flatMap(registersIn))].filter(
    (name) => registerFor(name, errata).actual !== name,
  );
  return [
    ...gone.flatMap(([name, { sequence }]) => {
      const last = replacementOf(name, errata, new Set(), []);
      const instead = usable.some((operation) => operation.name === last) ? last : undefined;
      const without = [...registersIn(sequence), ...registersIn(completion?.sequence ?? [])].filter(
        (register) => registerFor(register, errata).actual === undefined,
      );
      return withheld(name, instead, sequenceOf(sequence), errata, [name, ...without]);
    }),
    ...replaced.flatMap((name) => {
      const accesses = sequences.flatMap((sequence) => sequence.filter((item) => registersIn([item]).includes(name)));
      return withheld(name, registerFor(name, errata).actual, sequenceOf(accesses), errata, [name]);
    }),
  ];
}

/** @param names of what errata may have taken away */
function withheld(
  name: string,
  instead: string | undefined,
  sequence: readonly SequenceItem[],
  errata: readonly AppliedErratum[],
  names: readonly string[],
): Withheld[] {
  const because = errata.filter(({ withoutOperation, replaceOperation, replaceRegister }) =>
    names.some(
      (each) =>
        withoutOperation.includes(each) ||
        Object.hasOwn(replaceOperation, each) ||
        Object.hasOwn(replaceRegister, each),
    ),
  );
  const [first, ...others] = because.map(({ id, title, sources }) => ({ id, title, sources }));
  return first ? [{ name, instead, sequence, errata: [first, ...others] }] : [];
}

export function registersIn(sequence: Sequence): string[] {
  return sequence.flatMap(({ write, modify, read, poll }) => (write ?? modify ?? read ?? poll)?.register ?? []);
}
