// The stage before the pipeline: descriptions from folders on the disk.
import { Diagnostics } from "./diagnostics/diagnostic.ts";
import { descriptionPaths, readDescriptionsAt, type Wanted } from "./load/read-descriptions.ts";
import { type Loaded, validate } from "./pipeline.ts";
import { span } from "./profile/spans.ts";

export interface Folders {
  /** The folder with the user's chips. */
  readonly chipsFolder: string;
  /** The folder whose architectures, cores and mechanisms come with fencegen. */
  readonly shippedFolder: string;
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
  return loadAt(pathsIn(folders, diagnostics), folders, diagnostics, wanted);
}

/** Where descriptions lie. */
export function pathsIn({ shippedFolder, chipsFolder, shown }: Folders, diagnostics: Diagnostics): string[] {
  return descriptionPaths([shippedFolder], chipsFolder, shown, diagnostics);
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
