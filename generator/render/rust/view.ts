// From plans to what the Rust template prints: code and lists of it, nothing to decide.

import type { NamedValue, Register, ResolvedChip, ResolvedCore } from "../../model/chip.ts";
import { allSources } from "../../model/citations.ts";
import { typeStem } from "../../notation/names.ts";
import { lineSizeQuestion } from "../../plan/line-size.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { relevantErrata } from "../../plan/relevant-errata.ts";
import { type Block, blocksOf, namedValuesOf, registersOf } from "../../program/statement.ts";
import { unreachedRegions } from "../../semantics/memory-map.ts";
import type { Bibliography } from "../bibliography.ts";
import { type Code, hexInCapitals, join } from "../code.ts";
import { constantNames, valueNames } from "../names.ts";
import type { PrintedFence, RenderInput } from "../printer.ts";
import { type ReachTable, reachTables, tableOf } from "../reach-tables.ts";
import { type BodyContext, renderBody } from "./body.ts";
import {
  comment,
  commentLine,
  doc,
  docItem,
  docText,
  formatLiteral,
  identifier,
  path,
  rust,
  rustdoc,
  stringLiteral,
} from "./encode.ts";
import { operandNames } from "./operands.ts";
import {
  call,
  maskType,
  masterType,
  type RustChecksView,
  type RustReachView,
  rustReached,
  viewRustChecks,
  viewRustReach,
} from "./reach.ts";

/** rustfmt's width. */
export const width = 100;

type Lines = readonly Code<"rust">[];

export type RustView = {
  readonly licence: Lines;
  readonly generated: Code<"rust">;
  readonly head: Lines;
  readonly traitPath: Code<"rust">;
  readonly registers: readonly { readonly cfg: Lines; readonly constant: Code<"rust"> }[];
  readonly reach: readonly RustReachView[];
  readonly checks: readonly RustChecksView[];
  readonly fences: readonly RustFenceView[];
  readonly buffers: readonly {
    readonly name: Code<"rust">;
    readonly docs: Lines;
    readonly alignment: Code<"rust">;
  }[];
};

type RustFenceView = {
  readonly docs: Lines;
  readonly name: Code<"rust">;
  readonly constants: Lines;
  readonly safety: Lines;
  readonly soundness: Lines;
  readonly cfg: { readonly real: Lines; readonly twin: Lines };
  readonly release: Lines;
  readonly acquire: Lines;
  readonly unsupported: Lines;
  /** The check that a buffer is in memory that the fence is right for; empty where it is for all. */
  readonly reached: readonly { readonly docs: Lines; readonly check: Lines }[];
};

export function viewRust({
  chip,
  fences,
  licence,
  generated,
  traitPath,
  warning,
  bibliography,
  optimize,
}: RenderInput): RustView {
  const withLines = fences.filter(({ bufferAlignmentBytes }) => bufferAlignmentBytes > 1);
  const registers = registersOf(fences.flatMap(({ program }) => blocksOf(program)));
  const names = constantNames(registers);
  const tables = reachTables(chip);
  const called = namedValuesOf(fences.flatMap(({ program }) => blocksOf(program)));
  const values = valueNames(called, names);
  const alignment = Math.max(1, ...withLines.map(({ bufferAlignmentBytes }) => bufferAlignmentBytes));
  const spelling = { bibliography, optimize, constants: names, values, operands: operandNames(registers, names) };
  const views = fences.map((fence) => viewFence(fence, chip, tables, spelling));
  return {
    licence: licence.map(commentLine),
    generated: commentLine(generated),
    head: [
      ...doc(docText(`DMA fences for the ${chip.vendor} ${chip.title}.`), "//!", width),
      ...(warning === undefined ? [] : [rust`//!`, ...doc(docText(warning), "//!", width)]),
      ...(bibliography.documents.length > 0 ? [rust`//!`, rust`//! Sources, cited by number:`, rust`//!`] : []),
      ...bibliography.documents.flatMap((document, index) => docItem(docText(document), `${index + 1}.`, "//!", width)),
    ],
    traitPath: traitPath.endsWith("::DmaFence") ? path(traitPath) : rust`${path(traitPath)} as DmaFence`,
    reach: tables.map((table) => viewRustReach(table, maskType(tables), width)),
    checks: [
      viewRustChecks(
        tables,
        views.some(({ reached }) => reached.length > 0),
      ) ?? [],
    ].flat(),
    registers: [
      ...registers.map((register) => ({
        cfg: cfgOf(archesUsing(register, chip, fences)).real,
        constant: rust`const ${identifier(names.get(register.address)!)}: usize = ${hexInCapitals(register.address)};`,
      })),
      ...called.map((named) => ({
        cfg: cfgOf(archesNaming(named, chip, fences)).real,
        constant: rust`const ${identifier(values(named))}: usize = ${hexInCapitals(named.value)};`,
      })),
    ],
    fences: views,
    buffers:
      withLines.length === 0
        ? []
        : [
            {
              name: identifier(`${typeStem(chip.id)}DmaBuffer`),
              docs: bufferDocs(chip.title, alignment, withLines),
              alignment: rust`${alignment}`,
            },
          ],
  };
}

