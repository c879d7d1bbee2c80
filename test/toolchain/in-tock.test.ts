// The guide's page on Tock, as a porter follows it: its settings, its commands, and its Rust in a tree like Tock's.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";
import { run, workFolder } from "./support/compile.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const page = readFileSync(join(root, "templates/site/pages/in-tock.md"), "utf8");
const [settings] = blocksOf("yaml") as [string];
const [declared, used] = blocksOf("rust") as [string, string];

function blocksOf(language: string): string[] {
  return [...page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, "gm"))].map(
    ([, indent, text]) => text!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

async function portedTree(): Promise<{ fences: string; tock: string }> {
  const folder = await workFolder();
  const [fences, tock] = [join(folder, "fences"), join(folder, "tock")];
  mkdirSync(join(fences, "chips"), { recursive: true });
  mkdirSync(tock);
  writeFileSync(join(fences, ".fencegen.yaml"), settings);
  for (const name of ["nrf52840", "stm32h743", "sources"])
    copyFileSync(join(root, `chips/${name}.yaml`), join(fences, `chips/${name}.yaml`));
  return { fences, tock };
}

it("writes the files that the page names, and check finds them as they are", async () => {
  const { fences, tock } = await portedTree();
  const [commands] = blocksOf("sh") as [string];
  expect(commands).toMatch(/^npx fencegen generate --out \.\.\/tock$/m);
  expect((await inProcess(["generate", "--out", "../tock"], fences)).code).toBe(0);
  expect(readdirSync(tock).sort()).toEqual(["arch", "chips", "manifest.json", "typescript"]);
  for (const path of ["arch/cortex-m", "arch/cortex-m7"])
    expect(existsSync(join(tock, path, "src/dma_fence_generated.rs"))).toBe(true);
  for (const chip of ["nrf52840", "stm32h743"])
    expect(existsSync(join(tock, `chips/${chip}/src/${chip}.rs`))).toBe(true);
  expect(page).toContain("`npx fencegen check --out ../tock`");
  expect((await inProcess(["check", "--out", "../tock"], fences)).code).toBe(0);
});

describeWithTools("the page's Rust", ["rustc"], () => {
  it("compiles in a tree like Tock's", async () => {
    const { fences, tock } = await portedTree();
    expect((await inProcess(["generate", "--out", "../tock"], fences)).code).toBe(0);
    const library = async (name: string, source: string, ...externs: string[]) => {
      writeFileSync(join(tock, `${name}.rs`), source);
      const options = ["--edition=2024", "--crate-type=rlib", `--crate-name=${name}`, "-D", "warnings", "-L", tock];
      const checked = ["--check-cfg", "cfg(riscv_bare_metal)"];
      const named = externs.flatMap((each) => ["--extern", each]);
      return (
        await run(toolchain.rustc!, [...options, ...checked, ...named, "--out-dir", tock, join(tock, `${name}.rs`)])
      ).output;
    };
    const at = (path: string) => `#[path = ${JSON.stringify(path)}]\n`;
    // Of the kernel, what the page uses: the trait, and the one of its slices that is for DMA that writes.
    const kernel = `#![no_std]
${at(join(root, "out/rust/kernel/src/the_trait.rs"))}mod the_trait;
pub mod platform { pub mod dma_fence { pub use crate::the_trait::DmaFence; } }
pub struct DmaSliceMut(*mut [u8]);
impl DmaSliceMut {
    pub fn new_static(slice: &'static mut [u8], fence: impl platform::dma_fence::DmaFence) -> Self { fence.release(slice); Self(slice) }
    /// # Safety
    /// DMA has ended.
    pub unsafe fn take(self, fence: impl platform::dma_fence::DmaFence) -> &'static mut [u8] { fence.acquire(self.0); unsafe { &mut *self.0 } }
}\n`;
    expect(await library("kernel", kernel)).toBe("");
    for (const [name, folder] of [
      ["cortexm", "cortex-m"],
      ["cortexm7", "cortex-m7"],
    ] as const)
      expect(
        await library(
          name,
          `#![no_std]\n${at(join(tock, "arch", folder, "src/dma_fence_generated.rs"))}pub mod dma_fence_generated;\n`,
          "kernel",
        ),
      ).toBe("");
    const chip = `#![no_std]
use kernel::DmaSliceMut;
${declared.replaceAll(/pub mod (\w+);/g, (module, each: string) => `${at(join(tock, `chips/${each}/src/${each}.rs`))}${module}`)}
pub fn transfer(buffer: &'static mut [u8]) -> &'static mut [u8] {
${used}
    unsafe { dma_slice.take(fence) }
}\n`;
    expect(page).toContain("`dma_slice.take(fence)`");
    expect(await library("chip", chip, "kernel", "cortexm", "cortexm7")).toBe("");
  });
});
