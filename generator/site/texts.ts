// What the site says beside what is known of a project; the build has made it.
import type { Examples } from "../diagnostics/explain-code.ts";
import type { LitmusProgram, Outcome } from "../simulator/litmus.ts";

export interface SiteTexts {
  /** The pages of prose, in the order in which the guide lists them; the first is its index. */
  readonly guide: readonly GuidePage[];
  /** Undefined where the installation has none. */
  readonly examples: Examples | undefined;
  /** Programs for the architectures that come with fencegen, with every outcome that herd7 computed. */
  readonly litmus: readonly (LitmusProgram & { readonly outcomes: readonly Outcome[] })[];
  /** Changes to descriptions that come with fencegen of which no check takes notice: `reach: chips/x.yaml: DMA1 without SRAM0`. */
  readonly unnoticed: readonly string[];
}

/** Title and content are HTML that the build made of Markdown. */
export interface GuidePage {
  readonly name: string;
  readonly title: string;
  readonly sections: readonly { readonly id: string; readonly title: string }[];
  readonly content: string;
}
