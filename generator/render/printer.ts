// What an output language is to the rest: a folder with a printer. `printers.ts` lists them.
import type { ResolvedChip } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { CoreFence, SharedFence } from "../plan/shared-fence.ts";
import type { FenceProgram } from "../program/statement.ts";
import type { Bibliography } from "./bibliography.ts";
import type { RustSettings } from "./rust/placement.ts";

/** A file that is written; the path is relative to the output folder, with forward slashes. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}

/** What every printer is given for one chip. */
export interface RenderInput {
  readonly chip: ResolvedChip;
  readonly fences: readonly PrintedFence[];
  /** Digest of the facts that the files rest on. */
  readonly facts: string;
  /** Lines of the licence header, without comment markers. */
  readonly licence: readonly string[];
  /** The one line that says where the file comes from, without comment marker. */
  readonly generated: string;
  /** What a reviewer should look at first; undefined where everything is known. */
  readonly warning: string | undefined;
  readonly bibliography: Bibliography;
  readonly settings: Settings;
}

/** The choices of a project. */
export interface Settings {
  /** Path of the trait in Rust; undefined for the one that the output's default form refers to. */
  readonly traitPath: string | undefined;
  /** size: the shortest loops. speed: loops over blocks of lines where the architecture spells them. */
  readonly optimize: "size" | "speed";
  readonly rust: RustSettings;
}

export interface PrintedFence extends FencePlan {
  readonly program: FenceProgram;
}

/** What the files that chips share are made of. */
export interface SharedInput extends Pick<RenderInput, "licence" | "generated" | "settings"> {
  /** In code-point order of their ids. */
  readonly chips: readonly ListedChip[];
  /** The fences that coherent chips share. */
  readonly fences: readonly SharedFence[];
  /** Those of cores. */
  readonly coreFences: readonly CoreFence[];
}

/** A chip that has outputs, and the paths of those that are its own. */
export interface ListedChip {
  readonly id: string;
  readonly paths: readonly string[];
}

/** What decides where the files of a chip are. */
export type PathInput = Pick<RenderInput, "chip" | "fences" | "settings">;

export interface Printer {
  /** The files of one chip. */
  chipFiles(input: RenderInput): OutputFile[];
  /** Where they are. */
  chipPaths(input: PathInput): string[];
  /** Where files are that chips share and that hold instructions of this one's fences. */
  sharedPaths(input: PathInput): string[];
  /** The files that chips use together. */
  sharedFiles(input: SharedInput): OutputFile[];
  /** The files that list the chips. */
  lists(input: SharedInput): OutputFile[];
  /** Where the files of a chip were when the manifest had no line for each, by its id. */
  formerPaths(id: string): string[];
}
