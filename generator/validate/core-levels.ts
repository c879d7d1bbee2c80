// The cache levels that a core has on a chip: its own, with what differs there, and those that the chip puts behind them.

interface WithName {
  readonly name?: string | undefined;
}

/** An entry of a chip's `cores`, as far as its levels go. */
interface Entry<Level> {
  readonly caches?: readonly (Level | undefined)[] | undefined;
  readonly differs?:
    | { readonly caches?: Readonly<Record<string, Difference<Level> | undefined>> | undefined }
    | undefined;
}

type Difference<Level> = Partial<Level> & { readonly absent?: true | undefined };

/**
 * The levels of one entry of a chip, inner to outer, without those that all cores of the chip share.
 * @param core what the entry names or defines
 */
export function coreLevels<Level extends WithName>(
  core: { readonly caches?: readonly (Level | undefined)[] | undefined } | undefined,
  { caches, differs }: Entry<Level>,
): Level[] {
  const own = (core?.caches ?? []).flatMap((level) => {
    if (!level) return [];
    const difference = Object.entries(differs?.caches ?? {}).find(([name]) => name === level.name)?.[1];
    if (difference?.absent) return [];
    return [difference ? { ...level, ...difference } : level];
  });
  return [...own, ...(caches ?? []).flatMap((level) => level ?? [])];
}
