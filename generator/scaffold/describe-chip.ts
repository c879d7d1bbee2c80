// Answers → the text of a description that validates. Every fact in it says that nobody has looked up its source, and
// comments say what to look up and what depends on it.
import type { CacheLevel } from "#generated/descriptions.js";
import { everyMaster } from "../model/viewers.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
import {
  assumedLevel,
  type CacheAnswer,
  type ChipAnswers,
  type CoreAnswer,
  cachedByOf,
  isLeftOpen,
  type MasterAnswer,
  type MemoryAnswer,
  mayHaveCaches,
  nameOf,
  none,
  type Seen,
  unknown,
} from "./chip-answers.ts";

/** That the facts so far allow a core no sound fence. */
export interface ExpectedRefusal {
  readonly code: string;
  /** What the planner says, without a full stop. */
  readonly messages: readonly string[];
}

/**
 * @param schemaPath where editors find the schema, from the file's folder
 * @param refusals for each core, in the order of the answers
 */
export function describeChip(
  answers: ChipAnswers,
  schemaPath: string,
  refusals: readonly (ExpectedRefusal | undefined)[] = [],
): string {
  const { id, title, vendor, cores, caches, memories, masters } = answers;
  return `${[
    `# yaml-language-server: $schema=${schemaPath}`,
    ...comment(
      "Answers given to `fencegen new`: facts that nobody has read in a source yet. Cite under `evidence` where each can be read, in place of `TODO`, or write `unverified`; `fencegen validate --verbose` shows every `TODO` that is left. No fence is emitted that depends on what is `unknown`. What each key means is in its description in the schema, which editors show.",
    ),
    `chip: ${id}`,
    `title: ${scalar(title)}`,
    `vendor: ${scalar(vendor)}`,
    "cores:",
    ...cores.flatMap((core, index) => coreLines(core, caches, refusals[index])),
    ...cacheLines(caches),
    ...memoryLines(answers, memories),
    ...masterLines(answers, masters),
    ...comment(
      "Look for errata of the chip in its errata sheet: DMA, caches, bus matrix. Those of the core and of the cache controllers are known from their own files. Those listed here are compared with `revision` of the chip; without one they all count.",
    ),
    "# errata:",
    "#   - { erratum: NUMBER, title: What goes wrong., affects: all, obligation: What start-up code has done about it., source: TODO }",
    ...comment(
      "Where each of these facts was read, by the names above: for all entries of a part, or for each by itself.",
    ),
    "evidence:",
    ...evidenceOf("cores", cores, "TODO core and revision", ({ name, id, source }) => [
      name ?? id,
      source && scalar(source),
    ]),
    ...(memories.length === 0
      ? []
      : evidenceOf("memories", memories, "TODO memory map", ({ name, source }) => [
          name,
          source && `{ place: ${scalar(source)}, cachedBy: TODO }`,
        ])),
    ...evidenceOf(
      "masters",
      masters,
      `TODO ${masters.length === 0 ? "that there are none" : "reach and snooping"}`,
      (master) => [
        master.name,
        master.told && `{ reach: TODO what it reaches, snoops: ${scalar(snoopingSource(master.told))} }`,
      ],
    ),
    ...comment(
      "Public documents and public repositories, by a short key, beside those that fencegen's own sources.yaml lists. A citation is the key and the place: `manual 2.3`, or `sdk@0123abc memory.h:12-34` with the commit of a repository.",
    ),
    "# sources:",
    "#   manual:",
    "#     document: Title and number of the reference manual",
    '#     revision: "1"',
    "#   sdk:",
    "#     repository: owner/name",
    "sources: {}",
  ].join("\n")}\n`;
}

/** What is cited for the entries of a part: for all of them, or for each where files say so of some. */
function evidenceOf<T>(
  part: string,
  entries: readonly T[],
  otherwise: string,
  sourceOf: (entry: T) => readonly [name: string, source: string | undefined],
): string[] {
  const sources = entries.map(sourceOf);
  if (sources.every(([, source]) => source === undefined)) return [`  ${part}: ${otherwise}`];
  return [`  ${part}:`, ...sources.map(([name, source = otherwise]) => `    ${scalar(name)}: ${source}`)];
}

function snoopingSource(told: NonNullable<MasterAnswer["told"]>): string {
  return isLeftOpen(told) ? "TODO whether its accesses see the caches" : told.source;
}

function coreLines(core: CoreAnswer, caches: ChipAnswers["caches"], refusal: ExpectedRefusal | undefined): string[] {
  const { id, facts, name, count, rustTargets } = core;
  const own = levelsOf(caches).filter((level) => level.core === nameOf(core));
  return [
    ...(facts
      ? [
          ...comment(factsInWords(core), "  "),
          `  - core: ${id}`,
          ...comment(`The silicon revision of the core, such as r0p1. ${revisionMatters(core)}`, "    "),
          "    # revision: unknown",
        ]
      : newCoreLines(core)),
    ...(name === undefined ? [] : [`    name: ${scalar(name)}`]),
    ...(count === undefined ? [] : [`    count: ${count}`]),
    ...comment("Every target that runs on the core; code for other targets does not get the fence.", "    "),
    `    rustTargets: [${rustTargets.map(scalar).join(", ")}]`,
    ...(own.length === 0
      ? []
      : [
          ...comment("Levels that only this core has, behind those of its description, inner to outer.", "    "),
          "    caches:",
          ...own.map((level) => `    ${cacheLine(level)}`),
        ]),
    ...(refusal ? refusalLines(refusal) : []),
  ];
}

function factsInWords({ id, facts }: CoreAnswer): string {
  const levels = facts!.caches.map(levelInWords);
  if (levels.length === 0) return `${id} has no data cache of its own, says its description.`;
  return `The description of ${id} says: ${levels.join("; ")}. Line sizes and what maintains a level come from there.`;
}

function levelInWords({ name, lineBytes, writePolicy, maintenance }: CacheLevel): string {
  const line = typeof lineBytes === "object" ? `${lineBytes.smallest} to ${lineBytes.largest}` : lineBytes;
  const mechanism = typeof maintenance === "object" ? maintenance.mechanism : maintenance;
  return `${name} with lines of ${line} bytes, ${writePolicy}, ${mechanism ? `maintained by ${mechanism}` : "with no known maintenance"}`;
}

function revisionMatters({ facts }: CoreAnswer): string {
  const errata = (facts?.errata ?? []).map(({ erratum }) => erratum);
  if (errata.length === 0) return "No erratum of the core that changes a fence is described yet.";
  return `Left out, every erratum of the core counts (${errata.join(", ")}): safe, and perhaps more than needed.`;
}

/** A core that no file describes. A cache that nobody can maintain is assumed, because none would be the unsafe side. */
function newCoreLines({ id, architecture }: CoreAnswer): string[] {
  return [
    ...comment(
      "No file describes this core. Complete it here, or as cores/ID.yaml beside the chips if others have it as well.",
      "  ",
    ),
    "  - core:",
    `      core: ${id}`,
    `      title: ${scalar(id)}`,
    `      architecture: ${architecture}`,
    ...comment(
      "Look up the data and unified caches of the core, inner to outer: line sizes, write policy, and what maintains them. Until then a data cache is assumed that nobody knows how to maintain, so that no fence is emitted that trusts in there being none. If there is none: `caches: []`, and `noCacheSource` says where that was read.",
      "      ",
    ),
    "      caches:",
    `        - { name: ${assumedLevel}, lineBytes: { smallest: 16, largest: 128 }, writePolicy: configurable, source: TODO caches of the core }`,
    ...comment(
      "Errata of its caches and barriers, with the revisions that they affect; `revision`, beside `core`, then matters.",
      "      ",
    ),
    "      # errata:",
    "      #   - { erratum: NUMBER, title: What goes wrong., affects: [r0p0], obligation: What start-up code has done about it., source: TODO }",
  ];
}

function refusalLines({ code, messages }: ExpectedRefusal): string[] {
  const because = `From what is described so far no sound fence follows: ${messages.join("; ")}. Until that is looked up a driver must not hand buffers to DMA.`;
  return [
    ...comment(
      "No fence is emitted for this core. `fencegen validate` says when the facts have come to allow one; then remove this.",
      "    ",
    ),
    "    refused:",
    `      code: ${code}`,
    `      because: ${scalar(because)}`,
    "      source: TODO",
  ];
}

function levelsOf(caches: ChipAnswers["caches"]): readonly CacheAnswer[] {
  return caches === unknown ? [] : caches;
}

function cacheLines(caches: ChipAnswers["caches"]): string[] {
  const shared = levelsOf(caches).filter(({ core }) => core === undefined);
  const found =
    caches === unknown
      ? "Whether there are any was not answered, so that the memories below say `unknown`: when they are described here, or a source says that there are none, correct `cachedBy`."
      : caches.length === 0
        ? "There are none, says the answer: it is the weaker side, so look once more."
        : "A level without `maintenance` cannot be maintained, and no fence is emitted that would have to.";
  return [
    ...comment(
      `Cache levels between the cores and memory, inner to outer. Look for one in the block diagram, also in front of flash and external memory: a level that is not described is not maintained, and DMA then misses what it holds. Memories that it holds name it in \`cachedBy\`. One that a single core has for itself stands in a list \`caches\` of that core's entry. ${found}`,
    ),
    ...(shared.length === 0
      ? [
          "# caches:",
          "#   - { name: L2, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: ID, base: 0x0 }, source: TODO }",
        ]
      : ["caches:", ...shared.map(cacheLine)]),
  ];
}

