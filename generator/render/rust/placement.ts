// Where the files of the Rust output lie and by which paths they name each other: in a crate of their own, or as single files
// in somebody else's tree.
import { moduleName } from "../../notation/names.ts";
import type { Code } from "../code.ts";
import { fileStem } from "../names.ts";
import { identifier, path } from "./encode.ts";
import type { UnsafeComment } from "./unsafe-comment.ts";

/** fence: of one core. architecture: shared by coherent chips. masters: what each reaches. shared: what all of these use. */
export type FileKind = "fence" | "architecture" | "masters" | "shared";

export interface Place {
  /** Relative to the output folder, with {name} for the stem of the file and {chip} for the chip's module. */
  readonly file: string;
  /** The module's path in Rust, with the same. Left out: `crate::{name}`. */
  readonly module?: string | undefined;
}

export interface RustFiles extends Readonly<Partial<Record<Exclude<FileKind, "architecture">, Place | undefined>>> {
  /** One place for all, or one for each by the name of the module. */
  readonly architecture?: Place | Readonly<Record<string, Place>> | undefined;
}

/** The choices of a project. */
export interface RustSettings {
  /** Single files in a tree; a kind that is left out is not written. Left out: a crate. */
  readonly files?: RustFiles | undefined;
  /** Path of the crate with the trait, from the emitted crate. Left out: a stand-in. */
  readonly traitCrate?: string | undefined;
  /** Whether there are modules of what masters reach. Left out: yes. */
  readonly masters?: boolean | undefined;
  /** Whether there are types of buffers. Left out: yes. */
  readonly buffers?: boolean | undefined;
  /** Names that the project's build gives to bare-metal targets, by the value of cfg(target_arch). */
  readonly cfg?: Readonly<Record<string, string>> | undefined;
  /** How comments on unsafe code begin. Left out: `SAFETY:`, as Clippy wants it. */
  readonly unsafeComment?: UnsafeComment | undefined;
}

export interface Placed {
  /** Of the file, relative to the output folder. */
  readonly file: string;
  /** Of the module, as other files of the output name it. */
  readonly module: Code<"rust">;
}

/** Where the crate's own files lie. */
export const crateFolder = "rust";
const inCrate: Place = { file: `${crateFolder}/src/{name}.rs` };

/** Where a file lies; undefined where the project does not want it. @param chip id; left out for what chips share */
export function placeOf(kind: FileKind, name: string, settings: RustSettings, chip?: string): Placed | undefined {
  if (!isWanted(kind, settings)) return undefined;
  const place = settings.files ? placeIn(settings.files, kind, name) : inCrate;
  if (!place) return undefined;
  const words: Readonly<Record<string, string>> = {
    name: identifier(name),
    ...(chip !== undefined && { chip: moduleOf(chip) }),
  };
  const filled = (pattern: string) => pattern.replace(/\{(name|chip)\}/g, (hole, word: string) => words[word] ?? hole);
  return { file: filled(place.file), module: path(filled(place.module ?? "crate::{name}")) };
}

function placeIn(files: RustFiles, kind: FileKind, name: string): Place | undefined {
  if (kind !== "architecture") return files[kind];
  const { architecture } = files;
  if (architecture === undefined || isPlace(architecture)) return architecture;
  return Object.hasOwn(architecture, name) ? architecture[name] : undefined;
}

function isPlace(places: Place | Readonly<Record<string, Place>>): places is Place {
  return typeof places["file"] === "string";
}

/** The path of the trait as fences name it. */
export function traitOf({
  traitPath,
  rust,
}: {
  readonly traitPath: string | undefined;
  readonly rust: RustSettings;
}): string {
  return traitPath ?? (rust.files ? tockTrait : "crate::DmaFence");
}

/** How a file names what lies at a path: a crate has no name in itself, and is `crate` there. */
export function pathFrom({ module }: Pick<Placed, "module">, target: string): Code<"rust"> {
  const [crate, ...inner] = target.replace(/^::/, "").split("::");
  return path(module.split("::")[0] === crate ? ["crate", ...inner].join("::") : target);
}

/** Whether the trait is the crate's own. */
export function hasOwnTrait({
  traitPath,
  rust,
}: {
  readonly traitPath: string | undefined;
  readonly rust: RustSettings;
}): boolean {
  return traitPath === undefined && !rust.files;
}

export const tockTrait = "kernel::platform::dma_fence::DmaFence";

/** Whether buffers have a type, which needs the file that all share. */
export function hasBuffers(settings: RustSettings): boolean {
  return settings.buffers !== false && (!settings.files || settings.files.shared !== undefined);
}

/** Whether there are modules of what masters reach; they need the file that all share. */
export function hasMasters({ masters, files }: RustSettings): boolean {
  return masters !== false && (!files || (files.masters !== undefined && files.shared !== undefined));
}

function isWanted(kind: FileKind, settings: RustSettings): boolean {
  switch (kind) {
    case "fence":
    case "architecture":
      return true;
    case "masters":
      return hasMasters(settings);
    case "shared":
      return hasMasters(settings) || hasBuffers(settings) || !settings.files;
  }
}

/** The module of a chip: neither the crate's own file nor a keyword. */
export function moduleOf(id: string): Code<"rust"> {
  return identifier(moduleName(fileStem(moduleName(id), ["lib", "main", "mod", ...sharedModules])));
}

/** Modules that chips share, whose names no chip has. */
export const sharedModules = ["reach", "buffer", "guard", "hal", "dma_fence"] as const;

/** `cm7` for the core CM7, `non_secure` for NonSecure. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9_]/gu, (character) => `_u${character.codePointAt(0)!.toString(16)}_`)
    .toLowerCase();
}
