// One fact of the descriptions changed at a time, as a person might get it wrong: what each change is, and which check
// notices it. Freshness of out/, snapshots and pinned counts do not count as checks.
import { parse, stringify } from "yaml";
import { namesIn } from "../../generator/notation/shared-keys.ts";
import { planDescription } from "../../generator/pipeline.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { renderChip } from "../../generator/render/render-outputs.ts";
import { seesWhole } from "../../generator/validate/addresses.ts";
import { idOf } from "../../generator/validate/library.ts";
import { compareWithWitness } from "../../generator/witness/compare.ts";
import { loadDependents, loadWith, shippedPaths, shippedText } from "../support/pipeline.ts";
import { disagreements } from "./second-source.ts";
import { operationDisagreements } from "./second-source-operations.ts";
import { witnessRecords } from "./witness-records.ts";

export interface Flip {
  readonly kind: FlipKind;
  /** The file changed, and the fact in it. */
  readonly path: string;
  readonly what: string;
  /** The whole changed description. */
  readonly text: string;
}

export type FlipKind =
  | "line size doubled"
  | "coherency"
  | "mechanism swapped"
  | "operation exchanged"
  | "cacheability"
  | "erratum dropped"
  | "write policy"
  | "reach"
  | "region moved"
  | "register moved";

/** Any part of a parsed description. */
// biome-ignore lint/suspicious/noExplicitAny: descriptions are changed as what they were parsed to, without types.
type Loose = any;

export function allFlips(): Flip[] {
  return shippedPaths.flatMap((path) => {
    const flips: Flip[] = [];
    const text = shippedText(path);
    const flip = (kind: FlipKind, what: string, change: (description: Loose) => void) => {
      const description = parse(text) as Loose;
      change(description);
      flips.push({ kind, path, what, text: stringify(description) });
    };
    const original = parse(text) as Loose;
    flipLevels(original, flip);
    flipErrata(original, flip);
    if (original.chip) flipChip(original, flip);
    if (original.mechanism) flipMechanism(original, flip);
    return flips;
  });
}

type Change = (kind: FlipKind, what: string, change: (description: Loose) => void) => void;

/** Where a description has cache levels: its own, its chip's, those of inline cores, and what entries of cores say of levels. */
function levelLists(description: Loose): Loose[][] {
  const ofCores = (description.cores ?? []).flatMap(({ core, caches, differs }: Loose) => [
    typeof core === "object" ? core.caches : [],
    caches ?? [],
    Object.values(differs?.caches ?? {}),
  ]);
  return [description.caches ?? [], ...ofCores];
}

function flipLevels(original: Loose, flip: Change): void {
  for (const [list, levels] of levelLists(original).entries()) {
    for (const [index, level] of levels.entries()) {
      const at = (description: Loose) => levelLists(description)[list]![index] as Loose;
      const name = level.name ?? "differs";
      const { lineBytes, writePolicy } = level;
      if (lineBytes !== undefined)
        flip("line size doubled", name, (description) => {
          at(description).lineBytes =
            typeof lineBytes === "object"
              ? { ...lineBytes, smallest: lineBytes.smallest * 2, largest: lineBytes.largest * 2 }
              : Number(lineBytes) * 2;
        });
      if (writePolicy !== undefined)
        flip("write policy", name, (description) => {
          at(description).writePolicy = writePolicy === "write-through" ? "write-back" : "write-through";
        });
      const mechanism = level.maintenance?.mechanism ?? level.maintenance;
      const sibling = siblings[mechanism];
      if (typeof sibling === "string") {
        flip("mechanism swapped", `${name}: ${sibling} for ${mechanism}`, (description) => {
          at(description).maintenance =
            typeof level.maintenance === "object" ? { ...level.maintenance, mechanism: sibling } : sibling;
        });
      }
    }
  }
}

