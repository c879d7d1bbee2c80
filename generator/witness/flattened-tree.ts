// The flattened device tree, as chapter 5 of the Devicetree Specification (v0.4) describes it: a header, a block of structure and a
// block of strings, all numbers big-endian. What does not hold together is a problem; nothing is read beyond the file.

/** Of one file: boot protocols allow 2 MiB (Linux, Documentation/arch/arm64/booting.rst). */
export const mostTreeBytes = 2 * 1024 * 1024;
/** The largest trees of Linux have some thousand nodes, ten levels deep. */
const mostNodes = 50_000;
const mostLevels = 64;
/** Of a node or a property; the specification has 31 characters, and trees in use have more. */
const mostNameBytes = 255;

export interface TreeNode {
  /** With its unit address; empty for the root. */
  readonly name: string;
  readonly parent: TreeNode | undefined;
  readonly properties: ReadonlyMap<string, Uint8Array>;
  readonly children: readonly TreeNode[];
}

export interface TreeProblem {
  readonly code: "witness/malformed" | "witness/beyond-limit";
  readonly message: string;
}

/** Ends the reading of one file; never leaves this file. */
class Malformed extends Error {
  readonly code: TreeProblem["code"];

  constructor(message: string, code: TreeProblem["code"] = "witness/malformed") {
    super(message);
    this.code = code;
  }
}

const magic = 0xd00dfeed;
const tokens = { beginNode: 1, endNode: 2, property: 3, nothing: 4, end: 9 } as const;

