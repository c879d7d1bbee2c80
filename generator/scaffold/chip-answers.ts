// What has to be said of a chip before it can be described, and how each answer is spelled: on a command line and when
// asked, the same.
import type { Core } from "#generated/descriptions.js";
import { nearest } from "../diagnostics/diagnostic.ts";
import type { ResolvedChip } from "../model/chip.ts";
import { isExact, isQuantity, parseQuantity } from "../notation/quantity.ts";
import { targetArchOf } from "../notation/rust-target.ts";

export interface ChipAnswers {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  readonly cores: readonly CoreAnswer[];
  readonly regions: readonly RegionAnswer[];
  readonly masters: readonly MasterAnswer[];
  /** Whether the masters see the CPU's caches. */
  readonly isCoherent: boolean;
}

export interface CoreChoice {
  readonly id: string;
  /** The answer without the name. */
  readonly spelling: string;
  readonly architecture: string;
  /** What is described of the core; undefined where nobody has described it. */
  readonly facts: Core | undefined;
  /** Tells several kinds of core apart. */
  readonly name: string | undefined;
}

export interface CoreAnswer extends CoreChoice {
  readonly rustTargets: readonly string[];
}

export interface RegionAnswer {
  readonly name: string;
  readonly base: bigint;
  readonly sizeBytes: bigint;
  /** That is the most that a board may have. */
  readonly isMost: boolean;
  readonly isUncached: boolean;
}

export interface MasterAnswer {
  readonly name: string;
  /** Names of regions; undefined for all of them. */
  readonly reaches: readonly string[] | undefined;
}

export interface TargetAnswer {
  /** Name of the core that it is for; undefined for every core that it fits. */
  readonly coreName: string | undefined;
  readonly triple: string;
}

/** What is described already, for answers to refer to. */
export interface Catalogue {
  readonly cores: ReadonlyMap<string, Core>;
  /** Values of cfg(target_arch), by the id of the architecture. */
  readonly targetArchitectures: ReadonlyMap<string, readonly string[]>;
  readonly chips: readonly ResolvedChip[];
}

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const coreNamePattern = /^[A-Z][A-Za-z0-9]*$/;
/** What no eye sees: control and formatting characters, ends of lines, halves of surrogate pairs. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function parseId(text: string): Parsed<string> {
  const id = text.trim();
  if (idPattern.test(id)) return { value: id };
  return { problem: `\`${id}\` is no id: ids are lower-case letters and digits, with single hyphens between them` };
}

/** A title or name: anything that fits on one line. */
export function parseText(text: string): Parsed<string> {
  const value = text.trim();
  if (value === "") return { problem: "the text is empty" };
  if (invisible.test(value)) return { problem: `${JSON.stringify(value)} holds characters that cannot be seen` };
  return { value };
}

export function parseYesOrNo(text: string): Parsed<boolean> {
  const word = text.trim().toLowerCase();
  if (word === "yes" || word === "y") return { value: true };
  if (word === "no" || word === "n") return { value: false };
  return { problem: `\`${text.trim()}\` is neither yes nor no` };
}

/** `ID`, `ID:Name`, or `ID@ARCHITECTURE` for a core that no file describes. */
export function parseCore(text: string, { cores, targetArchitectures }: Catalogue): Parsed<CoreChoice> {
  const [, id = "", architecture, name] = /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/.exec(text.trim()) ?? [];
  const parsedId = parseId(id);
  if ("problem" in parsedId) return parsedId;
  if (name !== undefined && !coreNamePattern.test(name))
    return { problem: `\`${name}\` is no name for a core: it goes into the name of a type, such as M7` };
  const facts = cores.get(id);
  if (architecture === undefined) {
    if (facts) return { value: { id, spelling: id, architecture: facts.architecture, facts, name } };
    const meant = nearest(id, cores.keys());
    const hint = meant ? `; did you mean \`${meant}\`?` : "";
    return { problem: `no core \`${id}\` is described${hint} (\`${id}@ARCHITECTURE\` is for a new one)` };
  }
  if (facts) return { problem: `the core \`${id}\` is described already, with its architecture` };
  if (!targetArchitectures.has(architecture)) {
    const known = [...targetArchitectures.keys()];
    return { problem: `no architecture \`${architecture}\` is described; known are ${known.join(", ")}` };
  }
  return { value: { id, spelling: `${id}@${architecture}`, architecture, facts: undefined, name } };
}

/** `TRIPLE`, or `NAME:TRIPLE` for one of several cores. */
export function parseTarget(text: string): Parsed<TargetAnswer> {
  const [, coreName, triple = ""] = /^(?:([^:]*):)?(.*)$/.exec(text.trim()) ?? [];
  if (targetArchOf(triple) === undefined || !/^[A-Za-z0-9_.-]+$/.test(triple))
    return { problem: `\`${triple}\` is no Rust target triple that fencegen knows an architecture of` };
  return { value: { coreName, triple } };
}

