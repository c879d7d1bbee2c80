// The bus masters that a device tree names, and what it says of them. Bindings: the Devicetree Specification v0.4, `dma-coherent` and
// `dma-ranges`.
import type { DmaWindows } from "./dma-windows.ts";
import { pathOf, type TreeNode, textsOf } from "./flattened-tree.ts";
import { functionIn, isBesideMasters, plainWord, withoutNumber } from "./master-words.ts";
import type { TreeAddresses } from "./tree-addresses.ts";
import { dmaPathOf, type NodesByHandle } from "./tree-dma-parent.ts";
import type { WitnessedMaster } from "./witness.ts";

/**
 * What a device sees of the caches where no node says so (Linux, `of_dma_is_coherent` in drivers/of/address.c, and
 * ARCH_DMA_DEFAULT_COHERENT in arch/riscv/Kconfig). Undefined for what is neither Arm nor RISC-V.
 */
export function coherentByDefault(cpus: readonly TreeNode[]): boolean | undefined {
  const names = cpus.flatMap((cpu) => textsOf(cpu, "compatible"));
  if (names.includes("riscv")) return true;
  return names.length > 0 && names.every((name) => name.startsWith("arm,")) ? false : undefined;
}

/** Of one node; sources have three at the most. */
const mostLabels = 16;

/** The labels of the source by path, which trees that are made for overlays keep. */
function labelsIn(root: TreeNode): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, string[]>();
  const symbols = root.children.find(({ name }) => name === "__symbols__");
  for (const label of symbols?.properties.keys() ?? []) {
    const [path] = textsOf(symbols!, label);
    const known = path === undefined ? undefined : labels.get(path);
    if (known && known.length < mostLabels) known.push(label);
    else if (path !== undefined && !known) labels.set(path, [label]);
  }
  return labels;
}

/** What is asked of each master. */
export interface Asked {
  readonly windows: DmaWindows;
  readonly byHandle: NodesByHandle;
  /** Whether it sees the caches where no node says so; undefined where that is not known. */
  readonly otherwise: boolean | undefined;
}

/** @param asked undefined where the tree is only asked which masters there are */
export function mastersIn(
  root: TreeNode,
  nodes: readonly TreeNode[],
  addresses: TreeAddresses,
  asked: Asked | undefined,
): WitnessedMaster[] {
  const labels = labelsIn(root);
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
    if (!isCandidate || isBesideMasters([plainWord(generic)])) return [];
    const stated = asked?.otherwise === undefined ? undefined : statedCoherency(node, asked.byHandle);
    return [
      {
        ...{ name: own[0] ?? node.name, words, isController, place: pathOf(node) },
        ...{ isCoherent: stated ?? asked?.otherwise, isStated: stated !== undefined },
        windows: asked?.windows.of(node),
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

/** Of the node, or of the nearest that its DMA goes over and that says so. */
function statedCoherency(node: TreeNode, byHandle: NodesByHandle): boolean | undefined {
  for (const each of dmaPathOf(node, byHandle)) {
    if (each.properties.has("dma-coherent")) return true;
    if (each.properties.has("dma-noncoherent")) return false;
  }
  return undefined;
}
