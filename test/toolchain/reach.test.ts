// The Rust side of reach: constants that a driver can assert while it is compiled, and checks that debug builds make and
// release builds do not. Built for this machine, because the masters' table is the same everywhere.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/command.ts";
import { run, workFolder } from "./support/compile.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const module = (name: string) => `#[path = ${JSON.stringify(join(root, `out/rust/src/${name}.rs`))}]\npub mod ${name};`;

const program = (body: string) => `
${["dma_fence", "reach", "buffer", "cortex_m7", "stm32h743", "stm32h743_masters"].map(module).join("\n")}
pub use dma_fence::DmaFence;
use reach::{Master, Reach, RightFor};
use stm32h743::Stm32h743DmaFence as Fence;
use stm32h743_masters as masters;
/// What a driver asks of its caller.
#[allow(dead_code)]
fn drive<G, F: DmaFence + RightFor<G>>(_: Master<G>, _: F) {}
const _: () = assert!(masters::DMA1.can_write(0x2400_0000, 64) && !masters::DMA1.can_write(0x0800_0000, 64));
const _: () = assert!(masters::MDMA.can_read(0x2000_0000, 64) && !masters::BDMA.can_read(0x2000_0000, 64));
const _: () = assert!(masters::DMA1.can_read(0, 0) && !masters::DMA1.can_read(0x2407_FFFF, 2));
const _: () = assert!(matches!(masters::DMA1.read_reach(0x2400_0000, 64), Reach::Yes));
const _: () = assert!(matches!(masters::SDMMC2.write_reach(0x3800_0000, 64), Reach::Unknown));
const _: () = assert!(matches!(masters::BDMA.write_reach(0x2400_0000, 64), Reach::No));
const _: () = assert!(matches!(masters::DMA1.read_reach(0x2407_FFFF, 2), Reach::Undescribed));
const _: () = assert!(matches!(masters::DMA1.read_reach(usize::MAX, 2), Reach::Undescribed));
// At the AXI bus's alias the core and the master differ; elsewhere they do not.
const _: () = assert!(masters::DMA1.address_of(0x1000_0010) == 0x3000_0010);
const _: () = assert!(masters::DMA1.address_of(0x3000_0010) == 0x3000_0010);
const _: () = assert!(masters::DMA1.address_of(0x1004_8000) == 0x1004_8000);
const _: () = assert!(masters::SDMMC1.address_of(0x1000_0010) == 0x1000_0010);
// From the AXI SRAM to SRAM1-3: both ends are reached, what lies between them is not memory.
const _: () = assert!(!masters::DMA1.can_write(0x2400_0000, 0xC00_0040));
#[allow(dead_code)]
fn buffer(address: usize) -> *mut [u8] {
    core::ptr::slice_from_raw_parts_mut(core::ptr::without_provenance_mut(address), 64)
}
fn main() {
    ${body}
    drive(masters::DMA1, FENCE);
}
static FENCE: Fence = unsafe { Fence::new() };
`;

describeWithTools("which memory a DMA master reaches, in Rust", ["rustc"], () => {
  const build = async (body: string, ...more: string[]) => {
    const folder = await workFolder();
    const file = join(folder, "main.rs");
    const kernel = join(folder, "libkernel.rlib");
    await writeFile(file, program(body));
    const options = ["--edition=2024", ...more];
    const library = [
      "--crate-name=kernel",
      "--crate-type=rlib",
      "-o",
      kernel,
      join(root, "out/rust/kernel/src/lib.rs"),
    ];
    expect((await run(toolchain.rustc!, [...options, ...library])).output).toBe("");
    const built = await run(toolchain.rustc!, [
      ...options,
      "--extern",
      `kernel=${kernel}`,
      "-o",
      join(folder, "main"),
      file,
    ]);
    return { built, start: () => run(join(folder, "main"), []) };
  };

  it("is decided in constants", async () => {
    expect((await build("")).built.output).toBe("");
    const wrong = await build("const { assert!(masters::BDMA.can_read(0x2400_0000, 64)) }");
    expect(wrong.built.output).toContain("assertion failed: masters::BDMA.can_read");
  });

  it("is checked in debug builds, by name", async () => {
    const read = await (await build("masters::BDMA.check_read(buffer(0x2400_0000));")).start();
    expect(read.ok).toBe(false);
    expect(read.output).toContain("STM32H743: BDMA cannot read AXI SRAM (0x24000000)");
    expect((await (await build("masters::DMA1.check_write(buffer(0x2400_0000));")).start()).ok).toBe(true);
  });

  it("is not taken for granted where no source says so", async () => {
    const read = await (await build("masters::SDMMC2.check_write(buffer(0x3800_0000));")).start();
    expect(read.output).toContain("STM32H743: unknown whether SDMMC2 can write SRAM4 (0x38000000)");
  });

  it("is not taken for granted where no memory is described", async () => {
    const read = await (await build("masters::DMA1.check_read(buffer(0x5000_0000));")).start();
    expect(read.output).toContain("STM32H743: no memory is described at 0x50000000");
  });

  it("costs nothing in release builds", async () => {
    const { start } = await build("masters::BDMA.check_read(buffer(0x2400_0000));", "-Copt-level=3");
    expect((await start()).ok).toBe(true);
  });
});
