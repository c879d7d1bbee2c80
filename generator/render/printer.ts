// What an output language is to the rest: a folder with a printer. `printers.ts` lists them.
import type { ResolvedChip } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { FenceProgram } from "../program/statement.ts";
import type { Bibliography } from "./bibliography.ts";

/** A file that is written; the path is relative to the output folder, with forward slashes. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}

/** What every printer is given for one chip. */
export interface RenderInput {
  readonly chip: ResolvedChip;
  readonly fences: readonly PrintedFence[];
  /** Lines of the licence header, without comment markers. */
  readonly licence: readonly string[];
  /** The one line that says where the file comes from, without comment marker. */
  readonly generated: string;
  /** What a reviewer should look at first; undefined where everything is known. */
  readonly warning: string | undefined;
  readonly bibliography: Bibliography;
  /** Path of the trait in Rust. */
  readonly traitPath: string;
  /** size: the shortest loops. speed: loops over blocks of lines where the architecture spells them. */
  readonly optimize: "size" | "speed";
}

export interface PrintedFence extends FencePlan {
  readonly program: FenceProgram;
}

/** What stands at the head of a file, without comment markers. */
export type Header = Pick<RenderInput, "licence" | "generated">;

export interface Printer {
  /** The files of one chip. */
  chipFiles(input: RenderInput): OutputFile[];
  /**
   * The files that list the chips.
   * @param ids in code-point order
   */
  sharedFiles(ids: readonly string[], header: Header): OutputFile[];
  /** Where the files of one chip are, by its id. */
  pathsOf(id: string): string[];
}
