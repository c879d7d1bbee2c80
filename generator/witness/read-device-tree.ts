// What a device tree says, in the common form. Bindings: the Devicetree Specification v0.4 for `cpus`, caches, `memory` and
// `dma-coherent`; Linux, Documentation/devicetree/bindings/sram/sram.yaml for on-chip memory.
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { DmaWindows } from "./dma-windows.ts";
import { nodesOf, pathOf, readFlattenedTree, type TreeNode, textsOf, wordOf } from "./flattened-tree.ts";
import { TreeAddresses } from "./tree-addresses.ts";
import { cachesIn } from "./tree-caches.ts";
import { cpuNodes, namesOfCpu } from "./tree-cpus.ts";
import { coherentByDefault, mastersIn } from "./tree-masters.ts";
import {
  type AddressRange,
  overlap,
  type Witness,
  type WitnessedCore,
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
  const byHandle = nodesByHandle(nodes);
  const windows = new DmaWindows(byHandle);
  const memories = memoryNodes(root, nodes);
  const inMemory = new Set(memories.flatMap(({ node }) => [...nodesOf(node)]));
  const others = nodes.filter((node) => !inMemory.has(node) && !isUnder(node, ["cpus", "reserved-memory", "chosen"]));
  const found = memories.map(({ node, use }) => ({ node, use, ranges: addresses.of(node) }));
  const cpus = cpuNodes(root);
  const caches = cachesIn(cpus, nodes, byHandle, addresses);
  if ("code" in caches) {
    diagnostics.report(caches.code, { message: caches.message, path });
    return undefined;
  }
  const witness: Witness = {
    path,
    kind: isZephyr ? "zephyr-tree" : "linux-tree",
    title: textsOf(root, "model")[0] ?? textsOf(root, "compatible")[0] ?? "device tree",
    cores: coresIn(cpus),
    levels: caches.levels,
    unplacedCaches: caches.unplaced,
    memories: found.flatMap(({ node, use, ranges }) =>
      ranges.map((range): WitnessedMemory => ({ ...range, name: node.name, use, place: pathOf(node) })),
    ),
    statesMemories: found.some(({ ranges }) => ranges.length > 0),
    unsizedMemories: found.flatMap(({ node, ranges }) => (ranges.length === 0 ? [pathOf(node)] : [])),
    // Zephyr's trees are asked for no more than which masters there are.
    masters: mastersIn(
      root,
      others,
      addresses,
      isZephyr ? undefined : { windows, byHandle, otherwise: coherentByDefault(cpus) },
    ),
    registers: others.flatMap((node): WitnessedRegisters[] => {
      // Further ranges are often windows onto memory, such as that of a flash controller.
      const [first] = isProcessor(node) ? [] : addresses.of(node);
      return first && !isOffset(first, node.parent!, addresses)
        ? [{ ...first, name: node.name, place: pathOf(node) }]
        : [];
    }),
  };
  if (addresses.isBeyondLimit || windows.isBeyondLimit) {
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

/** By the number with which other nodes mean them. */
function nodesByHandle(nodes: readonly TreeNode[]): ReadonlyMap<number, TreeNode> {
  const byHandle = new Map<number, TreeNode>();
  for (const node of nodes) {
    const handle = wordOf(node, "phandle") ?? wordOf(node, "linux,phandle");
    if (handle !== undefined && !byHandle.has(handle)) byHandle.set(handle, node);
  }
  return byHandle;
}