function viewFence(
  fence: PrintedFence,
  chip: ResolvedChip,
  tables: readonly ReachTable[],
  spelling: Omit<BodyContext, "architecture">,
): RustFenceView {
  const core = coreOf(chip, fence);
  const { bibliography } = spelling;
  const body = { architecture: core.architecture, ...spelling };
  return {
    docs: docs(fence, core, chip.title, bibliography),
    name: identifier(fence.name),
    constants:
      fence.lineBytes === undefined
        ? []
        : [
            lineSizeQuestion(fence)
              ? rust`/// The smallest that a cache line may be; the fence asks the core how large it is.`
              : rust`/// Bytes by which the fence steps from cache line to cache line.`,
            rust`pub const LINE_BYTES: usize = ${fence.lineBytes};`,
            rust``,
            rust`/// What a buffer must be aligned to, and padded to a multiple of, so that it shares no line.`,
            rust`pub const BUFFER_ALIGNMENT_BYTES: usize = ${fence.bufferAlignmentBytes};`,
            rust``,
          ],
    safety: fence.obligations.flatMap(({ text, sources }) =>
      docItem(docText(bibliography.cited(text, sources)), "-", "///", width - 4),
    ),
    soundness: comment(
      `SAFETY: the steps below give what the trait asks of \`release\` and \`acquire\`, each for the reason beside it, as long as what the caller promised in \`${fence.name}::new\` holds.`,
      width,
    ),
    cfg: cfgOf(core.targetArch),
    release: renderBody(fence.program.release, body),
    acquire: renderBody(fence.program.acquire, body),
    reached: reachedOf(fence, tableOf(tables, core)),
    unsupported: unsupported(formatLiteral`${fence.name} only works on ${core.architecture.title}`),
  };
}

function reachedOf(
  { controllers, needsDescribedMemory }: FencePlan,
  table: ReachTable | undefined,
): RustFenceView["reached"] {
  if (!table) return [];
  const { chip } = table;
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  const someUnreached = unreachedRegions(chip, masters).length > 0;
  if (!someUnreached && !needsDescribedMemory) return [];
  const wrong = [
    ...(someUnreached ? ["that no master of this fence reaches"] : []),
    ...(needsDescribedMemory ? ["that is not described"] : []),
  ];
  const flag = needsDescribedMemory ? rust`true` : rust`false`;
  const arguments_ = [rust`buf`, rust`&${masterType(table)}::MEMORY`, rustReached(chip, masters), flag];
  return [
    {
      docs: doc(
        docText(`Panics in debug builds where the buffer lies in memory ${wrong.join(", or ")}.`),
        "///",
        width - 4,
      ),
      check: call(rust`check_buffer(`, arguments_, rust`);`),
    },
  ];
}

/** Values of cfg(target_arch) of the cores whose fences access a register. */
function archesUsing({ address }: Register, chip: ResolvedChip, fences: readonly PrintedFence[]): string[] {
  return archesOf(chip, fences, (blocks) => registersOf(blocks).some((other) => other.address === address));
}

/** The same for those that use a value by its name. */
function archesNaming({ name, value }: NamedValue, chip: ResolvedChip, fences: readonly PrintedFence[]): string[] {
  return archesOf(chip, fences, (blocks) =>
    namedValuesOf(blocks).some((other) => other.name === name && other.value === value),
  );
}

