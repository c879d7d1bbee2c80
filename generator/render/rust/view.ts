// From plans to what the Rust template prints: strings and lists of strings, nothing to decide.

import type { Register, ResolvedChip, ResolvedCore } from "../../model/chip.ts";
import { allSources } from "../../model/citations.ts";
import { groupHex } from "../../notation/quantity.ts";
import { lineSizeQuestion } from "../../plan/line-size.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { coreOf, typeStem } from "../../plan/plan-chip.ts";
import { relevantErrata } from "../../plan/relevant-errata.ts";
import { blocksOf, registersOf } from "../../program/statement.ts";
import type { Bibliography } from "../bibliography.ts";
import { constantName } from "../names.ts";
import type { PrintedFence, RenderInput } from "../printer.ts";
import { comment, listItem, wrap } from "../text.ts";
import { renderBody } from "./body.ts";
import { call, type RustReachView, rustReached, viewRustReach } from "./reach.ts";

/** rustfmt's width. */
export const width = 100;

export interface RustView {
  readonly licence: readonly string[];
  readonly generated: string;
  readonly head: readonly string[];
  readonly traitPath: string;
  readonly registers: readonly { readonly cfg: readonly string[]; readonly constant: string }[];
  readonly reach: readonly RustReachView[];
  readonly fences: readonly RustFenceView[];
  readonly buffers: readonly {
    readonly name: string;
    readonly docs: readonly string[];
    readonly alignment: string;
    readonly fence: string;
  }[];
}

interface RustFenceView {
  readonly docs: readonly string[];
  readonly name: string;
  readonly constants: readonly string[];
  readonly safety: readonly string[];
  readonly soundness: readonly string[];
  readonly cfg: { readonly real: readonly string[]; readonly twin: readonly string[] };
  readonly release: readonly string[];
  readonly acquire: readonly string[];
  readonly unsupported: readonly string[];
  /** The check that some master of the fence reaches the buffer; empty where they reach all memory. */
  readonly reached: readonly { readonly check: readonly string[] }[];
}

export function viewRust({
  chip,
  fences,
  licence,
  generated,
  traitPath,
  bibliography,
  optimize,
}: RenderInput): RustView {
  const withLines = fences.filter(({ bufferAlignmentBytes }) => bufferAlignmentBytes > 1);
  const alignment = Math.max(1, ...withLines.map(({ bufferAlignmentBytes }) => bufferAlignmentBytes));
  return {
    licence: licence.map((line) => `// ${line}`),
    generated: `// ${generated}`,
    head: [
      ...comment(`DMA fences for the ${chip.vendor} ${chip.title}.`, "//!", width),
      ...(bibliography.documents.length > 0 ? ["//!", "//! Sources, cited by number:", "//!"] : []),
      ...bibliography.documents.flatMap((document, index) => numbered(document, index + 1)),
    ],
    traitPath: traitPath.endsWith("::DmaFence") ? traitPath : `${traitPath} as DmaFence`,
    reach: [viewRustReach(chip, width) ?? []].flat(),
    registers: registersOf(fences.flatMap(({ program }) => blocksOf(program))).map((register) => ({
      cfg: cfgOf(archesUsing(register, chip, fences)).real,
      constant: `const ${constantName(register)}: usize = 0x${groupHex(register.address).toUpperCase()};`,
    })),
    fences: fences.map((fence) => viewFence(fence, chip, bibliography, optimize)),
    buffers:
      withLines.length === 0
        ? []
        : [
            {
              name: `${typeStem(chip.id)}DmaBuffer`,
              docs: bufferDocs(chip.title, alignment, withLines),
              alignment: String(alignment),
              fence: withLines[0]!.name,
            },
          ],
  };
}

