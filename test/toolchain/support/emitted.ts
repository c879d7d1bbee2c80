// The emitted Rust with its plans, and the crates around it that make a compiler see every instruction of it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Assembly } from "../../../generator/model/chip.ts";
import { renderOutputs } from "../../../generator/pipeline.ts";
import type { FencePlan } from "../../../generator/plan/operation.ts";
import { coreOf } from "../../../generator/plan/plan-chip.ts";
import type { PlannedChip } from "../../../generator/render/render-outputs.ts";
import { targetNote } from "../../../generator/toolchain/targets.ts";
import { bundleIn } from "../../support/bundle.ts";
import { root } from "../../support/command.ts";
import { planOf, shippedChips } from "../../support/pipeline.ts";
import { workFolder } from "./compile.ts";

const bundles = mkdtempSync(join(tmpdir(), "fencegen-bundles-"));
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
let bundled = 0;

/** The fences of a chip that run on one Rust target. */
export interface Emitted {
  readonly chip: string;
  readonly target: string;
  readonly fences: readonly FencePlan[];
  /** How each fence's architecture masks interrupts. */
  readonly interrupts: readonly Assembly["interrupts"][];
  /** The emitted files, as one. */
  readonly file: string;
  /** Whether rustc can compile for the target. */
  readonly compiles: boolean;
  /** Whether a loop may have several lines' operations in a row, as those for speed do. */
  readonly unrolled?: boolean;
}

/** Every chip with every Rust target that it lists. */
export const allEmitted: readonly Emitted[] = shippedChips.flatMap((id) => {
  const { planned } = planOf(id);
  return planned ? emittedOf(planned, join(root, "out")) : [];
});

/** @param out the folder with the outputs */
function emittedOf(planned: PlannedChip, out: string): Emitted[] {
  const { chip, fences } = planned;
  const file = bundleFile(planned, out);
  const targets = [...new Set(chip.cores.flatMap(({ rustTargets }) => rustTargets))];
  const emitted = targets.map((target) => {
    const ofTarget = fences.filter((fence) => coreOf(chip, fence).rustTargets.includes(target));
    return {
      chip: chip.id,
      target,
      fences: ofTarget,
      interrupts: ofTarget.map((fence) => coreOf(chip, fence).architecture.assembly.interrupts),
      file,
      compiles: targetNote(target)?.checkedBy !== "assembling only",
    };
  });
  return emitted.filter((each) => each.fences.length > 0);
}

/** The emitted files of a chip as one. */
function bundleFile(planned: PlannedChip, out: string): string {
  const file = join(bundles, `${planned.chip.id}-${bundled++}.rs`);
  writeFileSync(file, bundleIn(out, planned));
  return file;
}

