// Which Rust target triples are of an architecture, and what they say of the processor. What is known of them stands in
// the architecture's description.

/** A row of an architecture's `rust.targetArch`, as it is written: parts of it may be missing. */
export type TargetRow =
  | string
  | {
      readonly arch?: string | undefined;
      readonly triples?: readonly (string | undefined)[] | undefined;
      readonly addressBits?: 32 | 64 | undefined;
      readonly extensions?: readonly (string | undefined)[] | undefined;
    };

export interface RustTarget {
  /** The value of cfg(target_arch). */
  readonly arch: string;
  /** Triples, or how they begin and `*`. */
  readonly triples: readonly string[];
  /** Undefined where the description does not say. */
  readonly addressBits: 32 | 64 | undefined;
  /** Those that every processor has on which code for these triples runs. */
  readonly extensions: readonly string[];
}

/** The rows with their defaults: by custom a triple begins with the value of cfg(target_arch). */
export function toTargets(rows: readonly (TargetRow | undefined)[] | undefined): RustTarget[] {
  return (rows ?? []).flatMap((row) => {
    const { arch, triples, addressBits, extensions } = typeof row === "object" ? row : { arch: row };
    if (arch === undefined) return [];
    return [
      {
        arch,
        triples: triples?.flatMap((triple) => triple ?? []) ?? [`${arch}*`],
        addressBits,
        extensions: extensions?.flatMap((extension) => extension ?? []) ?? [],
      },
    ];
  });
}

/** What the first row that fits says of a triple; undefined where none does. */
export function targetOf(triple: string, targets: readonly RustTarget[]): RustTarget | undefined {
  return targets.find(({ triples }) => triples.some((form) => fits(triple, form)));
}

function fits(triple: string, form: string): boolean {
  return form.endsWith("*") ? triple.startsWith(form.slice(0, -1)) : triple === form;
}

/** How many bits an address has on the widest of these targets; undefined where none is known. */
export function widest(bits: readonly (32 | 64 | undefined)[]): 32 | 64 | undefined {
  const known = bits.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : known.includes(64) ? 64 : 32;
}
