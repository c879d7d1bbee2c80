// From plans to what the TypeScript template prints: strings and lists of strings, nothing to decide.

import type { RegisterValue, ResolvedChip, SequenceItem } from "../model/chip.ts";
import { changesOf } from "../model/register-value.ts";
import { groupHex } from "../notation/quantity.ts";
import { lineSizeQuestion } from "../plan/line-size.ts";
import type { FencePlan, FenceStep, RegionRange } from "../plan/operation.ts";
import { unreachedRegions } from "../semantics/memory-map.ts";
import type { Bibliography } from "./bibliography.ts";
import { constantName, registersOf } from "./registers.ts";
import type { RenderInput } from "./render-input.ts";
import { comment, listItem } from "./text.ts";
import { typeScriptReach } from "./view-reach.ts";

const width = 110;

export interface TypeScriptView {
  readonly licence: readonly string[];
  readonly generated: string;
  readonly head: readonly string[];
  readonly imports: readonly string[];
  readonly registers: readonly string[];
  readonly reach: readonly string[];
  readonly classes: readonly {
    readonly docs: readonly string[];
    readonly name: string;
    readonly constants: readonly string[];
    readonly methods: readonly {
      readonly name: string;
      readonly parameter: string;
      readonly body: readonly string[];
    }[];
  }[];
}

export function viewTypeScript({ chip, fences, licence, generated, bibliography }: RenderInput): TypeScriptView {
  const classes = fences.map((fence) => ({
    docs: docs(fence, bibliography),
    name: fence.name,
    constants: [
      ...(chip.dma.length > 0
        ? ["/** What each DMA master of the chip reaches, for `requireReach`. */", "static readonly reach = reach;", ""]
        : []),
      ...(fence.lineBytes === undefined
        ? []
        : [
            `/** ${lineSizeQuestion(fence) ? "The smallest that a line may be; the fence asks the core how large it is." : "Bytes by which the fence steps from line to line."} */`,
            `static readonly lineBytes = ${fence.lineBytes};`,
            "/** What a buffer must be aligned to, and padded to a multiple of, so that it shares no line. */",
            `static readonly bufferAlignmentBytes = ${fence.bufferAlignmentBytes};`,
            "",
          ]),
    ],
    methods: (["release", "acquire"] as const).map((name) => {
      const lines = [...refusal(chip, fence), ...body(fence[name], bibliography)];
      return {
        name,
        parameter: lines.some((line) => /\bbuffer\b/.test(line.replace(/^ *\/\/.*/, ""))) ? "buffer" : "_buffer",
        body: lines,
      };
    }),
  }));
  const hasMasters = chip.dma.length > 0;
  const text = classes.flatMap(({ methods }) => methods.flatMap((method) => method.body)).join("\n");
  const helpers = [
    "decodedLineBytes",
    "edgeAddresses",
    "lineAddresses",
    "lineRange",
    "refuseUnreached",
    "startsIn",
  ].filter((name) => text.includes(`${name}(`));
  const types = ["DmaBuffer", "DmaFence", ...(hasMasters ? ["DmaReach"] : []), "FenceMachine"];
  return {
    licence: licence.map((line) => `// ${line}`),
    generated: `// ${generated}`,
    head: [
      ...comment(
        `DMA fences of the ${chip.vendor} ${chip.title}. Each issues the operations of the Rust fence of the same name, in the same order, to a FenceMachine.`,
        "//",
        width,
      ),
      ...(bibliography.documents.length > 0 ? ["//", "// Sources, cited by number:"] : []),
      ...bibliography.documents.map((document, index) => `// ${index + 1}. ${document}`),
    ],
    imports: imports(types, helpers),
    registers: registersOf(fences).map(
      (register) => `const ${constantName(register)} = 0x${groupHex(register.address)}n;`,
    ),
    reach: hasMasters ? ["", ...typeScriptReach(chip)] : [],
    classes,
  };
}

/** As Biome breaks imports. */
function imports(types: readonly string[], helpers: readonly string[]): string[] {
  if (helpers.length === 0) return [`import type { ${types.join(", ")} } from "fencegen";`];
  const inOrder = [...types, ...helpers].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const names = inOrder.map((name) => (types.includes(name) ? `type ${name}` : name));
  const line = `import { ${names.join(", ")} } from "fencegen";`;
  return line.length <= 120 ? [line] : ["import {", ...names.map((name) => `  ${name},`), '} from "fencegen";'];
}

function docs(fence: FencePlan, bibliography: Bibliography): string[] {
  const target = fence.forAllDma ? "right for all DMA of the chip" : `right for ${fence.controllers.join(", ")} only`;
  return [
    ...comment(`DMA fence, ${target}.`, " *", width),
    " *",
    " * It relies on this:",
    ...fence.obligations.flatMap(({ text, sources }) => listItem(bibliography.cited(text, sources), " *", width)),
    // Nothing that a description says may end the comment.
  ].map((line) => line.replaceAll("*/", "* /"));
}

