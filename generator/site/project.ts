// What the site is made from: every chip with its plans, its outputs and its verdicts, all of it known before a page is written.
import type { Architecture, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { ChipRow } from "../project/chip-row.ts";
import type { ChipFact } from "../provenance/chip-facts.ts";
import type { Coverage } from "../provenance/coverage.ts";
import type { OutputFile } from "../render/printer.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { PlaygroundProject } from "./playground/playground-project.ts";

export interface SiteProject {
  readonly chips: readonly SiteChip[];
  /** Those that some chip has, as they are described, whatever a target or a core has otherwise. */
  readonly architectures: readonly Architecture[];
  /** What the playground needs to plan a chip that nobody has described yet. */
  readonly playground: PlaygroundProject;
  /** What the benchmark measured of shipped fences, by name. */
  readonly costs: Readonly<Record<string, MeasuredCost>>;
}

/** Of a fence, and of hand-written sequences beside it. */
export interface MeasuredCost {
  /** Target of the compiler. */
  readonly target: string;
  /** Of buffers, in bytes. */
  readonly lengths: readonly number[];
  readonly rows: readonly {
    /** `emitted`, `compact` for the shortest that is right for every buffer, or whose sequence it is. */
    readonly name: string;
    readonly method: "release" | "acquire" | "both";
    /** Executed, for each length. */
    readonly instructions: readonly number[];
  }[];
}

export interface SiteChip {
  readonly row: ChipRow;
  readonly chip: ResolvedChip;
  readonly fences: readonly SiteFence[];
  readonly facts: readonly ChipFact[];
  readonly coverage: Coverage;
  /** Its own outputs. */
  readonly files: readonly OutputFile[];
  /** Whether its description is one that comes with fencegen, to the last byte. */
  readonly isShipped: boolean;
  /** Its description, as it stands in the project. */
  readonly description: { readonly path: string; readonly text: string };
}

export interface SiteFence {
  readonly plan: FencePlan;
  readonly core: ResolvedCore;
  readonly verdict: FenceVerdict;
  /** The chip and the fence that were explored, where another that is the same to the model was. */
  readonly exploredFor: { readonly chip: string; readonly fence: string };
}

/** A file of the site, relative to its folder. */
export interface SiteFile {
  readonly path: string;
  readonly content: string;
}

/** Where the page of a fence is, relative to the site's folder: fences have names of their own in a project. */
export function fencePath(fence: string): string {
  return `fence/${fence}.html`;
}
