// What files are called: how names become those of files, modules and types of generated code, and where settings stand.

/** Where the settings of a project stand, in its folder. */
export const projectFileName = ".fencegen.yaml";

/** An id as names in Rust are made of it: they cannot start with a digit. */
export function nameStem(id: string): string {
  return /^\d/.test(id) ? `chip-${id}` : id;
}

/** `imx-rt1062` becomes ImxRt1062. */
export function typeStem(id: string): string {
  return nameStem(id)
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/** The fences of one core of a chip: for all masters, and for those that see every cache where others do not. @param coreName empty where it is the only one */
export function fenceNames(chipId: string, coreName: string): { readonly all: string; readonly coherent: string } {
  const stem = typeStem(chipId) + coreName;
  return { all: `${stem}DmaFence`, coherent: `${stem}CoherentDmaFence` };
}

/** The module of a chip in Rust, which is the stem of its file there. */
export function moduleName(id: string): string {
  return nameStem(id).replaceAll("-", "_");
}

/** `CLEAN_LINE_PA` for a name in any spelling. */
export function constantName(name: string): string {
  const constant = name.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
  // No name starts with a digit, and the emitted file has a table of memory.
  return /^(\d|_*$|MEMORY$)/.test(constant) ? `REGISTER_${constant}` : constant;
}

/** https://doc.rust-lang.org/reference/keywords.html: strict, reserved, and those of an edition. */
export const rustKeywords: ReadonlySet<string> = new Set(
  `abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in
  let loop macro match mod move mut override priv pub ref return Self self static struct super trait true try type typeof
  unsafe unsized use virtual where while yield`.split(/\s+/),
);

/** Words that Rust keeps for itself, and the name of the crate that every fence refers to. */
export const rustWords: ReadonlySet<string> = new Set([...rustKeywords, "kernel"]);