/** The refusal of buffers that no master of the fence reaches. */
function refusal(chip: ResolvedChip, { controllers }: FencePlan): string[] {
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  if (unreachedRegions(chip, masters).length === 0) return [];
  const all = masters.length === chip.dma.length;
  const list = controllers.map((name) => JSON.stringify(name)).join(", ");
  return [all ? "refuseUnreached(reach, buffer);" : `refuseUnreached(reach, buffer, [${list}]);`];
}

function body(steps: readonly FenceStep[], bibliography: Bibliography): string[] {
  return steps.flatMap((step) => [
    ...comment(bibliography.cited(step.reason, step.sources), "//", width - 4),
    ...statements(step),
  ]);
}

/** What a step executes, within a test of where the buffer starts if it is not for every buffer. */
function statements(step: FenceStep): string[] {
  if (!("onlyIn" in step) || !step.onlyIn) return unconditional(step);
  return [...startsIn("", step.onlyIn), ...unconditional(step).map((line) => `  ${line}`), "}"];
}

/** The head of an `if` about where the buffer starts, as Biome breaks it. */
function startsIn(not: "" | "!", regions: readonly RegionRange[]): string[] {
  const ranges = regions.map(({ base, sizeBytes }) => `[0x${groupHex(base)}n, 0x${groupHex(sizeBytes)}n]`);
  if (ranges.length === 1) return [`if (${not}startsIn(buffer, [${ranges[0]}])) {`];
  return ["if (", `  ${not}startsIn(buffer, [`, ...ranges.map((range) => `    ${range},`), "  ])", ") {"];
}

function unconditional(step: FenceStep): string[] {
  switch (step.kind) {
    case "return-if-empty":
      return ["if (buffer.lengthBytes === 0) return;"];
    case "region-guard":
      return [
        ...startsIn("!", step.regions),
        ...step.outside.flatMap(statements).map((line) => `  ${line}`),
        "  return;",
        "}",
      ];
    case "barrier":
      return [`this.machine.barrier(${JSON.stringify(step.instruction)});`];
    case "compiler-barrier":
      return ["this.machine.compilerBarrier();"];
    case "mask-interrupts":
      return ["this.machine.maskInterrupts();"];
    case "restore-interrupts":
      return ["this.machine.restoreInterrupts();"];
    case "read-line-size": {
      const { register, lowBit, bits, unitBytes } = step.lineSize;
      const read =
        typeof register === "string"
          ? `readSystemRegister(${JSON.stringify(register)})`
          : `readRegister(0x${groupHex(register)}n, 32)`;
      return [`const lineBytes = decodedLineBytes(this.machine.${read}, ${lowBit}, ${bits}, ${unitBytes});`];
    }
    case "maintain-lines": {
      const helper = step.lines === "all" ? "lineAddresses" : "edgeAddresses";
      const size = step.bySizeRead ? "lineBytes" : step.lineBytes;
      return [
        `for (const line of ${helper}(buffer, ${size}, ${JSON.stringify(step.firstAddress)})) {`,
        ...step.accesses.map((item) => `  ${access(item)}`),
        "}",
      ];
    }
    case "maintain-range": {
      const uses = step.accesses.some((item) => item.kind === "write" && item.value.of !== "constant");
      const block = step.accesses.map(access);
      return uses
        ? ["{", `  const range = lineRange(buffer, ${step.lineBytes});`, ...block.map((line) => `  ${line}`), "}"]
        : block;
    }
    case "maintain-whole-cache":
    case "complete-maintenance":
      return step.accesses.map(access);
  }
}

function access(item: SequenceItem): string {
  switch (item.kind) {
    case "instruction":
      return item.instruction.includes("{address}")
        ? `this.machine.maintain(${JSON.stringify(item.instruction)}, line);`
        : `this.machine.maintain(${JSON.stringify(item.instruction)});`;
    case "write":
      return `this.machine.writeRegister(${constantName(item.register)}, ${value(item.value)}, ${item.register.widthBits});`;
    case "store":
      return `this.machine.writeRegister(${value(item.to)}, 0n, ${item.widthBits});`;
    case "poll":
      return `this.machine.pollRegister(${constantName(item.register)}, 0x${groupHex(item.mask)}n, "${item.until}", ${item.register.widthBits});`;
    case "call":
      throw new Error("the planner refuses calls");
  }
}

function value(value: RegisterValue): string {
  const names = {
    address: "line",
    "first-line": "range.firstLine",
    "last-byte": "range.lastByte",
    end: "range.end",
    "size-bytes": "range.sizeBytes",
    "size-lines": "range.sizeLines",
  };
  if (value.of === "constant") return `0x${groupHex(value.constant)}n`;
  const symbols = { subtract: "-", shiftRight: ">>", add: "+", or: "|" };
  let text: string = names[value.of];
  for (const { kind, by } of changesOf(value)) {
    const operand = kind === "shiftRight" ? `${by}n` : `0x${groupHex(by)}n`;
    text = `${text.includes(" ") ? `(${text})` : text} ${symbols[kind]} ${operand}`;
  }
  return text;
}
