// What a device tree says, in the common form. Bindings: the Devicetree Specification v0.4 for `cpus`, caches, `memory` and
// `dma-coherent`; Linux, Documentation/devicetree/bindings/sram/sram.yaml for on-chip memory.
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { nodesOf, pathOf, readFlattenedTree, type TreeNode, textsOf, wordOf } from "./flattened-tree.ts";
import { functionIn, plainWord, withoutNumber } from "./master-words.ts";
import { TreeAddresses } from "./tree-addresses.ts";
import {
  type AddressRange,
  overlap,
  type Witness,
  type WitnessedCore,
  type WitnessedLevel,
  type WitnessedMaster,
  type WitnessedMemory,
  type WitnessedRegisters,
} from "./witness.ts";

/** @returns undefined where the file cannot be read, which is reported */
export function readDeviceTree(bytes: Uint8Array, path: string, diagnostics: Diagnostics): Witness | undefined {
  const read = readFlattenedTree(bytes);
  if (!("root" in read)) {
    diagnostics.report(read.code, { message: read.message, path });
    return undefined;
  }
  const { root } = read;
  const nodes = [...nodesOf(root)];
  const isZephyr = isOfZephyr(root);
  const addresses = new TreeAddresses(isZephyr ? "same" : "none");
  const memories = memoryNodes(root, nodes);
  const inMemory = new Set(memories.flatMap(({ node }) => [...nodesOf(node)]));
  const others = nodes.filter((node) => !inMemory.has(node) && !isUnder(node, ["cpus", "reserved-memory", "chosen"]));
  const found = memories.map(({ node, use }) => ({ node, use, ranges: addresses.of(node) }));
  const cpus = cpuNodes(root);
  const witness: Witness = {
    path,
    kind: isZephyr ? "zephyr-tree" : "linux-tree",
    title: textsOf(root, "model")[0] ?? textsOf(root, "compatible")[0] ?? "device tree",
    cores: coresIn(cpus),
    levels: levelsIn(cpus, nodes, addresses),
    memories: found.flatMap(({ node, use, ranges }) =>
      ranges.map((range): WitnessedMemory => ({ ...range, name: node.name, use, place: pathOf(node) })),
    ),
    statesMemories: found.some(({ ranges }) => ranges.length > 0),
    unsizedMemories: found.flatMap(({ node, ranges }) => (ranges.length === 0 ? [pathOf(node)] : [])),
    masters: mastersIn(others, addresses, labelsIn(root), isZephyr ? undefined : coherentByDefault(cpus)),
    registers: others.flatMap((node): WitnessedRegisters[] => {
      // Further ranges are often windows onto memory, such as that of a flash controller.
      const [first] = isProcessor(node) ? [] : addresses.of(node);
      return first && !isOffset(first, node.parent!, addresses)
        ? [{ ...first, name: node.name, place: pathOf(node) }]
        : [];
    }),
  };
  if (addresses.isBeyondLimit) {
    diagnostics.report("witness/beyond-limit", { message: "has more `ranges` than are followed", path });
    return undefined;
  }
  return witness;
}

/** Zephyr's trees say in `chosen` what its own drivers use. */
function isOfZephyr(root: TreeNode): boolean {
  const chosen = root.children.find(({ name }) => name === "chosen");
  return [...(chosen?.properties.keys() ?? [])].some((key) => key.startsWith("zephyr,"));
}

function isUnder(node: TreeNode, names: readonly string[]): boolean {
  for (let each: TreeNode | undefined = node; each; each = each.parent)
    if (each.parent && !each.parent.parent && names.includes(each.name)) return true;
  return false;
}

interface MemoryNode {
  readonly node: TreeNode;
  readonly use: WitnessedMemory["use"];
}

const onChip = ["mmio-sram", "zephyr,memory-region"];
const ramName = /^(?:[a-z]*ram|memory|[id]?tcm|ocm|ccm)\d*(?:@|$)/;
/** End in `ram` as well, and no buffer lies there. */
const noBuffers = /^(?:nv|bb|f|fe|ee)[a-z]*ram/;

