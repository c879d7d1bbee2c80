// The generated TypeScript classes, loaded from the output folder so that the verifier can run what is there.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FenceMethod } from "../model/chip.ts";
import { typeScriptPath } from "../render/typescript/printer.ts";
import type { DmaBuffer, DmaFence, FenceMachine } from "../runtime/dma-fence.ts";
import * as lines from "../runtime/lines.ts";
import * as reach from "../runtime/reach.ts";
import { type RecordedOperation, RecordingMachine, type RegisterValues } from "../runtime/recording-machine.ts";
import type { Environment } from "./environment.ts";

type FenceClass = new (machine: FenceMachine) => DmaFence;

/** Runs a method of an emitted class and says what it executed. */
export type Recorder = (
  fenceName: string,
  fence: FenceMethod,
  buffer: DmaBuffer,
  registers: RegisterValues,
) => RecordedOperation[];

/** The classes of a chip; undefined where they have not been generated. */
export function loadEmitted(chip: string, outFolder: string, environment: Environment): Recorder | undefined {
  const path = join(outFolder, typeScriptPath(chip));
  if (!existsSync(path)) return undefined;
  // The compiler is large, and only this command needs it.
  const fromPackage = createRequire(pathToFileURL(join(environment.packageFolder, "package.json")));
  const typescript = fromPackage("typescript") as typeof import("typescript");
  const { outputText } = typescript.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022 },
  });
  const classes: Record<string, FenceClass | undefined> = {};
  const library = (name: string) => {
    if (name !== "fencegen") throw new Error(`${path} imports ${name}`);
    return { ...lines, ...reach };
  };
  new Function("exports", "require", outputText)(classes, library);
  return (fenceName, fence, buffer, registers) => {
    const Fence = classes[fenceName];
    const machine = new RecordingMachine(registers);
    if (Fence) new Fence(machine)[fence](buffer);
    return machine.operations;
  };
}