/** `NAME=BASE+SIZE`, perhaps with `:most` behind it where the board decides, and with `:uncached`. */
export function parseRegion(text: string): Parsed<RegionAnswer> {
  // The last `=` counts, so that a name may hold one.
  const match = /^(.*)=([^=+:]*)\+([^=+:]*)(:most)?(:uncached)?$/su.exec(text.trim());
  if (!match) return { problem: `\`${text.trim()}\` is not of the form NAME=BASE+SIZE[:most][:uncached]` };
  const name = parseText(match[1]!);
  if ("problem" in name) return { problem: `the name of the region \`${text.trim()}\`: ${name.problem}` };
  const base = parseBytes(match[2]!);
  if ("problem" in base) return base;
  const size = parseBytes(match[3]!);
  if ("problem" in size) return size;
  const sizeBytes = size.value;
  if (base.value + sizeBytes > 1n << 64n) return { problem: `\`${name.value}\` ends above the 64-bit address space` };
  const [isMost, isUncached] = [match[4] !== undefined, match[5] !== undefined];
  return { value: { name: name.value, base: base.value, sizeBytes, isMost, isUncached } };
}

/** `NAME`, or `NAME=REGION,REGION` for a master that does not reach every region. */
export function parseMaster(text: string): Parsed<MasterAnswer> {
  const [, before = "", list] = /^([^=]*)(?:=(.*))?$/su.exec(text.trim()) ?? [];
  const name = parseText(before);
  if ("problem" in name) return { problem: `the name of the DMA master \`${text.trim()}\`: ${name.problem}` };
  if (list === undefined) return { value: { name: name.value, reaches: undefined } };
  const reaches = list.split(",").map((region) => region.trim());
  if (reaches.includes("")) return { problem: `\`${text.trim()}\` names no region where one is expected` };
  return { value: { name: name.value, reaches: [...new Set(reaches)] } };
}

function parseBytes(text: string): Parsed<bigint> {
  const quantity = text.trim();
  if (!isQuantity(quantity))
    return { problem: `\`${quantity}\` is no number of bytes or address, such as 0x2000_0000, 4096 or 64KiB` };
  if (!isExact(quantity)) return { problem: `\`${quantity}\` does not fit into 64 bits` };
  return { value: parseQuantity(quantity) };
}

/** Why cores that were chosen one by one do not go together. */
export function problemsOfCores(cores: readonly CoreChoice[]): string[] {
  if (cores.length < 2) return [];
  return cores.flatMap(({ id, name }, index) => {
    if (name === undefined) return [`with several cores each needs a name: \`${id}:Name\``];
    return cores.findIndex((other) => other.name === name) < index ? [`two cores are called \`${name}\``] : [];
  });
}

/** The targets of each core: those given for it, else those that chips like it list. */
export function withTargets(
  cores: readonly CoreChoice[],
  targets: readonly TargetAnswer[],
  catalogue: Catalogue,
): { readonly cores: readonly CoreAnswer[]; readonly problems: readonly string[] } {
  const isFor = (core: CoreChoice, { coreName, triple }: TargetAnswer) =>
    coreName === undefined ? fits(triple, core, catalogue) : coreName === core.name;
  const problems = targets.flatMap((target) => {
    const { coreName, triple } = target;
    const meant = cores.filter((core) => isFor(core, target));
    if (meant.length === 0)
      return [
        coreName === undefined ? `\`${triple}\` is no target of any of the cores` : `no core is called \`${coreName}\``,
      ];
    return meant.flatMap((core) =>
      fits(triple, core, catalogue) ? [] : [`\`${triple}\` is no target of ${core.architecture}`],
    );
  });
  return {
    problems,
    cores: cores.map((core) => {
      const own = targets.filter((target) => isFor(core, target)).map(({ triple }) => triple);
      return { ...core, rustTargets: own.length > 0 ? [...new Set(own)] : usualTargets(core, catalogue) };
    }),
  };
}

function fits(triple: string, { architecture }: CoreChoice, { targetArchitectures }: Catalogue): boolean {
  return targetArchitectures.get(architecture)?.includes(targetArchOf(triple) ?? "") ?? false;
}

/** The targets that most chips with this core list, else with its architecture; none where there is no such chip. */
function usualTargets({ id, architecture }: CoreChoice, { chips }: Catalogue): readonly string[] {
  const described = chips.flatMap(({ cores }) => cores);
  const same = described.filter((core) => core.id === id);
  const alike = same.length > 0 ? same : described.filter((core) => core.architecture.id === architecture);
  let usual: readonly string[] = [];
  let times = 0;
  for (const { rustTargets } of alike) {
    const count = alike.filter((other) => other.rustTargets.join() === rustTargets.join()).length;
    if (count > times) [usual, times] = [rustTargets, count];
  }
  return usual;
}