/** The outermost nodes that are memory. */
function memoryNodes(root: TreeNode, nodes: readonly TreeNode[]): MemoryNode[] {
  const chosen = root.children.find(({ name }) => name === "chosen");
  const used = new Set(
    [...(chosen?.properties.keys() ?? [])].flatMap((key) =>
      /^zephyr,(?:sram|dtcm|itcm|ccm|ocm)$/.test(key) ? textsOf(chosen!, key) : [],
    ),
  );
  const found = nodes.flatMap((node): MemoryNode[] => {
    if (!node.parent || isUnder(node, ["cpus", "reserved-memory", "chosen"])) return [];
    const compatible = textsOf(node, "compatible");
    if (compatible.includes("soc-nv-flash")) return [{ node, use: "flash" }];
    if (compatible.some((each) => onChip.includes(each))) return [{ node, use: "ram" }];
    if (textsOf(node, "device_type").includes("memory")) return [{ node, use: "board" }];
    const isNamed = compatible.length === 0 && ramName.test(node.name) && !noBuffers.test(node.name);
    return (isNamed && node.properties.has("reg")) || used.has(pathOf(node)) ? [{ node, use: "ram" }] : [];
  });
  const all = new Set(found.map(({ node }) => node));
  return found.filter(({ node }) => {
    for (let each = node.parent; each; each = each.parent) if (all.has(each)) return false;
    return true;
  });
}

/** Below a block of registers that several drivers share, some trees give offsets into it, as if they were addresses. */
function isOffset(range: AddressRange, parent: TreeNode, addresses: TreeAddresses): boolean {
  const isShared = textsOf(parent, "compatible").some((name) => name === "syscon" || name === "simple-mfd");
  const block = addresses.of(parent);
  return isShared && block.length > 0 && !block.some((each) => overlap(each, range));
}

/** Another processor of the chip: its addresses are those of its memory (Linux, bindings/remoteproc). */
function isProcessor(node: TreeNode): boolean {
  const names = [node.name.replace(/@.*/, ""), ...textsOf(node, "compatible")];
  return names.some((name) => /rproc|remoteproc|\br5f?ss?\b|-r5f$|[-,]m\d+$/.test(name));
}

function cpuNodes(root: TreeNode): TreeNode[] {
  const cpus = root.children.find(({ name }) => name === "cpus");
  return (cpus?.children ?? []).filter(
    (node) => /^cpu@|^cpu$/.test(node.name) && node.properties.has("compatible") && !isOff(node),
  );
}

/** Off for good: one that another core starts is `disabled` as well, and says how it is started. */
function isOff(cpu: TreeNode): boolean {
  return textsOf(cpu, "status").includes("disabled") && !cpu.properties.has("enable-method");
}

/** What says only that there is some core. */
const noCore = new Set(["riscv", "arm,armv8", "arm,armv7", "simple-bus"]);

function namesOfCpu(cpu: TreeNode): string[] {
  return textsOf(cpu, "compatible").filter((name) => !noCore.has(name));
}

function coresIn(cpus: readonly TreeNode[]): WitnessedCore[] {
  const kinds = new Map<string, TreeNode[]>();
  for (const cpu of cpus) {
    const names = namesOfCpu(cpu);
    if (names.length > 0) kinds.set(names.join(), [...(kinds.get(names.join()) ?? []), cpu]);
  }
  return [...kinds.values()].map((same) => ({
    names: namesOfCpu(same[0]!),
    count: same.length,
    place: pathOf(same[0]!),
  }));
}

/** Of each kind of core the first of its levels: all of a kind are alike. */
function levelsIn(cpus: readonly TreeNode[], nodes: readonly TreeNode[], addresses: TreeAddresses): WitnessedLevel[] {
  const byHandle = new Map<number, TreeNode>();
  for (const node of nodes) {
    const handle = wordOf(node, "phandle") ?? wordOf(node, "linux,phandle");
    if (handle !== undefined && !byHandle.has(handle)) byHandle.set(handle, node);
  }
  const kinds = new Map<string, TreeNode>();
  for (const cpu of cpus) if (!kinds.has(namesOfCpu(cpu).join())) kinds.set(namesOfCpu(cpu).join(), cpu);
  return [...kinds.values()].flatMap((cpu) => {
    const ofCore = namesOfCpu(cpu);
    const own = { ofCore, ...geometry(cpu, "d-cache"), registers: undefined, place: pathOf(cpu) };
    const isStated = own.lineBytes !== undefined || own.sizeBytes !== undefined;
    const levels: WitnessedLevel[] = isStated ? [{ level: 1, ...own }] : [];
    const seen = new Set<TreeNode>();
    let node: TreeNode | undefined = cpu;
    for (let level = 2; ; level += 1) {
      const handle: number | undefined = wordOf(node, "next-level-cache") ?? wordOf(node, "l2-cache");
      node = handle === undefined ? undefined : byHandle.get(handle);
      // A circle, or the end.
      if (!node || seen.has(node)) return levels;
      seen.add(node);
      levels.push({
        level: wordOf(node, "cache-level") ?? level,
        ofCore,
        ...geometry(node, "cache"),
        registers: addresses.of(node)[0],
        place: pathOf(node),
      });
    }
  });
}