export function readFlattenedTree(bytes: Uint8Array): { readonly root: TreeNode } | TreeProblem {
  try {
    return { root: treeIn(bytes) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** A block of the file. */
interface Block {
  readonly start: number;
  readonly end: number;
}

function treeIn(bytes: Uint8Array): TreeNode {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number, what: string): number => {
    if (at + 4 > bytes.length) throw new Malformed(`ends before ${what} at byte ${at}`);
    return view.getUint32(at);
  };
  if (bytes.length < 4 || word(0, "the header") !== magic)
    throw new Malformed("does not begin with the number of a flattened device tree, 0xD00D_FEED");
  const totalSize = word(4, "the header");
  if (totalSize > bytes.length)
    throw new Malformed(`has ${bytes.length} bytes, and its header says that it has ${totalSize}`);
  const version = word(20, "the header");
  const compatible = word(24, "the header");
  if (version < 16 || compatible > 17)
    throw new Malformed(`is of version ${version}, which readers of version ${compatible} read; 16 and 17 are known`);
  const block = (name: string, start: number, size: number | undefined): Block => {
    const end = size === undefined ? totalSize : start + size;
    if (start > totalSize || end > totalSize)
      throw new Malformed(`has its ${name} at bytes ${start} to ${end}, beyond its ${totalSize}`);
    return { start, end };
  };
  const structure = block("structure", word(8, "the header"), version >= 17 ? word(36, "the header") : undefined);
  const strings = block("strings", word(12, "the header"), word(32, "the header"));
  if (structure.start % 4 !== 0) throw new Malformed(`has its structure at byte ${structure.start}, between two words`);

  /** The bytes up to the next 0, as text. */
  const nameAt = (start: number, { end }: Block, what: string): string => {
    const most = Math.min(end, start + mostNameBytes + 1);
    const found = bytes.subarray(start, most).indexOf(0);
    if (start >= end || found === -1)
      throw new Malformed(`has ${what} at byte ${start} that does not end within ${mostNameBytes} bytes`);
    let text = "";
    for (const byte of bytes.subarray(start, start + found)) {
      if (byte < 0x20 || byte > 0x7e) throw new Malformed(`has ${what} at byte ${start} that is no text`);
      text += String.fromCharCode(byte);
    }
    return text;
  };

  /** Many properties share a name, and names may share their ends. */
  const propertyNames = new Map<number, string>();
  const propertyName = (offset: number): string => {
    const known = propertyNames.get(offset) ?? nameAt(strings.start + offset, strings, "the name of a property");
    propertyNames.set(offset, known);
    return known;
  };

  interface Growing extends TreeNode {
    readonly properties: Map<string, Uint8Array>;
    readonly children: Growing[];
    readonly childNames: Set<string>;
    readonly parent: Growing | undefined;
  }
  let root: Growing | undefined;
  let current: Growing | undefined;
  let level = 0;
  let nodes = 0;
  let at = structure.start;
  const next = (): number => {
    if (at + 4 > structure.end) throw new Malformed(`has a structure that ends at byte ${at} without saying so`);
    const value = view.getUint32(at);
    at += 4;
    return value;
  };
  for (;;) {
    const begin = at;
    const token = next();
    if (token === tokens.nothing) continue;
    if (token === tokens.end) {
      if (!root || current) throw new Malformed(`ends at byte ${begin} within a node`);
      return root;
    }
    if (token === tokens.beginNode) {
      const name = nameAt(at, structure, "the name of a node");
      at += aligned(name.length + 1);
      nodes += 1;
      level += 1;
      if (nodes > mostNodes || level > mostLevels)
        throw new Malformed(
          `has more than ${nodes > mostNodes ? `${mostNodes} nodes` : `${mostLevels} levels of nodes`}`,
          "witness/beyond-limit",
        );
      if (!current && root) throw new Malformed(`has a second root at byte ${begin}`);
      if (current?.childNames.has(name))
        throw new Malformed(`has two nodes called \`${name}\` in one node, the second at byte ${begin}`);
      const node: Growing = {
        ...{ name, parent: current, properties: new Map(), children: [], childNames: new Set<string>() },
      };
      current?.children.push(node);
      current?.childNames.add(name);
      root ??= node;
      current = node;
    } else if (token === tokens.endNode) {
      if (!current) throw new Malformed(`ends a node at byte ${begin} that has not begun`);
      current = current.parent;
      level -= 1;
    } else if (token === tokens.property) {
      const length = next();
      const name = propertyName(next());
      if (at + length > structure.end)
        throw new Malformed(`has a property at byte ${begin} that is longer than the rest`);
      if (!current) throw new Malformed(`has a property at byte ${begin} outside of any node`);
      if (current.properties.has(name)) throw new Malformed(`has \`${name}\` twice in one node, at byte ${begin}`);
      current.properties.set(name, bytes.subarray(at, at + length));
      at += aligned(length);
    } else throw new Malformed(`has ${token} at byte ${begin}, where a node or a property would begin`);
  }
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}

/** The path of a node, as sources and tools write it. */
export function pathOf(node: TreeNode): string {
  const names: string[] = [];
  for (let each: TreeNode | undefined = node; each?.parent; each = each.parent) names.unshift(each.name);
  return `/${names.join("/")}`;
}

/** Every node, parents before children. */
export function* nodesOf(root: TreeNode): Generator<TreeNode> {
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    for (const child of [...node.children].reverse()) open.push(child);
  }
}

/** The texts of a property; empty where it is missing or holds something else. */
export function textsOf(node: TreeNode, property: string): string[] {
  const value = node.properties.get(property);
  if (!value || value.length === 0 || value.at(-1) !== 0) return [];
  const texts = new TextDecoder("latin1").decode(value.subarray(0, value.length - 1)).split("\0");
  return texts.every((text) => /^[\x20-\x7e]+$/.test(text)) ? texts : [];
}

/** The 32-bit words of a property; undefined where it is missing or is no row of them. */
export function wordsOf(node: TreeNode, property: string): number[] | undefined {
  const value = node.properties.get(property);
  if (!value || value.length % 4 !== 0) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.length / 4 }, (_, index) => view.getUint32(index * 4));
}

/** A property of one word. */
export function wordOf(node: TreeNode, property: string): number | undefined {
  const words = wordsOf(node, property);
  return words?.length === 1 ? words[0] : undefined;
}
