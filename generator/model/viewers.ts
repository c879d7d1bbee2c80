// Where a memory is for each who looks at it: the cores (a world of a core is one that has its own entry) and the DMA masters.

/** The words for all cores and all masters that a map does not name. */
export const everyCore = "cores";
export const everyMaster = "masters";

/** What no memory and no master is called: words that stand where such names do, and a key that stands beside them. */
export const wordsOfTheLanguage: ReadonlySet<string> = new Set([everyCore, everyMaster, "everyMaster", "all"]);

/** First addresses of one memory. Whoever has none does not see it. */
export interface Addresses {
  /** By the name or id of a core, or the name of a master. */
  readonly own: readonly (readonly [viewer: string, first: bigint])[];
  /** For every other core. */
  readonly cores: bigint | undefined;
  /** For every other master. */
  readonly masters: bigint | undefined;
}

/** The same address for everybody. */
export function everywhere(first: bigint): Addresses {
  return { own: [], cores: first, masters: first };
}

/** A core is looked up by its name first, which tells it from others of its kind. */
export function addressForCore(
  { own, cores }: Addresses,
  { name, id }: { readonly name: string; readonly id: string },
): bigint | undefined {
  const named = (viewer: string) => own.find(([each]) => each === viewer)?.[1];
  return (name === "" ? undefined : named(name)) ?? named(id) ?? cores;
}

export function addressForMaster({ own, masters }: Addresses, name: string): bigint | undefined {
  return own.find(([viewer]) => viewer === name)?.[1] ?? masters;
}

/** Every address that somebody sees it at, once. */
export function addressesOf({ own, cores, masters }: Addresses): bigint[] {
  const all = [cores, ...own.map(([, first]) => first), masters];
  return [...new Set(all.filter((first) => first !== undefined))];
}
