// Where the nodes of a device tree are, as the root sees it: `reg` of a node, carried through `ranges` of each bus above it
// (Devicetree Specification v0.4, 2.3.5 to 2.3.8).
import { type TreeNode, wordOf, wordsOf } from "./flattened-tree.ts";
import type { AddressRange } from "./witness.ts";

/** Rows and words of `reg` and `ranges` that are looked at of one file: far more than any has. */
export const mostSteps = 2_000_000;

export class TreeAddresses {
  /** In trees of Zephyr a bus without `ranges` has the addresses of its parent; in others its devices are at none. */
  readonly #withoutRanges: "same" | "none";
  #steps = 0;
  readonly #ranges = new Map<TreeNode, readonly Range[] | "same" | "none">();

  constructor(withoutRanges: "same" | "none") {
    this.#withoutRanges = withoutRanges;
  }

  /** That the file asked for more work than any tree needs; what was found is then not all. */
  get isBeyondLimit(): boolean {
    return this.#steps > mostSteps;
  }

  /** The ranges of `reg`, in its order, at the root's addresses; without those that have none there, and those of no size. */
  of(node: TreeNode): AddressRange[] {
    return this.inOrder(node).flatMap((range) => (range !== undefined && range.sizeBytes > 0n ? [range] : []));
  }

  /** The same, with ranges of no size, and undefined for what has no address at the root. */
  inOrder(node: TreeNode): (AddressRange | undefined)[] {
    const { parent } = node;
    const words = parent && wordsOf(node, "reg");
    if (!parent || !words) return [];
    const [addressCells, sizeCells] = cellsOf(parent);
    this.#steps += words.length;
    if (this.isBeyondLimit) return [];
    return rowsOf(words, [addressCells, sizeCells]).map(([base, sizeBytes]) =>
      base === undefined || sizeBytes === undefined ? undefined : this.#atRoot({ base, sizeBytes }, parent),
    );
  }

  #atRoot(range: AddressRange, bus: TreeNode): AddressRange | undefined {
    let { base } = range;
    for (let each = bus; each.parent; each = each.parent) {
      const ranges = this.#rangesOf(each, each.parent);
      if (ranges === "none") return undefined;
      if (ranges === "same") continue;
      this.#steps += ranges.length;
      if (this.isBeyondLimit) return undefined;
      const through = ranges.find(
        ({ child, sizeBytes }) => base >= child && base + range.sizeBytes <= child + sizeBytes,
      );
      if (!through) return undefined;
      base = base - through.child + through.parent;
    }
    return { base, sizeBytes: range.sizeBytes };
  }

  #rangesOf(bus: TreeNode, above: TreeNode): readonly Range[] | "same" | "none" {
    const known = this.#ranges.get(bus);
    if (known) return known;
    const found = this.#readRanges(bus, above);
    this.#ranges.set(bus, found);
    return found;
  }

  #readRanges(bus: TreeNode, above: TreeNode): readonly Range[] | "same" | "none" {
    const value = bus.properties.get("ranges");
    if (!value) return this.#withoutRanges;
    if (value.length === 0) return "same";
    const words = wordsOf(bus, "ranges");
    if (!words) return "none";
    const [childCells, sizeCells] = cellsOf(bus);
    const [parentCells] = cellsOf(above);
    return rowsOf(words, [childCells, parentCells, sizeCells]).flatMap(([child, parent, sizeBytes]) =>
      child === undefined || parent === undefined || sizeBytes === undefined ? [] : [{ child, parent, sizeBytes }],
    );
  }
}

interface Range {
  readonly child: bigint;
  readonly parent: bigint;
  readonly sizeBytes: bigint;
}

/** How many words addresses and sizes of a node's children have; 2 and 1 where it does not say. */
export function cellsOf(node: TreeNode): [address: number, size: number] {
  return [wordOf(node, "#address-cells") ?? 2, wordOf(node, "#size-cells") ?? 1];
}

/**
 * Rows of numbers; undefined for one of three words or more, and for an address of none.
 *
 * @param firstOnPci that the first number of a row is an address on PCI if it has three words: one word that says which space it is in,
 *   and the address (IEEE 1275 PCI Bus Binding 2.1, 2.2.1.1); undefined where that space is not memory
 */
export function rowsOf(
  words: readonly number[],
  cells: readonly number[],
  firstOnPci = false,
): (bigint | undefined)[][] {
  const length = cells.reduce((sum, each) => sum + each, 0);
  // A row of no words never ends, and one of very many is no row.
  if (length === 0 || length > 16) return [];
  const rows: (bigint | undefined)[][] = [];
  for (let at = 0; at + length <= words.length; at += length) {
    let from = at;
    rows.push(
      cells.map((count, index) => {
        const part = words.slice(from, from + count);
        from += count;
        const isOnPci = firstOnPci && index === 0 && count === 3;
        if (isOnPci && isPciMemory(part[0]!)) return numberOf(part.slice(1));
        // The last number is a size. An address of no words is no address, and not 0.
        const isAddress = index < cells.length - 1;
        return count > 2 || (isAddress && count === 0) ? undefined : numberOf(part);
      }),
    );
  }
  return rows;
}

function numberOf(words: readonly number[]): bigint {
  return words.reduce((value, word) => (value << 32n) | BigInt(word), 0n);
}

/** 32-bit or 64-bit memory, by the bits `ss` of the first word. */
function isPciMemory(first: number): boolean {
  return ((first >>> 24) & 3) >= 2;
}
