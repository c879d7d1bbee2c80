// What stands at an offset of a description's text, whole or broken: the key or the value, and the pointer that leads to it.
import { isMap, isPair, isScalar, isSeq, type Node } from "yaml";
import { namesIn } from "../notation/shared-keys.ts";
import { parseYaml } from "./parse-yaml.ts";

export interface NodeAt {
  /** Keys and indexes from the root; of a key that several entries share, the first name. */
  readonly pointer: readonly string[];
  readonly at: "key" | "value";
  /** As YAML reads it. */
  readonly text: string;
  /** Offsets of the text. */
  readonly start: number;
  readonly end: number;
  /** The other keys of the same map; of a value, those of the map that it stands in. */
  readonly keysBeside: readonly string[];
  readonly rootKeys: readonly string[];
}

/** @returns undefined where no word stands there */
export function nodeAt(text: string, offset: number): NodeAt | undefined {
  const { contents } = parseYaml(text).document;
  const found = below(contents, [], offset, []);
  return found && { ...found, rootKeys: keysOf(contents) };
}

type Found = Omit<NodeAt, "rootKeys">;

function below(
  node: unknown,
  pointer: readonly string[],
  offset: number,
  keysBeside: readonly string[],
): Found | undefined {
  if (isMap(node)) {
    const keys = keysOf(node);
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const key = String(pair.key.value);
      const way = [...pointer, namesIn(key)[0] ?? key];
      const others = keys.filter((each) => each !== key);
      const found = scalarAt(pair.key, way, "key", offset, others) ?? below(pair.value, way, offset, others);
      if (found) return found;
    }
    return undefined;
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = below(item, [...pointer, String(index)], offset, keysBeside);
      if (found) return found;
    }
    return undefined;
  }
  return isScalar(node) ? scalarAt(node, pointer, "value", offset, keysBeside) : undefined;
}

function scalarAt(
  node: Node,
  pointer: readonly string[],
  at: NodeAt["at"],
  offset: number,
  keysBeside: readonly string[],
): Found | undefined {
  const [start, end] = node.range ?? [0, 0];
  if (!isScalar(node) || offset < start || offset > end || start === end) return undefined;
  return { pointer, at, text: String(node.value), start, end, keysBeside };
}

function keysOf(node: unknown): string[] {
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}
