// From plans to what the TypeScript template prints: code and lists of it, nothing to decide.

import { type FenceMethod, fenceMethods } from "../../model/chip.ts";
import { lineSizeQuestion } from "../../plan/line-size.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { announcementsOf } from "../../program/announce.ts";
import { blocksOf, namedValuesOf, registersOf } from "../../program/statement.ts";
import { unreachedRegions } from "../../semantics/memory-map.ts";
import type { Bibliography } from "../bibliography.ts";
import { type Code, hex, join } from "../code.ts";
import { constantNames, valueNames } from "../names.ts";
import type { RenderInput } from "../printer.ts";
import { isTableOf, memoryTables, type ReachTable, tableOf } from "../reach-tables.ts";
import { helpersOf, printBody, printSteps } from "./body.ts";
import { comment, commentLine, doc, docItem, identifier, stringLiteral, typescript } from "./encode.ts";
import { printMeanings } from "./meanings.ts";
import { reachName, reachType, sharesReach, typeScriptReach } from "./reach.ts";

const width = 110;

type Lines = readonly Code<"typescript">[];

export type TypeScriptView = {
  readonly licence: Lines;
  readonly generated: Code<"typescript">;
  readonly head: Lines;
  readonly imports: Lines;
  readonly registers: Lines;
  readonly reach: Lines;
  readonly classes: readonly {
    readonly docs: Lines;
    readonly name: Code<"typescript">;
    readonly constants: Lines;
    readonly methods: readonly {
      readonly name: Code<"typescript">;
      readonly body: Lines;
    }[];
  }[];
};

export function viewTypeScript({
  chip,
  fences,
  licence,
  generated,
  warning,
  bibliography,
}: RenderInput): TypeScriptView {
  const { program, registers, names, called, values, announced, printed } = spellingOf({ chip, fences });
  // A core whose fence is refused has no class that looks anything up.
  const tables = memoryTables(chip).filter((table) => fences.some((fence) => isTableOf(table, coreOf(chip, fence))));
  const tableFor = (fence: FencePlan) => tableOf(tables, coreOf(chip, fence))!;
  const classes = fences.map((fence, index) => ({
    docs: docs(fence, bibliography),
    name: identifier(fence.name),
    constants: [
      typescript`/** The chip's memory, and what each of its DMA masters reaches. */`,
      typescript`static readonly reach: ${reachType(tableFor(fence))} = ${reachName(tableFor(fence))};`,
      typescript`/** The DMA masters for which it is right. */`,
      ...broken(
        typescript`static readonly masters = [`,
        fence.controllers.map(stringLiteral),
        typescript`] as const;`,
        2,
      ),
      ...lineFacts(fence),
      typescript``,
    ],
    methods: fenceMethods.map((name) => {
      const { addressBits } = coreOf(chip, fence);
      const meanings = printed.argumentsFor(announced[index]!.announcements);
      return {
        name: identifier(name),
        body: [
          typescript`requireBuffer(buffer${addressBits === undefined ? typescript`` : typescript`, ${addressBits}`});`,
          ...refusal(tableFor(fence), fence),
          ...printBody(fence.program[name], { bibliography, names, values, meanings, width }),
        ],
      };
    }),
  }));
  const refuses = fences.some((fence) => unreached(tableFor(fence), fence).length > 0);
  const helpers = [
    ...helpersOf(program),
    ...(printed.usesLines ? [typescript`over`] : []),
    typescript`requireBuffer`,
    ...(refuses ? [typescript`refuseUnreached`] : []),
    ...(fences.some((fence) => refusesUndescribed(tableFor(fence), fence)) ? [typescript`refuseUndescribed`] : []),
  ];
  const types = [
    typescript`DmaBuffer`,
    typescript`DmaFence`,
    typescript`DmaReach`,
    typescript`FenceMachine`,
    ...(tables.some(sharesReach) ? [typescript`MasterReach`] : []),
    ...printed.types,
  ];
  return {
    licence: licence.map(commentLine),
    generated: commentLine(generated),
    head: [
      ...comment(
        `DMA fences of the ${chip.vendor} ${chip.title}. Each issues the operations of the Rust fence of the same name, in the same order, to a FenceMachine.`,
        width,
      ),
      ...(warning === undefined ? [] : [typescript`//`, ...comment(warning, width)]),
      ...(bibliography.documents.length > 0 ? [typescript`//`, typescript`// Sources, cited by number:`] : []),
      ...bibliography.documents.map((document, index) => commentLine(`${index + 1}. ${document}`)),
    ],
    imports: imports(types, helpers),
    registers: [
      ...registers.map(({ address }) => typescript`const ${identifier(names.get(address)!)} = ${hex(address)}n;`),
      ...called.map((named) => typescript`const ${identifier(values(named))} = ${hex(named.value)}n;`),
      ...printed.constants,
    ],
    reach: tables.flatMap((table) => [typescript``, ...typeScriptReach(table)]),
    classes,
  };
}

