// The files of others that a command is given: read, and in the common form.
import { resolve } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { readBytes } from "../load/read-file.ts";
import { parseWitnessName, readWitness } from "../witness/read-witness.ts";
import type { Witness } from "../witness/witness.ts";
import type { Environment } from "./environment.ts";

/**
 * Those of the files that can be read, in their order; what is wrong with the others is reported.
 * @param names `FILE`, or `FILE#DEVICE` for a pack
 * @param likeName what a device of the chip has in its name, where none is named
 */
export function readWitnesses(
  names: readonly string[],
  likeName: string,
  diagnostics: Diagnostics,
  { workingFolder }: Environment,
): Witness[] {
  return names.flatMap((text) => {
    const name = parseWitnessName(text);
    // What no reader knows is not read at all.
    const isKnown = name.format !== undefined;
    const bytes = isKnown
      ? readBytes(resolve(workingFolder, name.path), name.path, name.mostBytes, diagnostics)
      : new Uint8Array();
    return (bytes && readWitness(bytes, name, name.path, likeName, diagnostics)) ?? [];
  });
}