function viewFence(
  fence: PrintedFence,
  chip: ResolvedChip,
  bibliography: Bibliography,
  optimize: RenderInput["optimize"],
): RustFenceView {
  const core = coreOf(chip, fence);
  const body = { architecture: core.architecture, bibliography, optimize };
  return {
    docs: docs(fence, core, chip.title, bibliography),
    name: fence.name,
    constants:
      fence.lineBytes === undefined
        ? []
        : [
            `/// ${lineSizeQuestion(fence) ? "The smallest that a cache line may be; the fence asks the core how large it is." : "Bytes by which the fence steps from cache line to cache line."}`,
            `pub const LINE_BYTES: usize = ${fence.lineBytes};`,
            "",
            "/// What a buffer must be aligned to, and padded to a multiple of, so that it shares no line.",
            `pub const BUFFER_ALIGNMENT_BYTES: usize = ${fence.bufferAlignmentBytes};`,
            "",
          ],
    safety: fence.obligations.flatMap(({ text, sources }) =>
      listItem(inDocs(bibliography.cited(text, sources)), "///", width - 4),
    ),
    soundness: comment(
      `SAFETY: the steps below give what the trait asks of \`release\` and \`acquire\`, each for the reason beside it, as long as what the caller promised in \`${fence.name}::new\` holds.`,
      "//",
      width,
    ),
    cfg: cfgOf(core.targetArch),
    release: renderBody(fence.program.release, body),
    acquire: renderBody(fence.program.acquire, body),
    reached: [
      rustReached(
        chip,
        chip.dma.filter(({ name }) => fence.controllers.includes(name)),
      ) ?? [],
    ]
      .flat()
      .map((mask) => ({
        check: call("check_memory(", ["buf", mask, '"the masters of this fence"', '"cannot reach"'], ");"),
      })),
    unsupported: unsupported(`"${fence.name} only works on ${core.architecture.title}"`),
  };
}

/** Values of cfg(target_arch) of the cores whose fences access a register. */
function archesUsing({ address }: Register, chip: ResolvedChip, fences: readonly PrintedFence[]): string[] {
  const users = fences.filter((fence) =>
    registersOf(blocksOf(fence.program)).some((other) => other.address === address),
  );
  return [...new Set(users.flatMap((fence) => coreOf(chip, fence).targetArch))];
}

/** The attributes under which the real bodies and the twin are compiled: exact opposites, made from one condition. */
function cfgOf(targetArch: readonly string[]): { real: string[]; twin: string[] } {
  const arches = targetArch.map((arch) => `target_arch = "${arch}"`);
  const arguments_ = [arches.length === 1 ? arches[0]! : `any(${arches.join(", ")})`, 'target_os = "none"'];
  const line = arguments_.join(", ");
  const broken = [`    ${arguments_[0]},`, `    ${arguments_[1]}`];
  // As rustfmt breaks attributes: where the innermost arguments are longer than this.
  const widest = 70;
  return {
    real: line.length <= widest ? [`#[cfg(all(${line}))]`] : ["#[cfg(all(", ...broken, "))]"],
    twin: line.length <= widest ? [`#[cfg(not(all(${line})))]`] : ["#[cfg(not(all(", ...broken, ")))]"],
  };
}

/** The one statement of the twin, as rustfmt breaks it. */
function unsupported(text: string): string[] {
  const line = `unimplemented!(${text})`;
  return line.length <= width - 8 ? [line] : ["unimplemented!(", `    ${text}`, ")"];
}

function docs(fence: FencePlan, core: ResolvedCore, chipTitle: string, bibliography: Bibliography): string[] {
  const paragraph = (text: string) => ["///", ...comment(text, "///", width)];
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
    ...comment(`DMA fence for the ${core.title} of the ${chipTitle}.`, "///", width),
    ...paragraph(whom),
    ...paragraph(inDocs(bibliography.cited(caches, cacheSources))),
    ...relevantErrata(core, fence.lineBytes !== undefined).flatMap((erratum) => {
      const doubt = erratum.certain ? "" : " The silicon revision is not known, so it counts as affected.";
      return paragraph(inDocs(bibliography.cited(`Erratum ${erratum.id}: ${erratum.title}${doubt}`, erratum.sources)));
    }),
    ...fence.comparison.flatMap(paragraph),
    ...paragraph(
      "The buffer must be given by a pointer that may be written through, never by one made from a shared reference: the compiler would assume that its bytes do not change.",
    ),
  ];
}

function bufferDocs(chipTitle: string, alignment: number, fences: readonly FencePlan[]): string[] {
  return [
    ...comment(`A buffer that shares no cache line with anything else on the ${chipTitle}.`, "///", width),
    "///",
    ...comment(
      `Aligned to ${alignment} bytes and padded to a multiple of them by its type, so that it meets what [\`${fences[0]!.name}::new\`] asks of buffers that DMA writes to. Hand all of it to one transfer at a time; parts of it may share a line with each other.`,
      "///",
      width,
    ),
  ];
}

/** An item of a numbered list in inner documentation. */
function numbered(text: string, number: number): string[] {
  const bullet = `${number}. `;
  return wrap(text, width - 4 - bullet.length).map(
    (line, index) => `//! ${index === 0 ? bullet : " ".repeat(bullet.length)}${line}`,
  );
}

/** In rustdoc, brackets make links. */
function inDocs(text: string): string {
  return text.replace(/[[\]]/g, "\\$&");
}