/** For each mechanism the one that is most easily taken for it, or why there is none. */
export const siblings: Readonly<Record<string, string | { readonly none: string }>> = {
  "arm-scb": "stm32-dcache",
  "arm-scb-v8m": "stm32-dcache",
  "stm32-dcache": "nxp-cache64",
  "nxp-lmem": "nxp-cache64",
  "nxp-cache64": "nxp-lmem",
  "nxp-xcache": "nxp-lmem",
  "nrf-cache": "nxp-lmem",
  "armv7-cp15": "armv6-cp15",
  "armv6-cp15": "armv7-cp15",
  zicbom: "xtheadcmo",
  xtheadcmo: "xtheadcmo-pa",
  "xtheadcmo-pa": "xtheadcmo",
  "xtheadcmo-pa-single": "xtheadcmo-pa",
  "sifive-ccache": "andes-l2c",
  "andes-l2c": "sifive-ccache",
  "andes-cctl": "nuclei-ccm",
  "andes-cctl-m": "andes-cctl",
  "nuclei-ccm": "andes-cctl",
  "esp32-p4-l1-dcache": "esp32-p4-l2-cache",
  "esp32-p4-l2-cache": "esp32-p4-l1-dcache",
  "esp32-s3-dcache": "esp32-p4-l1-dcache",
  "esp32-c5-cache": "esp32-p4-l1-dcache",
  vexriscv: "zicbom",
  "neorv32-fence": "vexriscv",
  "nxp-lpcac": "nxp-cache64",
  "ambiq-daxi": "nrf-cache",
  pl310: "stm32-dcache",
  "aarch64-dc": { none: "no other mechanism is for AArch64" },
  "x86-clflush": { none: "no other mechanism is for x86" },
  "rp2350-xip": { none: "no other mechanism has a window to store into" },
};

function flipErrata(original: Loose, flip: Change): void {
  const lists = (description: Loose): Loose[][] => [
    description.errata ?? [],
    ...(description.cores ?? []).map(({ core }: Loose) => (typeof core === "object" ? (core.errata ?? []) : [])),
  ];
  for (const [list, errata] of lists(original).entries()) {
    for (const [index, { erratum }] of errata.entries())
      flip("erratum dropped", erratum, (description) => lists(description)[list]!.splice(index, 1));
  }
}

/** What is written of masters: of every one, and of those that share a key. */
function writtenMasters({ masters, everyMaster }: Loose): [string, Loose][] {
  return [
    ...(everyMaster ? [["every master", everyMaster] as [string, Loose]] : []),
    ...Object.entries<Loose>(masters),
  ];
}

function flipChip(original: Loose, flip: Change): void {
  const memories = Object.entries<Loose>(original.memories).flatMap(([key, facts]) =>
    namesIn(key).map((name) => ({ name, facts })),
  );
  for (const [index, [name, master]] of writtenMasters(original).entries()) {
    const at = (description: Loose) => writtenMasters(description)[index]![1];
    const snoops = master.snoops ?? original.everyMaster?.snoops ?? "none";
    if (name !== "every master" || master.snoops !== undefined)
      flip("coherency", name, (description) => {
        at(description).snoops = snoops === "none" || snoops === "run-time" ? "all" : "none";
      });
    const inherited = name === "every master" ? undefined : original.everyMaster?.reaches;
    if (master.reaches === undefined && inherited !== undefined) continue;
    const own = { ...original.everyMaster, ...master, name: namesIn(name)[0]! };
    const memoryOf = (memory: string) => memories.find((each) => each.name === memory)?.facts;
    const addressable = memories.filter(({ facts }) => seesWhole(own, facts, memoryOf)).map((memory) => memory.name);
    const listed = (names: Loose): string[] => (names === "all" ? addressable : (names ?? []));
    const reaches = listed(master.reaches);
    if (reaches.length > 0)
      flip("reach", `${name} without ${reaches[0]}`, (description) => {
        at(description).reaches = reaches.slice(1);
      });
    const { reads, writes, mayReach, mayRead } = own;
    const stated = [reaches, ...[reads, writes, mayReach, mayRead].map(listed)].flat();
    const more = memories.find((memory) => !stated.includes(memory.name));
    if (more && name !== "every master")
      flip("reach", `${name} with ${more.name}`, (description) => {
        at(description).reaches = [...reaches, more.name];
      });
  }
  for (const [name, { cachedBy, base }] of Object.entries<Loose>(original.memories)) {
    flip("cacheability", name, (description) => {
      description.memories[name].cachedBy = cachedBy === "none" ? "all" : "none";
    });
    flip("region moved", name, (description) => {
      description.memories[name].base = moved(base);
    });
  }
}

