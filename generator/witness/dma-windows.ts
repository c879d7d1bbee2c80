// What bus masters of a device tree see of its addresses: `dma-ranges` of the buses above them, as Linux reads it
// (`of_dma_get_range` in drivers/of/address.c; Devicetree Specification v0.4, 2.3.9).
import { pathOf, type TreeNode, textsOf, wordsOf } from "./flattened-tree.ts";
import { cellsOf, mostSteps, rowsOf } from "./tree-addresses.ts";
import { interconnectOf, type NodesByHandle } from "./tree-dma-parent.ts";
import type { DmaWindow } from "./witness.ts";

export class DmaWindows {
  readonly #byHandle: NodesByHandle;
  readonly #windows = new Map<TreeNode, readonly DmaWindow[] | "same">();
  #steps = 0;

  constructor(byHandle: NodesByHandle) {
    this.#byHandle = byHandle;
  }

  /** That the file asked for more work than any tree needs; what was found is then not all. */
  get isBeyondLimit(): boolean {
    return this.#steps > mostSteps;
  }

  /** What a master sees; undefined where no bus says, and it has the addresses of the root. */
  of(node: TreeNode): readonly DmaWindow[] | undefined {
    // What is on PCI goes through the bridge's own windows, and the tree names the bridge alone.
    const bus = interconnectOf(node, this.#byHandle) ?? (isPciBridge(node) ? node : node.parent);
    const windows = bus ? this.#below(bus) : "same";
    return windows === "same" ? undefined : windows;
  }

  /** For what is below a bus. A bus without the property says nothing, one with an empty one that nothing changes. */
  #below(bus: TreeNode): readonly DmaWindow[] | "same" {
    const known = this.#windows.get(bus);
    if (known) return known;
    const outer = bus.parent ? this.#below(bus.parent) : "same";
    const found = (bus.properties.get("dma-ranges")?.length ?? 0) === 0 ? outer : this.#carried(bus, outer);
    this.#windows.set(bus, found);
    return found;
  }

  #carried(bus: TreeNode, outer: readonly DmaWindow[] | "same"): readonly DmaWindow[] {
    const [childCells, sizeCells] = cellsOf(bus);
    const [parentCells] = bus.parent ? cellsOf(bus.parent) : [2];
    const rows = rowsOf(wordsOf(bus, "dma-ranges") ?? [], [childCells, parentCells, sizeCells], isPciBridge(bus));
    const place = pathOf(bus);
    return rows.flatMap(([seenAt, base, sizeBytes]): DmaWindow[] => {
      this.#steps += outer === "same" ? 1 : outer.length + 1;
      if (seenAt === undefined || base === undefined || !sizeBytes || this.isBeyondLimit) return [];
      if (outer === "same") return [{ seenAt, base, sizeBytes, place }];
      const through = outer.find((each) => base >= each.seenAt && base + sizeBytes <= each.seenAt + each.sizeBytes);
      return through ? [{ seenAt, base: base - through.seenAt + through.base, sizeBytes, place }] : [];
    });
  }
}

function isPciBridge(node: TreeNode): boolean {
  return textsOf(node, "device_type").includes("pci");
}