function cacheLine({
  name,
  smallestLineBytes,
  largestLineBytes,
  writePolicy,
  maintenance,
  source,
}: CacheAnswer): string {
  const line =
    smallestLineBytes === largestLineBytes
      ? smallestLineBytes
      : `{ smallest: ${smallestLineBytes}, largest: ${largestLineBytes} }`;
  const base = maintenance?.base === undefined ? "" : `, base: ${formatAddress(maintenance.base)}`;
  const maintained = maintenance ? `, maintenance: { mechanism: ${maintenance.mechanism}${base} }` : "";
  return `  - { name: ${scalar(name)}, lineBytes: ${line}, writePolicy: ${writePolicy}${maintained}, source: ${
    source === undefined ? "TODO block diagram" : `{ lineBytes: ${scalar(source)}, writePolicy: TODO }`
  } }`;
}

function memoryLines(answers: ChipAnswers, memories: readonly MemoryAnswer[]): string[] {
  const core = scalar(nameOf(answers.cores[0]!));
  return [
    ...comment(
      `The memories in which buffers may lie and those that DMA reaches. Look up base and size in the memory map; where the board decides, \`size: { most: … }\` is as much as it can have. ${
        mayHaveCaches(answers)
          ? "`cachedBy: none` is only for memory that no cache ever holds, such as tightly coupled memory: where software can make it cacheable, it is `all` or the names of the levels, or the fence does not maintain what it must. While it is `unknown`, no fence is emitted."
          : "Nothing is cached, as no cache for data is described."
      }`,
    ),
    ...comment(
      `\`base\` is one address for all, or one for each who looks: a core, a master, \`cores\` or \`masters\`; who is left out does not see the memory. A memory that ${core} alone sees, and masters elsewhere; and one that all see, ${core} at a second address as well:`,
    ),
    `#   TCM: { base: { ${core}: 0x2000_0000, masters: 0x5000_0000 }, size: 64KiB, cachedBy: none }`,
    "#   SRAM2: { base: 0x5000_0000, size: 64KiB }",
    `#   SRAM2 (as TCM): { base: { ${core}: 0x2000_0000 }, size: 64KiB, cachedBy: none, aliasOf: SRAM2 }`,
    memories.length === 0 ? "memories: {}" : "memories:",
    ...memories.map((memory) => {
      const levels = cachedByOf(memory, answers);
      const cachedBy = typeof levels === "string" ? levels : `[${levels.map(scalar).join(", ")}]`;
      const size = memory.isMost ? `{ most: ${sizeText(memory.sizeBytes)} }` : sizeText(memory.sizeBytes);
      return `  ${scalar(memory.name)}: { base: ${baseOf(memory)}, size: ${size}, cachedBy: ${cachedBy} }`;
    }),
  ];
}

