// Over which node a device does its DMA, as Linux goes there for coherency and for addresses (`__of_get_dma_parent` in
// drivers/of/address.c): over what it names as the interconnect `dma-mem`, else over the bus that it stands on.
import { type TreeNode, textsOf, wordOf, wordsOf } from "./flattened-tree.ts";

export type NodesByHandle = ReadonlyMap<number, TreeNode>;

export function dmaParentOf(node: TreeNode, byHandle: NodesByHandle): TreeNode | undefined {
  return interconnectOf(node, byHandle) ?? node.parent;
}

/** Undefined where it names none, or none that is there. */
export function interconnectOf(node: TreeNode, byHandle: NodesByHandle): TreeNode | undefined {
  const wanted = textsOf(node, "interconnect-names").indexOf("dma-mem");
  const words = wanted === -1 ? [] : (wordsOf(node, "interconnects") ?? []);
  // Each entry is a handle and as many words as the node that it means says.
  for (let entry = 0, at = 0; at < words.length; entry += 1) {
    const provider = byHandle.get(words[at]!);
    if (!provider || entry === wanted) return provider;
    const cells = wordOf(provider, "#interconnect-cells");
    if (cells === undefined) return undefined;
    at += 1 + cells;
  }
  return undefined;
}

/** A node, and what its DMA goes over from there on; each once, as no tree has to end. */
export function dmaPathOf(node: TreeNode, byHandle: NodesByHandle): TreeNode[] {
  const path = new Set<TreeNode>();
  for (let each: TreeNode | undefined = node; each && !path.has(each); each = dmaParentOf(each, byHandle))
    path.add(each);
  return [...path];
}
