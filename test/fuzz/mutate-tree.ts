// Changes of facts and of structure. A change is plain numbers and a text, which fast-check makes and makes smaller; what they
// choose from is here.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { hostileText } from "../render/hostile.ts";
import { root } from "./library.ts";
import { changedAt, type Entry, type Part, partsOf, scalar, spelled, type Tree } from "./tree.ts";

export interface TreeChange {
  readonly how: keyof typeof ways;
  /** Chooses the part that is changed. */
  readonly at: number;
  /** Chooses what it is changed into. */
  readonly into: number;
  readonly text: string;
}

/** What of other descriptions may stand in place of a part. */
export interface Pool {
  /** Behind the same key. */
  readonly byKey: ReadonlyMap<string, readonly Tree[]>;
  readonly all: readonly Tree[];
}

/** @param mostOfKey different values that are kept of a key */
export function poolOf(trees: readonly Tree[], mostOfKey = 300): Pool {
  const byKey = new Map<string, Map<string, Tree>>();
  for (const tree of trees) {
    for (const { key, tree: part } of partsOf(tree)) {
      const known = byKey.get(key) ?? new Map<string, Tree>();
      byKey.set(key, known);
      if (known.size < mostOfKey) known.set(JSON.stringify(part), part);
    }
  }
  const lists = new Map([...byKey].map(([key, values]) => [key, [...values.values()]]));
  return { byKey: lists, all: [...lists.values()].flatMap((list) => list.slice(0, 5)) };
}

const schemas = join(root, "generator/schema");
const schemaTexts = readdirSync(schemas)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(join(schemas, name), "utf8"));
/** Words of the closed lists, and all keys. */
const words = [
  ...new Set(schemaTexts.flatMap((text) => [...text.matchAll(/"([A-Za-z][\w-]*)"/g)].map(([, word]) => word!))),
];

const numbers =
  `0 1 -1 2 3 4 7 8 16 24 31 32 33 63 64 65 100 128 255 256 1000 4095 4096 65535 65536 1.5 1e3 1e400 .nan .inf -0 ~
  0x0 0x1 0x10 0xFFFF_FFFF 0x1_0000_0000 0x8000_0000 0xFFFF_FFFF_FFFF_FFFF 0x1_0000_0000_0000_0000 4294967295 4294967296
  9007199254740991 9007199254740993 18446744073709551615 18446744073709551616 99999999999999999999 0o17 0b11 1_000 1__0 "0x"
  1KiB 64KiB 4GiB 16EiB 1TiB "1 KiB" -1KiB 0KiB 0.5GiB 99999999GiB true false null yes "" " "`.match(/"[^"]*"|\S+/g)!;

const texts =
  `none all L1D L2 unknown always never run-time unverified address zero cortex-m7 armv7-m arm-scb r0p0 r1p1 r99p99
  constructor __proto__ toString hasOwnProperty lib index main self crate fn con nul test-chip`.split(/\s+/);

const keys = [...words, "__proto__", "constructor", '""', "<<", "? [a, b]\n", "1", "~", "!!str a", "&k a", '"\\u2028"'];

const tags = [
  "!!binary",
  "!!set",
  "!!map",
  "!!seq",
  "!!str",
  "!!int",
  "!!float",
  "!!null",
  "!!timestamp",
  "!foo",
  "!",
  "!<x>",
];

/** How often what is made large is repeated. */
const times = [2, 2, 2, 3, 3, 3, 5, 5, 5, 10, 10, 10, 20, 20, 40, 40, 60, 65, 65, 99, 100, 101, 500, 1001, 3000];

type How = (part: Part, change: TreeChange, tree: Tree, pool: Pool) => Tree;

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

function replaced(tree: Tree, { way }: Part, by: Tree): Tree {
  return changedAt(tree, way, () => by);
}

/** Changes the entries or items that a part consists of; a scalar stays. */
function inside(tree: Tree, { way }: Part, change: <T>(list: readonly T[]) => readonly T[]): Tree {
  return changedAt(tree, way, (part) => {
    if (part.kind === "list") return { ...part, items: change(part.items) };
    return part.kind === "map" ? { ...part, entries: change(part.entries) } : part;
  });
}

const nudges: readonly ((text: string) => string)[] = [
  (text) => `-${text}`,
  (text) => `${text}0`,
  (text) => text.slice(0, -1) || "0",
  (text) => (/^\d+$/.test(text) ? String(Number(text) + 1) : `${text}1`),
  (text) => (/^\d+$/.test(text) ? `0x${Number(text).toString(16)}` : text.toUpperCase()),
  (text) => (/^\d+$/.test(text) ? String(Number(text) * 2) : text.replace(/\d/, "9")),
  (text) => text.replaceAll("_", ""),
  (text) => `"${text.replaceAll(/["\\]/g, "")}"`,
];

