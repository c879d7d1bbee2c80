// A file that says something of a chip, by the end of its name.
import { type Diagnostics, mostShownOfFile } from "../diagnostics/diagnostic.ts";
import { mostTreeBytes } from "./flattened-tree.ts";
import { implausibleIn } from "./implausible.ts";
import { readDeviceTree } from "./read-device-tree.ts";
import { readPack } from "./read-pack.ts";
import { readSvd } from "./read-svd.ts";
import type { Witness } from "./witness.ts";
import { mostXmlBytes, placeInText } from "./xml.ts";

/** A file as it is named on a command line: `FILE`, or `FILE#DEVICE` for a pack. */
export interface WitnessName {
  readonly path: string;
  readonly format: "dtb" | "svd" | "pdsc" | undefined;
  readonly device: string | undefined;
  readonly mostBytes: number;
}

export function parseWitnessName(text: string): WitnessName {
  const [, pack, device] = /^(.*\.pdsc)#(.+)$/i.exec(text) ?? [];
  const path = pack ?? text;
  const format = (["dtb", "svd", "pdsc"] as const).find((each) => path.toLowerCase().endsWith(`.${each}`));
  return { path, format, device, mostBytes: format === "dtb" ? mostTreeBytes : mostXmlBytes };
}

/**
 * @param shown how the file is named to the user
 * @param likeName what a device of the chip has in its name
 * @returns undefined where the file cannot be read, which is reported
 */
export function readWitness(
  bytes: Uint8Array,
  { format, device }: WitnessName,
  shown: string,
  likeName: string,
  diagnostics: Diagnostics,
): Witness | undefined {
  const witness = readAs(bytes, format, device, shown, likeName, diagnostics);
  const implausible = witness ? implausibleIn(witness) : [];
  for (const [index, { code, message, place }] of implausible.entries()) {
    // A place is looked for from the start of the file, and no more are shown.
    const line = index < mostShownOfFile ? /^line (\d+)$/.exec(place ?? "")?.[1] : undefined;
    if (line !== undefined) diagnostics.report(code, { message, path: shown, ...placeInText(bytes, Number(line), 1) });
    else diagnostics.report(code, { message: place === undefined ? message : `${message} (${place})`, path: shown });
  }
  return implausible.length > 0 ? undefined : witness;
}

function readAs(
  bytes: Uint8Array,
  format: WitnessName["format"],
  device: string | undefined,
  shown: string,
  likeName: string,
  diagnostics: Diagnostics,
): Witness | undefined {
  switch (format) {
    case "dtb":
      return readDeviceTree(bytes, shown, diagnostics);
    case "svd":
      return readSvd(bytes, shown, diagnostics);
    case "pdsc":
      return readPack(bytes, shown, device, likeName, diagnostics);
    case undefined:
      diagnostics.report("witness/unknown-format", { message: "ends in none of .dtb, .svd and .pdsc", path: shown });
      return undefined;
  }
}
