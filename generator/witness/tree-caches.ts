// The caches of a device tree, and whose they are. Bindings: the Devicetree Specification v0.4, 3.8 and 3.9; Linux,
// Documentation/devicetree/bindings/cache.
import { pathOf, type TreeNode, type TreeProblem, wordOf } from "./flattened-tree.ts";
import type { TreeAddresses } from "./tree-addresses.ts";
import { isOff, namesOfCpu } from "./tree-cpus.ts";
import type { WitnessedLevel } from "./witness.ts";

/** Of one core. */
const mostLevels = 16;
/** Cores that are not alike in name, first level and next level: the largest trees have a level 2 for each of some hundred cores. */
const mostUnlike = 1000;

export interface TreeCaches {
  readonly levels: readonly WitnessedLevel[];
  /** What is not said to be anybody's, in sentences. */
  readonly unplaced: readonly string[];
}

/** Of each kind of core the levels of one, and what others of its kind have beside or otherwise: clusters need not be alike. */
export function cachesIn(
  cpus: readonly TreeNode[],
  nodes: readonly TreeNode[],
  byHandle: ReadonlyMap<number, TreeNode>,
  addresses: TreeAddresses,
): TreeCaches | TreeProblem {
  const linked = new Set(nodes.flatMap((node) => nextLevel(node, byHandle) ?? []));
  const unlinked = nodes.filter((node) => isOuterCache(node) && !linked.has(node));
  const single = onlyOnesOfTheirLevel(unlinked);
  const unlike = new Map<string, TreeNode>();
  for (const cpu of cpus) if (!unlike.has(likenessOf(cpu))) unlike.set(likenessOf(cpu), cpu);
  if (unlike.size > mostUnlike || single.length > mostLevels)
    return {
      code: "witness/beyond-limit",
      message:
        single.length > mostLevels
          ? `has more than ${mostLevels} levels of cache`
          : `has more than ${mostUnlike} cores that are not alike`,
    };
  const levels = new Map<string, WitnessedLevel>();
  const add = (level: WitnessedLevel) => {
    const alike = JSON.stringify([level.ofCore, level.level, level.lineBytes, level.sizeBytes, level.ways]);
    if (!levels.has(alike)) levels.set(alike, level);
  };
  const placed = new Set<TreeNode>();
  for (const cpu of unlike.values()) {
    const chain = chainFrom(cpu, byHandle);
    if ("code" in chain) return chain;
    const ofCore = namesOfCpu(cpu);
    const own = { ofCore, ...geometry(cpu, "d-cache"), registers: undefined, place: pathOf(cpu) };
    if (own.lineBytes !== undefined || own.sizeBytes !== undefined) add({ level: 1, ...own });
    const beyond = chain.at(-1)?.level ?? 1;
    for (const { node, level } of [...chain, ...single.filter(({ level }) => level > beyond)]) {
      placed.add(node);
      const registers = addresses.of(node)[0];
      add({ level, ofCore, ...geometry(node, "cache"), registers, place: pathOf(node) });
    }
  }
  const unplaced = cpus.length === 0 ? [] : unlinked.filter((node) => !placed.has(node));
  return { levels: [...levels.values()], unplaced: unplaced.map(sentenceOf) };
}

interface LevelNode {
  readonly node: TreeNode;
  readonly level: number;
}

/** What two cores have alike that have the same caches. */
function likenessOf(cpu: TreeNode): string {
  const { lineBytes, sizeBytes, ways } = geometry(cpu, "d-cache");
  return JSON.stringify([namesOfCpu(cpu), lineBytes, sizeBytes, ways, nextHandle(cpu)]);
}

/** Of the caches that nobody names as the next, those that are the only one of their level: every core before it is in front of them. */
function onlyOnesOfTheirLevel(unlinked: readonly TreeNode[]): LevelNode[] {
  const count = new Map<number, number>();
  for (const node of unlinked) count.set(levelOf(node), (count.get(levelOf(node)) ?? 0) + 1);
  return unlinked
    .flatMap((node) => (count.get(levelOf(node)) === 1 ? [{ node, level: levelOf(node) }] : []))
    .sort((a, b) => a.level - b.level);
}

function sentenceOf(node: TreeNode): string {
  return `${pathOf(node)} is a cache of level ${levelOf(node)} that no core and no other cache names as its next, and not the only one that may be there: whose it is is not said, and it is left out.`;
}

/** The levels beyond a core's own, inner to outer. */
function chainFrom(cpu: TreeNode, byHandle: ReadonlyMap<number, TreeNode>): readonly LevelNode[] | TreeProblem {
  const chain: LevelNode[] = [];
  const seen = new Set([cpu]);
  let node = nextLevel(cpu, byHandle);
  for (let before = 1; node; node = nextLevel(node, byHandle)) {
    const level: number = wordOf(node, "cache-level") ?? before + 1;
    const place = pathOf(node);
    if (seen.has(node)) return malformed(`has a circle of caches: ${place} stands behind itself`);
    if (level <= before)
      return malformed(`says that the cache ${place} is of level ${level}, and has it behind one of level ${before}`);
    if (chain.length >= mostLevels)
      return {
        code: "witness/beyond-limit",
        message: `has more than ${mostLevels} levels of cache for ${pathOf(cpu)}`,
      };
    seen.add(node);
    chain.push({ node, level });
    before = level;
  }
  return chain;
}

function malformed(message: string): TreeProblem {
  return { code: "witness/malformed", message };
}

function nextLevel(node: TreeNode, byHandle: ReadonlyMap<number, TreeNode>): TreeNode | undefined {
  const handle = nextHandle(node);
  return handle === undefined ? undefined : byHandle.get(handle);
}

function nextHandle(node: TreeNode): number | undefined {
  return wordOf(node, "next-level-cache") ?? wordOf(node, "l2-cache");
}

/** An outer cache. That a core names it as its next is optional (Linux, bindings/cache/l2c2x0.yaml). */
function isOuterCache(node: TreeNode): boolean {
  return node.properties.has("cache-unified") && levelOf(node) > 1 && !isOff(node);
}

function levelOf(node: TreeNode): number {
  return wordOf(node, "cache-level") ?? 0;
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
