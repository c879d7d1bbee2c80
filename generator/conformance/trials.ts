// Where a machine is tried. Mistakes of a fence are tried once at each way in which a master comes to memory; that the machine has
// all of the chip's memory and masters, at every memory that each master reaches.
import type { DmaController, Region, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion, possibleLineBytes } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import { lineStart } from "../runtime/lines.ts";
import { lastAddress, otherAddresses, reachOf, type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { type Port, portsOf } from "../verifier/scenario.ts";
import { basics, details, type Exchange, handOvers, type Place, roomLines, together } from "./exchanges.ts";

export interface Trial {
  readonly exchange: Exchange;
  /** What the core says of its lines, where a fence asks. */
  readonly lineBytes: number | undefined;
  /** The sizes of the lines of its caches that follow, by name. */
  readonly levels: Readonly<Record<string, number>>;
  /** Whether it is known that the master reaches the memory. */
  readonly isReached: boolean;
  /** Whether a machine may be so that no mistake shows: the chip's software chooses at run time whether the master snoops. */
  readonly isChosen: boolean;
}

export interface Trials {
  /** Hand-overs in which mistakes show, in each way in which a master comes to memory. */
  readonly handOvers: readonly Trial[];
  /** What must go right beside them. */
  readonly details: readonly Trial[];
  /** Each master in each memory. */
  readonly basics: readonly Trial[];
  /** All memories at once, of each master that is the first at some. */
  readonly atOnce: readonly Trial[];
  /** Why nothing is tried of memories. */
  readonly untried: readonly string[];
}

export interface TrialOptions {
  /** Names of the memories in which buffers may be, and of the masters that may transfer them; undefined: all. */
  readonly memories: readonly string[] | undefined;
  readonly masters: readonly string[] | undefined;
  /** Whether the machine keeps what is stored at an address: where no master writes, and where a board may have no memory. */
  keepsStores(region: Region, address: bigint): boolean;
}

export function trialsOf(
  chip: ResolvedChip,
  plan: FencePlan,
  core: ResolvedCore,
  { memories, masters, keepsStores }: TrialOptions,
): Trials {
  const seen = seenBy(chip, core);
  const isIn = (name: string) => memories?.includes(name) ?? true;
  const dma = seen.dma.filter(({ name }) => plan.controllers.includes(name) && (masters?.includes(name) ?? true));
  const controllers = dma.map((each) => withMemories(each, isIn));
  const all = portsOf(seen, core, controllers, { tellApart: ({ name }) => name });
  const readOnly = new Set(
    [...new Map(all.map(({ region }) => [region.name, region])).values()]
      .filter((region) => !isWritten(region, seen) && !keepsStores(region, region.base))
      .map(({ name }) => name),
  );
  const has: Has = (region, address) => !region.isMost || keepsStores(region, address);
  const isTried = ({ region }: Port) => !readOnly.has(region.name);
  const sizes = lineSizeQuestion(plan) ? possibleLineBytes(plan) : [undefined];
  const trialAt = (exchange: Exchange, lineBytes: number | undefined): Trial => {
    const { master, region, writes } = exchange.place;
    const controller = seen.dma.find(({ name }) => name === master)!;
    const isReached =
      reachOf(controller, region.name, false) === "yes" || reachOf(controller, region.name, writes) === "yes";
    const isChosen = controller.snoopingKnownAtRunTime;
    return { exchange, lineBytes, levels: levelsWith(lineBytes, core), isReached, isChosen };
  };
  const tried = portsOf(
    seen,
    core,
    controllers.map((each) => withMemories(each, (name) => !readOnly.has(name))),
  );
  const atPorts = sizes.flatMap((lineBytes) =>
    once(tried).flatMap((port) => {
      const others = otherAddresses(port.region, seen.regions).filter(({ name }) => isIn(name));
      const place = placeAt(port, port.controllers[0]!, lineOf(plan, lineBytes));
      return place.lines < roomLines ? [] : [{ place, others, lineBytes }];
    }),
  );
  const [smallest] = sizes;
  const everywhere = once(all.filter(isTried));
  const line = lineOf(plan, smallest);
  return {
    handOvers: [
      ...atPorts.flatMap(({ place, others, lineBytes }) =>
        handOvers(place, plan, others).map((exchange) => trialAt(exchange, lineBytes)),
      ),
      ...aliasesBeside(
        everywhere,
        atPorts.map(({ place }) => place.region.name),
        seen,
        isIn,
      ).flatMap(({ port, others }) => {
        const place = placeAt(port, port.controllers[0]!, line);
        if (place.lines < roomLines) return [];
        return handOvers(place, plan, others)
          .filter(({ memories: used }) => used.length > 1)
          .map((exchange) => trialAt(exchange, smallest));
      }),
    ],
    details: atPorts.flatMap(({ place, lineBytes }) => details(place, plan).map((each) => trialAt(each, lineBytes))),
    basics: [
      ...everywhere.flatMap((port) =>
        port.controllers.flatMap((master, index) => {
          const first = placeAt(port, master, line);
          const last = index === 0 ? lastPlace(first, has) : undefined;
          const ends = [...basics(first, ""), ...(last ? basics(last, " in its last lines") : [])];
          return ends.map((each) => trialAt(each, smallest));
        }),
      ),
    ],
    atOnce: atOnce(everywhere, line, has).map(({ master, places }) => trialAt(together(places, master), smallest)),
    untried: [...readOnly].map(
      (name) => `${name} is not tried: it does not keep what is stored, and no master writes to it`,
    ),
  };
}

function withMemories(controller: DmaController, isIn: (name: string) => boolean): DmaController {
  const { reaches, reads, writes, mayReach, mayRead } = controller;
  return {
    ...controller,
    ...{ reaches: reaches.filter(isIn), reads: reads.filter(isIn), writes: writes.filter(isIn) },
    ...{ mayReach: mayReach.filter(isIn), mayRead: mayRead.filter(isIn) },
  };
}

/** Each memory and master once: a master that is connected in two ways, or memory that is mapped in two, is one on a machine. */
function once(ports: readonly Port[]): Port[] {
  const byKey = new Map(ports.map((port) => [`${port.controllers[0]} ${port.region.name}`, port]));
  return [...byKey.values()];
}

/** Memory with several addresses of which no port is tried above. */
function aliasesBeside(
  ports: readonly Port[],
  tried: readonly string[],
  chip: SeenChip,
  isIn: (name: string) => boolean,
): { readonly port: Port; readonly others: readonly Region[] }[] {
  const memoryOf = ({ aliasOf, name }: Region) => aliasOf ?? name;
  const seen = new Set(ports.filter(({ region }) => tried.includes(region.name)).map(({ region }) => memoryOf(region)));
  return ports.flatMap((port) => {
    const others = otherAddresses(port.region, chip.regions).filter(({ name }) => isIn(name));
    if (others.length === 0 || seen.has(memoryOf(port.region))) return [];
    seen.add(memoryOf(port.region));
    return [{ port, others }];
  });
}

/** For each master that is the first at some memory, its places, at most one address of a memory. */
function atOnce(
  ports: readonly Port[],
  lineBytes: number,
  has: Has,
): { readonly master: string; readonly places: Place[] }[] {
  const masters = [...new Set(ports.map(({ controllers }) => controllers[0]!))];
  return masters.map((master) => {
    const memories = new Map(
      ports
        .filter(({ controllers }) => controllers.includes(master))
        .map((port) => [port.region.aliasOf ?? port.region.name, port] as const),
    );
    const places = [...memories.values()].flatMap((port) => {
      const first = placeAt(port, master, lineBytes);
      const last = lastPlace(first, has);
      const apart = Array.from({ length: 64 }, (_, bit) => ({
        ...first,
        address: first.address + (1n << BigInt(bit)),
      }));
      const own = apart.filter(
        ({ address, region }) =>
          address >= first.address + BigInt(lineBytes) &&
          address + BigInt(2 * lineBytes) <= (last ?? first).address &&
          has(region, address),
      );
      return [first, ...own, ...(last ? [last] : [])];
    });
    return { master, places };
  });
}

function placeAt({ region, writes }: Port, master: string, lineBytes: number): Place {
  const address = lineStart(region.base + BigInt(lineBytes - 1), lineBytes);
  const lines = Math.min(Number((lastAddress(region) + 1n - address) / BigInt(lineBytes)), 1024);
  return { master, region, writes, lineBytes, address, lines };
}

/** Whether a machine has memory at an address: a board may have less than a chip takes. */
type Has = (region: Region, address: bigint) => boolean;

/** The last two lines of the memory, where they are more than the first. */
function lastPlace(place: Place, has: Has): Place | undefined {
  const { region, lineBytes } = place;
  const address = lineStart(lastAddress(region) + 1n, lineBytes) - BigInt(2 * lineBytes);
  return place.lines >= roomLines && has(region, address) ? { ...place, address, lines: 2 } : undefined;
}

function lineOf({ bufferAlignmentBytes, lineBytes: step }: FencePlan, lineBytes: number | undefined): number {
  return Math.max(lineBytes ?? 0, bufferAlignmentBytes, step ?? 32);
}

function levelsWith(lineBytes: number | undefined, { caches }: ResolvedCore): Record<string, number> {
  if (lineBytes === undefined) return {};
  return Object.fromEntries(
    caches.map(({ name, smallestLineBytes, largestLineBytes }) => [
      name,
      Math.min(Math.max(lineBytes, smallestLineBytes), largestLineBytes),
    ]),
  );
}

function isWritten({ name }: Region, { dma }: SeenChip): boolean {
  return dma.some((controller) => reachOf(controller, name, true) !== "no");
}