/** The address, or each of them, 64 MiB higher. */
function moved(base: Loose): Loose {
  if (typeof base === "object") return Object.fromEntries(Object.entries(base).map(([who, at]) => [who, moved(at)]));
  return `0x${(BigInt(String(base).replaceAll("_", "")) + 0x400_0000n).toString(16)}`;
}

function flipMechanism(original: Loose, flip: Change): void {
  const names = Object.keys(original.operations);
  for (const [index, name] of names.entries()) {
    for (const other of names.slice(index + 1)) {
      if (original.operations[name].effect === original.operations[other].effect) continue;
      flip("operation exchanged", `${name} and ${other}`, (description) => {
        const [one, two] = [description.operations[name], description.operations[other]];
        [one.sequence, two.sequence] = [two.sequence, one.sequence];
      });
    }
  }
  for (const name of Object.keys(original.registers ?? {})) {
    flip("register moved", name, (description) => {
      const register = description.registers[name];
      register.offset = `0x${(BigInt(String(register.offset).replaceAll("_", "")) + 4n).toString(16)}`;
    });
  }
}

/** What every check says of the descriptions as they are. */
function plannedOf(loaded: ReturnType<typeof loadWith>): Map<string, PlannedChip> {
  return new Map(
    loaded.chips.flatMap((chip) => {
      const planned = planDescription(chip, loaded);
      return planned ? [[idOf(chip)!, planned] as const] : [];
    }),
  );
}

const options = { traitPath: "kernel::platform::dma_fence::DmaFence", licence: ["One line."] };

function codeOf(planned: PlannedChip): string {
  if (planned.fences.length === 0) return "";
  return renderChip(planned, options)
    .map(({ content }) => content.replace(/^.*facts sha256:.*$/m, ""))
    .join("\n");
}

const sound = plannedOf(loadWith({}));
const soundCode = new Map([...sound].map(([id, planned]) => [id, codeOf(planned)]));

export interface Judged {
  readonly flip: Flip;
  /** Whether any emitted byte depends on the fact. */
  readonly matters: boolean;
  /** The check that notices, and what it says; undefined where none does. */
  readonly noticed: string | undefined;
}

export function judge(flip: Flip): Judged {
  const loaded = loadDependents(flip.path, flip.text);
  const planned = plannedOf(loaded);
  const [problem] = loaded.diagnostics.sorted().filter(({ severity }) => severity === "error");
  if (problem) return { flip, matters: true, noticed: `${problem.code}: ${problem.message}` };
  const changed = [...planned].flatMap(([id, after]) => (codeOf(after) !== soundCode.get(id) ? [id] : []));
  if (changed.length === 0) return { flip, matters: false, noticed: undefined };
  for (const id of changed) {
    const [difference] = disagreements(planned.get(id)!);
    if (difference) return { flip, matters: true, noticed: `second source: ${id}: ${difference}` };
  }
  for (const id of changed)
    for (const { file, witness } of witnessRecords.filter(({ chip }) => chip === id)) {
      const differing = compareWithWitness(planned.get(id)!.chip, witness).find(({ verdict }) => verdict === "differs");
      if (differing) return { flip, matters: true, noticed: `witness: ${id}: ${differing.fact} (${file})` };
    }
  const [operation] = operationDisagreements([...planned.values()].flatMap(({ chip }) => chip.cores));
  return { flip, matters: true, noticed: operation && `second source: ${operation}` };
}
