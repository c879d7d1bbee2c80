// From plans to what the TypeScript template prints: code and lists of it, nothing to decide.

import { fenceMethods } from "../../model/chip.ts";
import { lineSizeQuestion } from "../../plan/line-size.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { blocksOf, namedValuesOf, registersOf } from "../../program/statement.ts";
import { unreachedRegions } from "../../semantics/memory-map.ts";
import type { Bibliography } from "../bibliography.ts";
import { type Code, hex, join } from "../code.ts";
import { constantNames, valueNames } from "../names.ts";
import type { RenderInput } from "../printer.ts";
import { type ReachTable, reachTables, tableOf } from "../reach-tables.ts";
import { helpersOf, printBody, readsBuffer } from "./body.ts";
import { comment, commentLine, doc, docItem, identifier, stringLiteral, typescript } from "./encode.ts";
import { reachName, typeScriptReach } from "./reach.ts";

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
      readonly parameter: Code<"typescript">;
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
  const program = fences.flatMap((fence) => blocksOf(fence.program));
  const registers = registersOf(program);
  const names = constantNames(registers);
  const tables = reachTables(chip);
  const tableFor = (fence: FencePlan) => tableOf(tables, coreOf(chip, fence));
  const called = namedValuesOf(program);
  const values = valueNames(called, names);
  const classes = fences.map((fence) => ({
    docs: docs(fence, bibliography),
    name: identifier(fence.name),
    constants: [
      ...(chip.dma.length > 0
        ? [
            typescript`/** What each DMA master of the chip reaches, for \`requireReach\`. */`,
            typescript`static readonly reach = ${reachName(tableFor(fence)!)};`,
            typescript``,
          ]
        : []),
      ...(fence.lineBytes === undefined
        ? []
        : [
            lineSizeQuestion(fence)
              ? typescript`/** The smallest that a line may be; the fence asks the core how large it is. */`
              : typescript`/** Bytes by which the fence steps from line to line. */`,
            typescript`static readonly lineBytes = ${fence.lineBytes};`,
            typescript`/** What a buffer must be aligned to, and padded to a multiple of, so that it shares no line. */`,
            typescript`static readonly bufferAlignmentBytes = ${fence.bufferAlignmentBytes};`,
            typescript``,
          ]),
    ],
    methods: fenceMethods.map((name) => {
      const refused = refusal(tableFor(fence), fence);
      const isRead = refused.length > 0 || readsBuffer(fence.program[name]);
      return {
        name: identifier(name),
        parameter: isRead ? typescript`buffer` : typescript`_buffer`,
        body: [...refused, ...printBody(fence.program[name], { bibliography, names, values, width })],
      };
    }),
  }));
  const hasMasters = chip.dma.length > 0;
  const refuses = fences.some((fence) => unreached(tableFor(fence), fence).length > 0);
  const helpers = [
    ...helpersOf(program),
    ...(refuses ? [typescript`refuseUnreached`] : []),
    ...(fences.some(({ needsDescribedMemory }) => needsDescribedMemory) ? [typescript`refuseUndescribed`] : []),
  ];
  const types = [
    typescript`DmaBuffer`,
    typescript`DmaFence`,
    ...(hasMasters ? [typescript`DmaReach`] : []),
    typescript`FenceMachine`,
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
    ],
    reach: tables.flatMap((table) => [typescript``, ...typeScriptReach(table)]),
    classes,
  };
}

/** As Biome breaks imports. */
function imports(types: Lines, helpers: Lines): Lines {
  if (helpers.length === 0) return [typescript`import type { ${join(types, typescript`, `)} } from "fencegen";`];
  const inOrder = [...types, ...helpers].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const names = inOrder.map((name) => (types.includes(name) ? typescript`type ${name}` : name));
  const line = typescript`import { ${join(names, typescript`, `)} } from "fencegen";`;
  return line.length <= 120
    ? [line]
    : [typescript`import {`, ...names.map((name) => typescript`  ${name},`), typescript`} from "fencegen";`];
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
function unreached(table: ReachTable | undefined, { controllers }: FencePlan): Lines {
  if (!table) return [];
  const { chip } = table;
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  if (unreachedRegions(chip, masters).length === 0) return [];
  const reach = reachName(table);
  if (masters.length === chip.dma.length) return [typescript`refuseUnreached(${reach}, buffer);`];
  return [typescript`refuseUnreached(${reach}, buffer, [${join(controllers.map(stringLiteral), typescript`, `)}]);`];
}

/** That, and the refusal of buffers in memory that is not described, where the fence would be wrong for them. */
function refusal(table: ReachTable | undefined, fence: FencePlan): Lines {
  const undescribed = table && fence.needsDescribedMemory;
  return [
    ...unreached(table, fence),
    ...(undescribed ? [typescript`refuseUndescribed(${reachName(table)}, buffer);`] : []),
  ];
}
