// The `cortex-m` crate from crates.io, for hand-written code that calls it.
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { cargo, environmentFor, lockTo } from "../../test/toolchain/support/crates-io.ts";
import { compilerFor, type Toolchain } from "../toolchain/find-tools.ts";

/** As RESULTS.md calls it; the version is the one that Cargo.toml and Cargo.lock name. */
export const cortexMCrate = "`cortex-m` 0.7.7";

/**
 * Builds the crate for a target.
 * @param folder for the project, and for a lock file that tells what cargo calls crates.io
 * @returns what rustc must be told so that a source can name it; undefined where crates.io cannot be reached
 */
export function buildCortexM(
  toolchain: Toolchain,
  target: string,
  folder: string,
  optLevel: string,
): string[] | undefined {
  const project = join(folder, "cortex-m");
  cpSync(join(import.meta.dirname, "cortex-m"), project, { recursive: true });
  if (!toolchain.cargo || !lockTo(toolchain, project, join(folder, "crates-io"))) return undefined;
  const { ok, output, messages } = cargo(
    toolchain,
    project,
    { ...environmentFor(compilerFor(toolchain, target)!), CARGO_PROFILE_RELEASE_OPT_LEVEL: optLevel },
    ...["build", "--release", "--locked", "--target", target, "--message-format=json"],
    ...["--target-dir", join(toolchain.cacheFolder, "bench")],
  );
  if (!ok) throw new Error(`cargo cannot build ${cortexMCrate}:\n${output}`);
  const library = /"([^"]*libcortex_m-[^"]*\.rlib)"/.exec(messages)?.[1];
  if (!library) throw new Error(`cargo does not say where ${cortexMCrate} is`);
  return ["--extern", `cortex_m=${library}`, "-L", `dependency=${dirname(library)}`];
}