function geometry(node: TreeNode, prefix: "cache" | "d-cache") {
  const lineBytes = wordOf(node, `${prefix}-line-size`) ?? wordOf(node, `${prefix}-block-size`);
  const sizeBytes = wordOf(node, `${prefix}-size`);
  const sets = wordOf(node, `${prefix}-sets`);
  const ways = lineBytes && sizeBytes && sets ? sizeBytes / (lineBytes * sets) : undefined;
  return {
    // 0 is how some sources leave open what the firmware fills in.
    lineBytes: lineBytes || undefined,
    sizeBytes: sizeBytes || undefined,
    ways: ways !== undefined && Number.isInteger(ways) ? ways : undefined,
  };
}

/**
 * What a device sees of the caches where no node says so (Linux, `of_dma_is_coherent` in drivers/of/address.c, and
 * ARCH_DMA_DEFAULT_COHERENT in arch/riscv/Kconfig). Undefined for what is neither Arm nor RISC-V.
 */
function coherentByDefault(cpus: readonly TreeNode[]): boolean | undefined {
  const names = cpus.flatMap((cpu) => textsOf(cpu, "compatible"));
  if (names.includes("riscv")) return true;
  return names.length > 0 && names.every((name) => name.startsWith("arm,")) ? false : undefined;
}

/** The labels of the source by path, which trees that are made for overlays keep. */
function labelsIn(root: TreeNode): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, string[]>();
  const symbols = root.children.find(({ name }) => name === "__symbols__");
  for (const label of symbols?.properties.keys() ?? []) {
    const [path] = textsOf(symbols!, label);
    if (path !== undefined) labels.set(path, [...(labels.get(path) ?? []), label]);
  }
  return labels;
}

/** @param otherwise what holds where no node says so; undefined where the tree is not asked about coherency */
function mastersIn(
  nodes: readonly TreeNode[],
  addresses: TreeAddresses,
  labels: ReadonlyMap<string, readonly string[]>,
  otherwise: boolean | undefined,
): WitnessedMaster[] {
  return nodes.flatMap((node): WitnessedMaster[] => {
    // What has no address of its own is behind a bus that has one.
    if (addresses.of(node).length === 0) return [];
    const generic = node.name.replace(/@.*/, "");
    const own = labels.get(pathOf(node)) ?? [];
    const compatible = textsOf(node, "compatible").flatMap((each) =>
      each
        .toLowerCase()
        .replace(/^[^,]*,/, "")
        .split(/[^a-z0-9]+/),
    );
    const words = [...new Set([...own.map(plainWord), plainWord(generic), ...compatible])].filter(
      (word) => word !== "",
    );
    const isController = node.properties.has("#dma-cells");
    const isCandidate = isController || node.properties.has("dma-coherent") || isMasterName(node, generic);
    if (!isCandidate) return [];
    const stated = otherwise === undefined ? undefined : statedCoherency(node);
    return [
      {
        ...{ name: own[0] ?? node.name, words, isController, place: pathOf(node) },
        ...{ isCoherent: stated ?? otherwise, isStated: stated !== undefined },
      },
    ];
  });
}

/** What usually has a bus master of its own, by its generic name; one with `dmas` has somebody else move its data. */
function isMasterName(node: TreeNode, generic: string): boolean {
  return (
    functionIn([plainWord(generic), withoutNumber(plainWord(generic))]) !== undefined && !node.properties.has("dmas")
  );
}

/** Of the node or of the nearest bus that says so. */
function statedCoherency(node: TreeNode): boolean | undefined {
  for (let each: TreeNode | undefined = node; each; each = each.parent) {
    if (each.properties.has("dma-coherent")) return true;
    if (each.properties.has("dma-noncoherent")) return false;
  }
  return undefined;
}
