// What a Rust target triple says of the architecture.

const targetArchitectures: readonly (readonly [RegExp, string])[] = [
  [/^(thumb|arm)/, "arm"],
  [/^aarch64/, "aarch64"],
  [/^riscv32/, "riscv32"],
  [/^riscv64/, "riscv64"],
  [/^i[3-6]86/, "x86"],
  [/^x86_64/, "x86_64"],
  [/^xtensa/, "xtensa"],
];

/** How many bits an address has on the widest of these Rust targets; undefined where none is known. */
export function addressBitsOf(triples: readonly string[]): 32 | 64 | undefined {
  const known = triples.flatMap((triple) => targetArchOf(triple) ?? []);
  if (known.length === 0) return undefined;
  return known.some((arch) => arch.endsWith("64")) ? 64 : 32;
}

/** The value of cfg(target_arch) of a Rust target triple. */
export function targetArchOf(triple: string): string | undefined {
  return targetArchitectures.find(([pattern]) => pattern.test(triple))?.[1];
}
