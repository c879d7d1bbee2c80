// The stage before the pipeline: descriptions from folders on the disk.
import { Diagnostics } from "./diagnostics/diagnostic.ts";
import { readDescriptions } from "./load/read-descriptions.ts";
import { type Loaded, validate } from "./pipeline.ts";

export interface LoadRequest {
  /** The folder with the user's chips. */
  readonly chipsFolder: string;
  /** The folder whose architectures, cores and mechanisms come with fencegen. */
  readonly shippedFolder: string;
  /** Turns a path into how it is shown. */
  readonly shown: (path: string) => string;
}

/** load → validate. */
export function load(request: LoadRequest): Loaded {
  const diagnostics = new Diagnostics();
  const files = readDescriptions([request.shippedFolder], request.chipsFolder, request.shown, diagnostics);
  return validate(files, diagnostics);
}