function baseOf({ base, seenBy }: MemoryAnswer): string {
  if (!seenBy) return formatAddress(base);
  return `{ ${seenBy.map((each) => `${scalar(each.viewer)}: ${formatAddress(each.base)}`).join(", ")} }`;
}

/** The memories that have an address for a master. */
function seenBy(master: string, memories: readonly MemoryAnswer[]): string[] {
  const sees = ({ viewer }: Seen) => viewer === master || viewer === everyMaster;
  return memories.flatMap(({ name, seenBy }) => (!seenBy || seenBy.some(sees) ? [name] : []));
}

function masterLines({ isCoherent, memories }: ChipAnswers, masters: readonly MasterAnswer[]): string[] {
  return [
    ...comment(
      "Every bus master to which buffers are handed; the fence is right for all of them. Look up in the bus matrix what each reaches: `reaches` is for what it reads and writes, `reads` and `writes` for what it only reads or writes, and `mayReach` for what no source says, which is no permission: a fence is right if it does, and a check of a buffer there answers unknown. What stands in no list it does not reach. Look up as well whether its accesses see the caches: `snoops: all`, `none`, or the names of levels. `none` maintains what a cache holds; `all` leaves that out. While it is `unknown`, no fence is emitted for a master that reaches cached memory.",
    ),
    masters.length === 0 ? "masters: {}" : "masters:",
    ...masters.flatMap(({ name, reaches, access = "reaches", told }) => [
      `  ${scalar(name)}:`,
      `    ${told ? "mayReach" : access}: [${(reaches ?? seenBy(name, memories)).map(scalar).join(", ")}]`,
      `    snoops: ${snoopsOf(isLeftOpen(told) ? isCoherent : told.isCoherent)}`,
    ]),
  ];
}

function snoopsOf(isCoherent: boolean | typeof unknown): string {
  return isCoherent === unknown ? unknown : isCoherent ? "all" : none;
}

/** As YAML, in flow style too: plain where no reader could take it for anything but text, else in quotes. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z][\w ./()-]*$/.test(text) && !text.endsWith(" ");
  return isPlain && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text);
}

const columns = 120;

/** Comment lines, wrapped. */
function comment(text: string, margin = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && `${margin}# ${line} ${word}`.length > columns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${margin}# ${each}`);
}
