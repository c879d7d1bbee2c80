// What no chip has, although the file is well formed: it would go into a draft, or be compared, as if it were a fact.
import { visible } from "../diagnostics/characters.ts";
import type { TreeProblem } from "./flattened-tree.ts";
import { type AddressRange, lastOf, type Witness } from "./witness.ts";

/** Of one chip or board; public files stay far below. */
const most = { cores: 64, levels: 64, memories: 1000, masters: 2000, windows: 20_000 };
/** Of a name, in units of UTF-16. */
const mostNameLength = 200;
const lastAddress = (1n << 64n) - 1n;
const leastLineBytes = 4;
const mostLineBytes = 4096;

/** With the place in the file, such as `line 7`; undefined for the file as a whole. */
export interface Implausible extends TreeProblem {
  readonly place: string | undefined;
}

/** Everything that is wrong; empty for a file of a chip. */
export function implausibleIn(witness: Witness): Implausible[] {
  const tooMany = tooManyIn(witness);
  return tooMany.length > 0 ? tooMany : [...namesIn(witness), ...levelsIn(witness), ...rangesIn(witness)];
}

function tooManyIn({ cores, levels, memories, masters }: Witness): Implausible[] {
  const windows = masters.reduce((sum, each) => sum + (each.windows?.length ?? 0), 0);
  const counts = {
    cores: cores.length,
    levels: levels.length,
    memories: memories.length,
    masters: masters.length,
    windows,
  };
  const words = { levels: "levels of cache", windows: "rows of `dma-ranges` that masters see through" };
  return (Object.keys(most) as (keyof typeof most)[]).flatMap((what) => {
    const name = what in words ? words[what as keyof typeof words] : what;
    const message = `has more than ${most[what]} ${name}`;
    return counts[what] > most[what] ? [{ code: "witness/beyond-limit", message, place: undefined }] : [];
  });
}

function malformed(message: string, place: string | undefined): Implausible {
  return { code: "witness/malformed", message, place };
}

function namesIn({ title, cores, memories, masters }: Witness): Implausible[] {
  const named = [
    { name: title, place: undefined },
    ...cores.flatMap(({ names, place }) => names.map((name) => ({ name, place }))),
    ...memories,
    ...masters,
  ];
  return named.flatMap(({ name, place }) => {
    if (name.length > mostNameLength) return [malformed(`has a name of ${name.length} characters`, place)];
    return visible(name) !== name
      ? [malformed(`has a name with characters that cannot be seen, \`${name}\``, place)]
      : [];
  });
}

function levelsIn({ levels }: Witness): Implausible[] {
  return levels.flatMap(({ lineBytes, place }) => {
    if (lineBytes === undefined) return [];
    const isLine = lineBytes >= leastLineBytes && lineBytes <= mostLineBytes && (lineBytes & (lineBytes - 1)) === 0;
    return isLine ? [] : [malformed(`says that a line has ${lineBytes} bytes, which no cache has`, place)];
  });
}

function rangesIn({ memories, masters, registers }: Witness): Implausible[] {
  const isBeyond = (range: AddressRange) => lastOf(range) > lastAddress;
  return [
    ...memories.flatMap((memory) =>
      isBeyond(memory) ? [malformed(`has a memory, \`${memory.name}\`, that ends beyond 64 bits`, memory.place)] : [],
    ),
    ...registers.flatMap((each) =>
      isBeyond(each) ? [malformed(`has registers, \`${each.name}\`, that end beyond 64 bits`, each.place)] : [],
    ),
    ...masters.flatMap(({ windows = [] }) =>
      windows.flatMap((window) =>
        isBeyond(window) || isBeyond({ base: window.seenAt, sizeBytes: window.sizeBytes })
          ? [malformed("has `dma-ranges` that end beyond 64 bits", window.place)]
          : [],
      ),
    ),
  ];
}