export const ways = {
  // Facts.
  sameKey: (part, { into }, tree, pool) => replaced(tree, part, pick(pool.byKey.get(part.key) ?? pool.all, into)),
  sameKeyAgain: (part, { into }, tree, pool) => replaced(tree, part, pick(pool.byKey.get(part.key) ?? pool.all, into)),
  word: (part, { into }, tree) => replaced(tree, part, scalar(pick(words, into))),
  number: (part, { into }, tree) => replaced(tree, part, scalar(pick(numbers, into))),
  knownText: (part, { into }, tree) => replaced(tree, part, scalar(pick(texts, into))),
  hostileText: (part, { text }, tree) => replaced(tree, part, scalar(JSON.stringify(text))),
  hostileEnd: (part, { text }, tree) =>
    part.tree.kind === "scalar"
      ? replaced(tree, part, scalar(JSON.stringify(part.tree.text.replace(/^"|"$/g, "") + text)))
      : tree,
  nudge: (part, { into }, tree) =>
    part.tree.kind === "scalar" ? replaced(tree, part, scalar(pick(nudges, into)(part.tree.text))) : tree,
  oneLess: (part, { into }, tree) => inside(tree, part, (list) => list.filter((_, at) => at !== into % list.length)),
  oneTwice: (part, { into }, tree) =>
    inside(tree, part, (list) => [...list, ...list.slice(into % list.length).slice(0, 1)]),
  otherOrder: (part, { into }, tree) =>
    inside(tree, part, (list) => [...list.slice(into % list.length), ...list.slice(0, into % list.length)]),
  // Structure.
  otherKey: (part, { into }, tree) =>
    changedAt(tree, part.way, (map) =>
      map.kind === "map"
        ? {
            ...map,
            entries: map.entries.map(
              ([key, value], at): Entry => [at === into % map.entries.length ? pick(keys, into) : key, value],
            ),
          }
        : map,
    ),
  oneMore: (part, { into, text }, tree, pool) =>
    changedAt(tree, part.way, (map) =>
      map.kind === "map"
        ? {
            ...map,
            entries: [...map.entries, [into % 9 === 0 ? spelled(text) : pick(keys, into), pick(pool.all, into)]],
          }
        : map,
    ),
  moved: (part, { into }, tree) => replaced(tree, part, pick(partsOf(tree), into).tree),
  any: (part, { into }, tree, pool) => replaced(tree, part, pick(pool.all, into)),
  otherType: (part, { into }, tree) =>
    replaced(
      tree,
      part,
      pick<Tree>(
        [
          { kind: "list", items: [] },
          { kind: "map", entries: [] },
          { kind: "list", items: [part.tree] },
          { kind: "list", items: [part.tree, part.tree] },
          { kind: "map", entries: [["a", part.tree]] },
          scalar("null"),
          scalar("true"),
          scalar("42"),
          scalar(""),
          scalar('"text"'),
        ],
        into,
      ),
    ),
  tag: (part, { into }, tree) => replaced(tree, part, { ...part.tree, before: `${pick(tags, into)} ` }),
  alias: (part, { into }, tree) => {
    const anchored = replaced(tree, part, { ...part.tree, before: "&a " });
    const behind = partsOf(anchored).filter(({ way }) => way.length > 0);
    return behind.length === 0 ? anchored : replaced(anchored, pick(behind, into), scalar("*a"));
  },
  aliasOfNothing: (part, _, tree) => replaced(tree, part, scalar("*nobody")),
  manyAliases: (part, { into }, tree) => {
    const levels = Array.from({ length: 1 + (into % 12) }, (_, at): Tree => {
      const items = Array.from({ length: 2 + (into % 9) }, () => (at === 0 ? part.tree : scalar(`*n${at - 1}`)));
      return { kind: "list", items, before: `&n${at} ` };
    });
    return replaced(tree, part, { kind: "list", items: levels });
  },
  deep: (part, { into }, tree) => {
    const levels = pick([...times, 10_000], into);
    const [open, close] = into % 2 === 0 ? ["[", "]"] : ["{a: ", "}"];
    return replaced(tree, part, scalar(open!.repeat(levels) + close!.repeat(levels)));
  },
  manyEntries: (part, { into }, tree) =>
    inside(tree, part, (list) =>
      Array.from({ length: pick(times, into) }, (_, at) => list[at % list.length]!).filter(Boolean),
    ),
  manyKeys: (part, { into }, tree) =>
    changedAt(tree, part.way, (map) =>
      map.kind === "map" && map.entries.length > 0
        ? {
            ...map,
            entries: [
              ...map.entries,
              ...Array.from({ length: pick(times, into) }, (_, at): Entry => [`k${at}`, map.entries[0]![1]]),
            ],
          }
        : map,
    ),
  longText: (part, { into, text }, tree) =>
    replaced(tree, part, scalar(JSON.stringify((text || "x").repeat(pick(times, into)).slice(0, 20_000)))),
} satisfies Record<string, How>;

const facts: readonly (keyof typeof ways)[] = Object.keys(ways).slice(
  0,
  Object.keys(ways).indexOf("otherKey"),
) as never;
const structure: readonly (keyof typeof ways)[] = Object.keys(ways).slice(facts.length) as never;

function changes(how: readonly (keyof typeof ways)[], most: number): fc.Arbitrary<readonly TreeChange[]> {
  const change = fc.record({ how: fc.constantFrom(...how), at: fc.nat(), into: fc.nat(), text: hostileText });
  return fc.array(change, { minLength: 1, maxLength: most });
}

export const factChanges = changes(facts, 3);
export const structureChanges = changes([...structure, ...facts.slice(0, 3)], 3);

/** A tree that grew past this is not changed any further: what grows is tried by itself. */
const mostParts = 20_000;

export function withChanges(tree: Tree, list: readonly TreeChange[], pool: Pool): Tree {
  return list.reduce((current, change) => {
    const parts = partsOf(current);
    const how: How = ways[change.how];
    return parts.length > mostParts ? current : how(pick(parts, change.at), change, current, pool);
  }, tree);
}
