// The stage before the pipeline: descriptions from folders on the disk.
import { Diagnostics } from "./diagnostics/diagnostic.ts";
import {
  type DescriptionFolders,
  descriptionPaths,
  readDescriptions,
  readDescriptionsAt,
  type Wanted,
} from "./load/read-descriptions.ts";
import { type Loaded, validate } from "./pipeline.ts";
import { span } from "./profile/spans.ts";

export interface Folders {
  /** The folder with the user's chips. */
  readonly chipsFolder: string;
  /** The folder whose architectures, cores and mechanisms come with fencegen. */
  readonly shippedFolder: string;
  /** Ids of chips that come with fencegen and count as the user's, unless one of the user's own has the id; left out, none do. */
  readonly shippedChips?: readonly string[] | undefined;
  /** Whether the folder with the user's chips must be there; left out, where no chip counts that comes with fencegen. */
  readonly needsChipsFolder?: boolean | undefined;
  /** Turns a path into how it is shown. */
  readonly shown: (path: string) => string;
}

export interface LoadRequest extends Folders {
  /** What is looked for; left out, everything is read. */
  readonly wanted?: Wanted | undefined;
}

/** load → validate. */
export function load({ wanted, ...folders }: LoadRequest): Loaded {
  const diagnostics = new Diagnostics();
  const files = span("read", undefined, () => readDescriptions(asRead(folders), diagnostics, wanted));
  return span("validate", undefined, () => validate(files, diagnostics));
}

/** Where descriptions lie. */
export function pathsIn(folders: Folders, diagnostics: Diagnostics): string[] {
  return descriptionPaths(asRead(folders), diagnostics);
}

function asRead({ shippedFolder, chipsFolder, shippedChips, needsChipsFolder, shown }: Folders): DescriptionFolders {
  return { shared: [shippedFolder], own: chipsFolder, chips: shippedChips, isOwnNeeded: needsChipsFolder, shown };
}

/** load → validate, for what is known to lie in the folders. */
export function loadAt(
  paths: readonly string[],
  { chipsFolder, shown }: Folders,
  diagnostics: Diagnostics,
  wanted?: Wanted,
): Loaded {
  const files = span("read", undefined, () => readDescriptionsAt(paths, chipsFolder, shown, diagnostics, wanted));
  return span("validate", undefined, () => validate(files, diagnostics));
}