/** What would be emitted for a chip with other options, in a folder of its own. */
export async function emit(planned: PlannedChip, optimize: "size" | "speed"): Promise<Emitted[]> {
  const options = { licence: ["One line."], optimize };
  const folder = await workFolder();
  for (const { path, content } of renderOutputs([planned], options)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return emittedOf(planned, folder).map((emitted) => ({ ...emitted, unrolled: optimize === "speed" }));
}

/** The same with another text in place of the emitted file's, as if the generator had a defect. */
export async function withDefect(emitted: Emitted, defect: (text: string) => string): Promise<Emitted> {
  const text = readFileSync(emitted.file, "utf8");
  const changed = defect(text);
  if (changed === text) throw new Error(`the defect changes nothing of ${emitted.chip}`);
  const file = join(await workFolder(), "defect.rs");
  await writeFile(file, changed);
  return { ...emitted, file };
}

/** The first of all chips whose emitted file has this in it, in the one fence that it implements: a defect is in that then. */
export function emittedWith(text: string): Emitted {
  const found = allEmitted.find(({ file, compiles }) => {
    if (!compiles) return false;
    const emitted = readFileSync(file, "utf8");
    return emitted.includes(text) && emitted.split("unsafe impl DmaFence for").length === 2;
  });
  if (!found) throw new Error(`no emitted file of one fence has ${text}`);
  return found;
}

/** Names of what the shims of a fence are called, by its place in the list. */
export const shim = (index: number, what: string) => `fence_${index}_${what}`;

/** One crate with the emitted file as a public module, so that warnings are about what is emitted. */
function crateAround({ file, fences }: Emitted, body: (fence: string, index: number) => string): string {
  const constructors = fences.map(
    ({ name }, index) => `fn fence_${index}() -> emitted::${name} {\n    unsafe { emitted::${name}::new() }\n}\n`,
  );
  return [
    "#![no_std]",
    `#[path = ${JSON.stringify(file)}]`,
    "pub mod emitted;",
    "use kernel::platform::dma_fence::DmaFence;",
    ...constructors,
    ...fences.map((_, index) => body(`fence_${index}()`, index)),
    "",
  ].join("\n");
}

/** One function for each direction and element size: a generic one that nobody calls is never assembled. */
export function callingShims(emitted: Emitted): string {
  return crateAround(emitted, (fence, index) =>
    ["release", "acquire"]
      .flatMap((direction) => ["u8", "u32"].map((element) => [direction, element] as const))
      .map(
        ([direction, element]) => `#[unsafe(no_mangle)]
pub fn ${shim(index, `${direction}_${element}`)}(start: *mut ${element}, length: usize) {
    ${fence}.${direction}(core::ptr::slice_from_raw_parts_mut(start, length));
}`,
      )
      .join("\n"),
  );
}

/** The element that the optimiser's cases touch, at a distance that no fence uses for its registers. */
export const probedElement = 23;
export const probedOffset = probedElement * 4;
export const localValue = 0x55;

/**
 * What a driver does around a fence, written so that an optimiser that believed the fence not to touch the buffer would
 * drop a store or reuse an old value. No volatile access stands between: the compiler would not pass that either.
 */
export function optimiserShims(emitted: Emitted): string {
  const element = `buffer[${probedElement}]`;
  return crateAround(
    emitted,
    (fence, index) => `#[unsafe(no_mangle)]
pub fn ${shim(index, "store_fence_store")}(buffer: &mut [u32; 64], first: u32, second: u32) {
    ${element} = first;
    ${fence}.release(core::ptr::from_mut(buffer));
    ${element} = second;
}
#[unsafe(no_mangle)]
pub fn ${shim(index, "read_poll_acquire_read")}(buffer: &mut [u32; 64], status: *const u32) -> u32 {
    let before = ${element};
    while unsafe { status.read_volatile() } & 1 == 0 {}
    ${fence}.acquire(core::ptr::from_mut(buffer));
    (before << 1) ^ ${element}
}
#[unsafe(no_mangle)]
pub fn ${shim(index, "local_buffer")}() -> u32 {
    let mut word = ${localValue}u32;
    let buffer = core::slice::from_mut(&mut word);
    ${fence}.release(core::ptr::from_mut(buffer));
    ${fence}.acquire(core::ptr::from_mut(buffer));
    word
}
#[unsafe(no_mangle)]
pub fn ${shim(index, "store_fence_store_slice")}(buffer: &mut [u32; 64], first: u32, second: u32) {
    ${element} = first;
    ${fence}.release(core::ptr::from_mut(&mut buffer[${probedElement - 3}..${probedElement + 5}]));
    ${element} = second;
}
#[unsafe(no_mangle)]
pub fn ${shim(index, "read_poll_acquire_read_slice")}(buffer: &mut [u32; 64], status: *const u32) -> u32 {
    let before = ${element};
    while unsafe { status.read_volatile() } & 1 == 0 {}
    ${fence}.acquire(core::ptr::from_mut(&mut buffer[${probedElement - 3}..${probedElement + 5}]));
    (before << 1) ^ ${element}
}`,
  );
}
