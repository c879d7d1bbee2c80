// The constants in which an emitted module holds what its operations mean, and how calls of the machine refer to them.

import { constantName } from "../../notation/names.ts";
import type { Announced, Announcements } from "../../program/announce.ts";
import { keyOfMeaning } from "../../program/meanings.ts";
import { type FenceProgram, flattened, type Statement } from "../../program/statement.ts";
import type { Meaning } from "../../runtime/meaning.ts";
import { type Code, join } from "../code.ts";
import { uniqueNames } from "../names.ts";
import { identifier, stringLiteral, typescript } from "./encode.ts";

type Lines = readonly Code<"typescript">[];

/** What a call of the machine is given for what it means. */
export type MeaningArguments = (statement: Statement, operation?: number) => Lines;

export interface PrintedMeanings {
  readonly constants: Lines;
  readonly types: Lines;
  /** Whether some call says for which lines an operation is. */
  readonly usesLines: boolean;
  argumentsFor(announcements: Announcements): MeaningArguments;
}

/** @param taken names of other constants of the module */
export function printMeanings(
  fences: readonly { readonly program: FenceProgram; readonly announcements: Announcements }[],
  taken: readonly string[],
): PrintedMeanings {
  const all = fences.flatMap(({ program, announcements }) =>
    flattened([...program.release, ...program.acquire]).flatMap((each) => (announcements.get(each) ?? []).flat()),
  );
  const byKey = new Map(all.map(({ meaning }) => [keyOfMeaning(meaning), meaning]));
  const meanings = [...byKey.values()];
  const names = uniqueNames([...taken, ...meanings.map(nameOf)], "_").slice(taken.length);
  const nameByKey = new Map([...byKey.keys()].map((key, index) => [key, identifier(names[index]!)]));
  const argument = ({ of, meaning }: Announced): Code<"typescript"> => {
    const name = nameByKey.get(keyOfMeaning(meaning))!;
    switch (of) {
      case "whole":
        return name;
      case "line":
        return typescript`over(${name}, line)`;
      case "range-to-byte":
        return typescript`over(${name}, range.firstLine, range.lastByte)`;
      case "range-to-line":
        return typescript`over(${name}, range.firstLine, range.end - 1n)`;
    }
  };
  const types = new Map(meanings.map(({ kind }) => [kind, typeOf(kind)]));
  return {
    constants: meanings.flatMap((meaning) => constant(nameByKey.get(keyOfMeaning(meaning))!, meaning)),
    types: [...types.values()],
    usesLines: all.some(({ of }) => of !== "whole"),
    argumentsFor:
      (announcements) =>
      (statement, operation = 0) => {
        const announced = announcements.get(statement)?.[operation];
        if (!announced) throw new Error(`no buffer reaches a ${statement.kind}`);
        return announced.map(argument);
      },
  };
}

function nameOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case "barrier":
      return constantName(meaning.instruction.replace("{zero}, ", ""));
    case "maintenance":
      return constantName(`${meaning.effect} ${meaning.levels.join(" ")}`);
    case "completion":
      return constantName(`complete ${meaning.mechanism.replace(/ at 0x.*/, "")}`);
    case "line-size":
      return "LINE_SIZE";
  }
}

function typeOf(kind: Meaning["kind"]): Code<"typescript"> {
  switch (kind) {
    case "barrier":
      return typescript`Barrier`;
    case "maintenance":
      return typescript`MaintenanceKind`;
    case "completion":
      return typescript`Completion`;
    case "line-size":
      return typescript`LineSize`;
  }
}

function constant(name: Code<"typescript">, meaning: Meaning): Lines {
  return [
    typescript`const ${name} = {`,
    ...propertiesOf(meaning),
    typescript`} as const satisfies ${typeOf(meaning.kind)};`,
  ];
}

function propertiesOf(meaning: Meaning): Lines {
  const kind = typescript`  kind: ${stringLiteral(meaning.kind)},`;
  switch (meaning.kind) {
    case "barrier":
      return [
        kind,
        typescript`  instruction: ${stringLiteral(meaning.instruction)},`,
        ...list(typescript`earlier`, meaning.earlier),
        ...list(typescript`later`, meaning.later),
        ...list(typescript`completes`, meaning.completes),
        typescript`  domain: ${stringLiteral(meaning.domain)},`,
      ];
    case "maintenance":
      return [
        kind,
        typescript`  effect: ${stringLiteral(meaning.effect)},`,
        ...(meaning.mayCleanToo ? [typescript`  mayCleanToo: true,`] : []),
        typescript`  mechanism: ${stringLiteral(meaning.mechanism)},`,
        ...list(typescript`levels`, meaning.levels),
        typescript`  accessClass: ${stringLiteral(meaning.accessClass)},`,
        typescript`  doneBy: ${stringLiteral(meaning.doneBy)},`,
        ...(meaning.otherCores ? [typescript`  otherCores: ${stringLiteral(meaning.otherCores)},`] : []),
      ];
    case "completion":
      return [
        kind,
        typescript`  mechanism: ${stringLiteral(meaning.mechanism)},`,
        typescript`  accessClass: ${stringLiteral(meaning.accessClass)},`,
      ];
    case "line-size":
      return [
        kind,
        typescript`  lowBit: ${meaning.lowBit},`,
        typescript`  bits: ${meaning.bits},`,
        typescript`  unitBytes: ${meaning.unitBytes},`,
        typescript`  smallestBytes: ${meaning.smallestBytes},`,
        typescript`  largestBytes: ${meaning.largestBytes},`,
      ];
  }
}

/** As Biome breaks a list that is too long. */
function list(name: Code<"typescript">, items: readonly string[]): Lines {
  const codes = items.map(stringLiteral);
  const line = typescript`  ${name}: [${join(codes, typescript`, `)}],`;
  if (line.length <= 120) return [line];
  return [typescript`  ${name}: [`, ...codes.map((code) => typescript`    ${code},`), typescript`  ],`];
}