/** What the file of a chip calls registers, values and meanings. */
function spellingOf({ chip, fences }: Pick<RenderInput, "chip" | "fences">) {
  const program = fences.flatMap((fence) => blocksOf(fence.program));
  const registers = registersOf(program);
  const names = constantNames(registers);
  const called = namedValuesOf(program);
  const values = valueNames(called, names);
  const announced = fences.map((fence) => ({
    program: fence.program,
    announcements: announcementsOf(fence.program, coreOf(chip, fence)),
  }));
  const printed = printMeanings(announced, [...names.values(), ...called.map(values)]);
  return { program, registers, names, called, values, announced, printed };
}

/** The lines of each step of a fence's methods, as they stand in the chip's file, without their reasons. @param index among the fences */
export function typeScriptSteps(
  input: Pick<RenderInput, "chip" | "fences">,
  index: number,
): Readonly<Record<FenceMethod, readonly Lines[]>> {
  const { names, values, announced, printed } = spellingOf(input);
  const { program, announcements } = announced[index]!;
  const meanings = printed.argumentsFor(announcements);
  const steps = (method: FenceMethod) => printSteps(program[method], { names, values, meanings, width });
  return { release: steps("release"), acquire: steps("acquire") };
}

/** As Biome breaks imports. */
function imports(types: Lines, helpers: Lines): Lines {
  const inOrder = [...types, ...helpers].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const names = inOrder.map((name) => (types.includes(name) ? typescript`type ${name}` : name));
  const line = typescript`import { ${join(names, typescript`, `)} } from "fencegen/runtime";`;
  return line.length <= 120
    ? [line]
    : [typescript`import {`, ...names.map((name) => typescript`  ${name},`), typescript`} from "fencegen/runtime";`];
}

/** What every class says of lines. */
function lineFacts(fence: FencePlan): Lines {
  const lines =
    fence.lineBytes === undefined
      ? [typescript`/** It maintains no line. */`, typescript`static readonly lineBytes = undefined;`]
      : [
          lineSizeQuestion(fence)
            ? typescript`/** The smallest that a line may be; the fence asks the core how large it is. */`
            : typescript`/** Bytes by which the fence steps from line to line. */`,
          typescript`static readonly lineBytes = ${fence.lineBytes};`,
        ];
  return [
    ...lines,
    typescript`/** What a buffer must be aligned to, and padded to a multiple of, so that it shares no line. */`,
    typescript`static readonly bufferAlignmentBytes = ${fence.bufferAlignmentBytes};`,
  ];
}

/** A list between brackets, in several lines where one is too long. */
function broken(open: Code<"typescript">, items: Lines, close: Code<"typescript">, column: number): Lines {
  const line = typescript`${open}${join(items, typescript`, `)}${close}`;
  if (line.length + column <= 120) return [line];
  return [open, ...items.map((item) => typescript`  ${item},`), close];
}

function docs(fence: FencePlan, bibliography: Bibliography): Lines {
  const target = fence.forAllDma ? "right for all DMA of the chip" : `right for ${fence.controllers.join(", ")} only`;
  return [
    ...doc(`DMA fence, ${target}.`, width),
    typescript` *`,
    typescript` * It relies on this:`,
    ...fence.obligations.flatMap(({ text, sources }) => docItem(bibliography.cited(text, sources), width)),
  ];
}

/** The refusal of buffers that no master of the fence reaches. */
function unreached(table: ReachTable, { controllers }: FencePlan): Lines {
  const { chip } = table;
  if (chip.dma.length === 0) return [];
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  const regions = unreachedRegions(chip, masters);
  if (regions.length === 0) return [];
  const list = (names: readonly string[]) => typescript`[${join(names.map(stringLiteral), typescript`, `)}]`;
  const inOrder = [...regions].sort((a, b) => (a.base < b.base ? -1 : 1)).map(({ name }) => name);
  const all = [reachName(table), typescript`buffer`, list(inOrder)];
  const args = masters.length === chip.dma.length ? all : [...all, list(controllers)];
  const line = typescript`refuseUnreached(${join(args, typescript`, `)});`;
  if (line.length + 4 <= 120) return [line];
  return [typescript`refuseUnreached(`, ...args.map((each) => typescript`  ${each},`), typescript`);`];
}

/** That, and the refusal of buffers in memory that is not described, where the fence would be wrong for them. */
function refusal(table: ReachTable, fence: FencePlan): Lines {
  return [
    ...unreached(table, fence),
    ...(refusesUndescribed(table, fence) ? [typescript`refuseUndescribed(${reachName(table)}, buffer);`] : []),
  ];
}

function refusesUndescribed({ chip }: ReachTable, { needsDescribedMemory }: FencePlan): boolean {
  return needsDescribedMemory && chip.dma.length > 0;
}