function archesOf(
  chip: ResolvedChip,
  fences: readonly PrintedFence[],
  uses: (blocks: readonly Block[]) => boolean,
): string[] {
  const users = fences.filter((fence) => uses(blocksOf(fence.program)));
  return [...new Set(users.flatMap((fence) => coreOf(chip, fence).targetArch))];
}

/** The attributes under which the real bodies and the twin are compiled: exact opposites, made from one condition. */
function cfgOf(targetArch: readonly string[]): { real: Lines; twin: Lines } {
  const arches = targetArch.map((arch) => rust`target_arch = ${stringLiteral(arch)}`);
  const arguments_ = [
    arches.length === 1 ? arches[0]! : rust`any(${join(arches, rust`, `)})`,
    rust`target_os = "none"`,
  ] as const;
  const line = join(arguments_, rust`, `);
  const broken = [rust`    ${arguments_[0]},`, rust`    ${arguments_[1]}`];
  // As rustfmt breaks attributes: where the innermost arguments are longer than this.
  const widest = 70;
  return {
    real: line.length <= widest ? [rust`#[cfg(all(${line}))]`] : [rust`#[cfg(all(`, ...broken, rust`))]`],
    twin: line.length <= widest ? [rust`#[cfg(not(all(${line})))]`] : [rust`#[cfg(not(all(`, ...broken, rust`)))]`],
  };
}

/** The one statement of the twin, as rustfmt breaks it. */
function unsupported(text: Code<"rust">): Lines {
  const line = rust`unimplemented!(${text})`;
  return line.length <= width - 8 ? [line] : [rust`unimplemented!(`, rust`    ${text}`, rust`)`];
}

function docs(fence: FencePlan, core: ResolvedCore, chipTitle: string, bibliography: Bibliography): Lines {
  const paragraph = (text: string) => [rust`///`, ...doc(docText(text), "///", width)];
  const whom = fence.forAllDma
    ? fence.controllers.length > 0
      ? `Right for every DMA master of the chip: ${fence.controllers.join(", ")}.`
      : "The chip's description lists no DMA master; the fence orders accesses to memory before and after accesses to device registers."
    : `Right only for ${fence.controllers.join(", ")}; \`release\` and \`acquire\` of other masters' buffers need the chip's other fence.`;
  const levels = core.caches.map(
    (level) =>
      `${level.name}, lines of ${level.smallestLineBytes === level.largestLineBytes ? level.smallestLineBytes : `${level.smallestLineBytes} to ${level.largestLineBytes}`} bytes, write policy ${level.writePolicy}`,
  );
  const caches =
    core.caches.length > 0
      ? `Data caches, inner to outer: ${levels.join("; ")}.`
      : "No data cache stands between the core and memory.";
  const cacheSources =
    core.caches.length > 0 ? core.caches.flatMap(({ sourcesOf }) => allSources(sourcesOf)) : core.noCacheSources;
  return [
    ...doc(docText(`DMA fence for the ${core.title} of the ${chipTitle}.`), "///", width),
    ...paragraph(whom),
    ...paragraph(bibliography.cited(caches, cacheSources)),
    ...relevantErrata(core, fence.lineBytes !== undefined).flatMap((erratum) => {
      const doubt = erratum.certain ? "" : " The silicon revision is not known, so it counts as affected.";
      return paragraph(bibliography.cited(`Erratum ${erratum.id}: ${erratum.title}${doubt}`, erratum.sources));
    }),
    ...fence.comparison.flatMap(paragraph),
    ...paragraph(
      "The buffer must be given by a pointer that may be written through, never by one made from a shared reference: the compiler would assume that its bytes do not change.",
    ),
  ];
}

function bufferDocs(chipTitle: string, alignment: number, fences: readonly FencePlan[]): Lines {
  return [
    ...doc(docText(`A buffer that shares no cache line with anything else on the ${chipTitle}.`), "///", width),
    rust`///`,
    ...doc(
      rustdoc`Aligned to ${alignment} bytes and padded to a multiple of them by its type, so that it meets what [\`${nameInDocs(fences[0]!)}::new\`] asks of buffers that DMA writes to. Hand all of it to one transfer at a time; parts of it may share a line with each other.`,
      "///",
      width,
    ),
  ];
}

/** A fence's name, which has nothing to escape. */
function nameInDocs({ name }: FencePlan): Code<"rustdoc"> {
  return docText(identifier(name));
}
