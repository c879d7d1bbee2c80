// The stage before the pipeline: descriptions from folders on the disk.
import { Diagnostics } from "./diagnostics/diagnostic.ts";
import { readDescriptions, type Wanted } from "./load/read-descriptions.ts";
import { type Loaded, validate } from "./pipeline.ts";

export interface LoadRequest {
  /** The folder with the user's chips. */
  readonly chipsFolder: string;
  /** The folder whose architectures, cores and mechanisms come with fencegen. */
  readonly shippedFolder: string;
  /** Turns a path into how it is shown. */
  readonly shown: (path: string) => string;
  /** What is looked for; left out, everything is read. */
  readonly wanted?: Wanted | undefined;
}

/** load → validate. */
export function load(request: LoadRequest): Loaded {
  const diagnostics = new Diagnostics();
  const { shippedFolder, chipsFolder, shown, wanted } = request;
  const files = readDescriptions([shippedFolder], chipsFolder, shown, diagnostics, wanted);
  return validate(files, diagnostics);
}
