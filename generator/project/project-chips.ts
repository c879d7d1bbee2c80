// Chips, of which as much is known as most commands say, and the rest worked out when it is asked for.
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../load/source-file.ts";
import type { SharedDescriptions } from "../render/render-outputs.ts";
import type { KnownChip } from "./known-chip.ts";
import type { WorkedOut } from "./work-out.ts";

export interface ProjectChips {
  /** Those that were asked for and have no errors, by code point of their ids. */
  readonly chips: readonly KnownChip[];
  /** Ids of all that are described, with errors or without; of a file that cannot be read, or says another id, what it is called. */
  readonly described: readonly string[];
  /** How many descriptions there are, those of other kinds among them. */
  readonly descriptions: number;
  readonly diagnostics: Diagnostics;
  /** Whether of every description it is known which shared ones it uses: where one cannot be read, nobody knows what chips share. */
  readonly isSharedKnown: boolean;
  /** What one of a chip's own files shall hold. */
  contentOf(id: string, path: string): string;
  /** Of a chip that was asked for. */
  detailsOf(id: string): WorkedOut & { readonly file: SourceFile };
  /** What has fences that the described chips share. */
  sharedDescriptions(): SharedDescriptions;
  /** Names of the fences that chips may share, whether or not one does. */
  sharedFenceNames(): readonly string[];
  /** Changes with whatever shared descriptions rest on. */
  digestOfShared(): string;
}
