// From plans to what the TypeScript template prints: strings and lists of strings, nothing to decide.

import { fenceMethods, type ResolvedChip } from "../../model/chip.ts";
import { groupHex } from "../../notation/quantity.ts";
import { lineSizeQuestion } from "../../plan/line-size.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { blocksOf, registersOf } from "../../program/statement.ts";
import { unreachedRegions } from "../../semantics/memory-map.ts";
import type { Bibliography } from "../bibliography.ts";
import { constantName } from "../names.ts";
import type { RenderInput } from "../printer.ts";
import { comment, listItem } from "../text.ts";
import { helpersOf, printBody, readsBuffer } from "./body.ts";
import { typeScriptReach } from "./reach.ts";

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
    methods: fenceMethods.map((name) => {
      const refused = refusal(chip, fence);
      const isRead = refused.length > 0 || readsBuffer(fence.program[name]);
      return {
        name,
        parameter: isRead ? "buffer" : "_buffer",
        body: [...refused, ...printBody(fence.program[name], bibliography, width)],
      };
    }),
  }));
  const hasMasters = chip.dma.length > 0;
  const program = fences.flatMap((fence) => blocksOf(fence.program));
  const refuses = fences.some((fence) => refusal(chip, fence).length > 0);
  const helpers = [...helpersOf(program), ...(refuses ? ["refuseUnreached"] : [])];
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
    registers: registersOf(program).map(
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
