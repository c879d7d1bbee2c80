// The emitted Rust as its users take it: as a crate, as single files in a kernel's tree, as private modules of a board. Built
// for this machine, where each fence is its twin.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import type { RenderOptions } from "../../generator/render/render-outputs.ts";
import { root } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { compileToCode, run, workFolder } from "./support/compile.ts";
import { allEmitted, callingShims } from "./support/emitted.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const crate = join(root, "out/rust/src");

/** Modules of the crate in another one's root. */
function modules(names: readonly string[], visibility = ""): string {
  const declared = names.map(
    (name) => `#[path = ${JSON.stringify(join(crate, `${name}.rs`))}]\n${visibility}mod ${name};`,
  );
  return `${declared.join("\n")}\nuse dma_fence::DmaFence;\n`;
}

/** What rustc says of a program. */
async function build(source: string, ...more: string[]) {
  const folder = await workFolder();
  const file = join(folder, "main.rs");
  await writeFile(file, source);
  const options = ["--edition=2024", "-D", "warnings", ...more, "-o", join(folder, "main"), file];
  const { output } = await run(toolchain.rustc!, options);
  return { output, start: () => run(join(folder, "main"), []) };
}

describeWithTools("the emitted Rust in use", ["rustc", "rustfmt"], () => {
  describe("as private modules", () => {
    const board = (names: readonly string[], fence: string) =>
      `${modules(names)}fn main() {
    let fence = unsafe { ${fence}::new() };
    if std::env::args().count() > 9 { fence.release(core::ptr::from_mut(&mut [0_u8; 4])); fence.acquire(core::ptr::from_mut(&mut [0_u8; 4])); }
}\n`;

    it.each([
      ["a fence of its own", ["dma_fence", "buffer", "cortex_m7", "stm32h743"], "stm32h743::Stm32h743DmaFence"],
      [
        "with masters",
        ["dma_fence", "buffer", "reach", "cortex_m7", "stm32h743", "stm32h743_masters"],
        "stm32h743::Stm32h743DmaFence",
      ],
      ["a shared fence", ["dma_fence", "buffer", "cortex_m", "nrf52840"], "nrf52840::Nrf52840DmaFence"],
      ["one of two worlds", ["dma_fence", "buffer", "stm32u545"], "stm32u545::Stm32u545SecureDmaFence"],
    ])("%s brings no warning", async (_, names, fence) => {
      expect((await build(board(names, fence))).output).toBe("");
    });
  });

  it("can be held by a static", async () => {
    const source = `${modules(["dma_fence", "buffer", "cortex_m", "nrf52840"], "pub ")}
static FENCE: nrf52840::Nrf52840DmaFence = unsafe { nrf52840::Nrf52840DmaFence::new() };
fn main() { if std::env::args().count() > 9 { FENCE.release(core::ptr::from_mut(&mut [0_u8; 4])); } }\n`;
    expect((await build(source)).output).toBe("");
  });

  describe("a driver", () => {
    const driver = (master: string, fence: string) =>
      `${modules(["dma_fence", "buffer", "cortex_m", "riscv", "reach", "rp2350_arm", "rp2350_arm_coherent", "rp2350_riscv", "rp2350_riscv_coherent", "rp2350_masters"], "pub ")}
fn drive<G, F: DmaFence + reach::RightFor<G>>(_: reach::Master<G>, _: F) {}
fn main() { drive(rp2350_masters::${master}, unsafe { ${fence}::new() }); }\n`;

    it("takes a fence that is right for its master", async () => {
      for (const fence of ["rp2350_arm::Rp2350ArmDmaFence", "rp2350_arm_coherent::Rp2350ArmCoherentDmaFence"])
        expect((await build(driver("DMA", fence), "-A", "dead_code")).output).toBe("");
      expect((await build(driver("XIP_STREAMING", "rp2350_arm::Rp2350ArmDmaFence"), "-A", "dead_code")).output).toBe(
        "",
      );
    });

    it("does not build with one that is not, such as where a master lost its coherency", async () => {
      const { output } = await build(driver("XIP_STREAMING", "rp2350_arm_coherent::Rp2350ArmCoherentDmaFence"));
      expect(output).toContain("E0277");
      expect(output).toContain("RightFor<Rp2350OtherMasters>");
    });
  });

  describe("a buffer", () => {
    const program = (body: string) => `${modules(["dma_fence", "buffer", "cortex_m7", "stm32h743"], "pub ")}
use buffer::CacheLines;
use stm32h743::{Stm32h743DmaBuffer as Buffer, Stm32h743DmaFence as Fence};
fn main() { ${body} let _ = |fence: Fence| fence.release(core::ptr::from_mut(&mut [0_u8; 1])); }\n`;

    it("owns its lines where it begins and ends with them", async () => {
      const built = await build(
        program(`static mut BYTES: Buffer<u8, 64> = Buffer::new([0; 64]);
    let start = (&raw mut BYTES).cast::<u8>();
    let slice = |from: usize, length: usize| core::ptr::slice_from_raw_parts(start.wrapping_add(from), length);
    assert!(start.addr() % 32 == 0 && size_of::<Buffer<u8, 64>>() == 64);
    assert!(Fence::owns_lines(slice(0, 64)) && Fence::owns_lines(slice(32, 32)) && Fence::owns_lines(slice(0, 0)));
    assert!(!Fence::owns_lines(slice(0, 33)) && !Fence::owns_lines(slice(1, 32)) && !Fence::owns_lines(slice(4, 28)));
    assert!(!Fence::owns_lines(core::ptr::slice_from_raw_parts(start.cast::<u64>().wrapping_add(1), usize::MAX)));`),
      );
      expect(built.output).toBe("");
      expect(await built.start()).toEqual({ ok: true, output: "" });
    });
  });

  describe("a guard", () => {
    const program = (body: string) => `#![allow(dead_code, unused_imports, unused_variables)]
${modules(["dma_fence", "buffer", "guard", "cortex_m7", "stm32h743"], "pub ")}
use guard::{Released, Sent, Transfer, Word, release_read};
use stm32h743::{Stm32h743DmaBuffer as Buffer, Stm32h743DmaFence as Fence};
static FENCE: Fence = unsafe { Fence::new() };
fn leaked<T>(value: T) -> &'static mut T { Box::leak(Box::new(value)) }
fn main() { ${body} }\n`;
    // The twin does nothing.
    const host = ["--cfg", 'feature="host"', "--check-cfg", 'cfg(feature, values("host"))'];

    it("gives a buffer back by acquire, or when a transfer is cancelled", async () => {
      const built = await build(
        program(`let released = Released::whole(FENCE, leaked(Buffer::new([1_u8; 32])));
    assert_eq!(unsafe { (*released.as_ptr())[0] }, 1);
    let again = Released::new(FENCE, unsafe { released.acquire() }).unwrap();
    assert_eq!(unsafe { again.acquire() }.len(), 32);
    let sent = Sent::new(FENCE, &mut leaked([7_u8; 5])[1..]);
    assert_eq!(unsafe { sent.end() }, [7; 4]);
    let mut ended = 0;
    drop(unsafe { Transfer::of_read(FENCE, &[1_i16, 2][..], || ended += 1) });
    assert_eq!(ended, 1);
    fn sendable<T: Send>(_: T) {}
    sendable(unsafe { Transfer::of_read(FENCE, &[1_i16, 2][..], || ()) });
    let lines = leaked(Buffer::new([2_u32; 16]));
    assert!(Released::new(FENCE, lines.as_mut_slice()).is_ok());
    assert!(Released::new(FENCE, leaked(Buffer::new([0.5_f32; 16])).as_mut_slice()).is_ok());
    let mut stopped = 0;
    let mut lines = Buffer::new([3_u8; 64]);
    drop(unsafe { Transfer::new(FENCE, lines.as_mut_slice(), || stopped += 1) });
    assert_eq!((stopped, lines.as_slice()[0]), (1, 3));
    release_read(FENCE, &raw const *"in flash".as_bytes());`),
        ...host,
      );
      expect(built.output).toBe("");
      expect(await built.start()).toEqual({ ok: true, output: "" });
    });

    it("lets a driver own its engine, and stops it when a future is dropped", async () => {
      const built = await build(
        program(`struct Engine { at: Option<*mut u8>, stopped: u32 }
    impl Engine {
        fn start(&mut self, buffer: *mut [u8]) { self.at = Some(buffer.cast()); }
        fn has_ended(&self) -> bool { self.at.is_none() }
    }
    struct Running<'a>(&'a mut Engine);
    impl guard::Stop for Running<'_> {
        fn stop(&mut self) { self.0.at = None; self.0.stopped += 1; }
    }
    async fn receive(engine: &mut Engine, buffer: &mut [u8]) -> bool {
        let Some(mut transfer) = (unsafe { Transfer::new(FENCE, buffer, Running(engine)) }) else { return false };
        let buffer = transfer.as_ptr();
        transfer.engine().0.start(buffer);
        std::future::poll_fn(|_| match transfer.engine().0.has_ended() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }).await;
        true
    }
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut engine = Engine { at: None, stopped: 0 };
    let mut lines = Buffer::new([3_u8; 64]);
    let mut future = Box::pin(receive(&mut engine, lines.as_mut_slice()));
    assert!(future.as_mut().poll(&mut context).is_pending());
    drop(future);
    assert_eq!((engine.at, engine.stopped, lines.as_slice()[0]), (None, 1, 3));`),
        ...host,
      );
      expect(built.output).toBe("");
      expect(await built.start()).toEqual({ ok: true, output: "" });
    });

    it.each([
      [
        "a buffer that shares lines",
        "let lines = leaked(Buffer::new([0_u8; 64])); assert!(Released::new(FENCE, &mut lines.as_mut_slice()[1..33]).is_err()); let mut own = Buffer::new([0_u8; 64]); assert!(unsafe { Transfer::new(FENCE, &mut own.as_mut_slice()[..5], || ()) }.is_none());",
        "",
      ],
      ["a buffer on the stack", "let mut bytes = [0_u8; 32]; let _ = Released::new(FENCE, &mut bytes);", "E0597"],
      [
        "bytes behind a shared reference",
        "let bytes: &'static [u8] = &[0; 32]; let _ = Released::new(FENCE, bytes);",
        "E0308",
      ],
      [
        "a read in between",
        "let lines = leaked(Buffer::new([0_u8; 32])); let released = Released::whole(FENCE, lines); let byte = lines.as_slice()[0]; let _ = unsafe { released.acquire() };",
        "E0502",
      ],
      [
        "a buffer that does not fill its lines",
        "let _ = Buffer::new([0_u8; 33]);",
        "the elements do not fill whole lines",
      ],
      [
        "a buffer of a chip with smaller lines",
        "let _ = Released::whole(FENCE, leaked(buffer::DmaBuffer::<buffer::Align16, u8, 32>::new([0; 32])));",
        "aligned to less than a cache line",
      ],
      [
        "that is dropped at once",
        "let mut lines = Buffer::new([0_u8; 32]); unsafe { Transfer::new(FENCE, lines.as_mut_slice(), || ()); }",
        "unused",
      ],
      ["that nobody acquires", "Released::whole(FENCE, leaked(Buffer::new([0_u8; 32])));", "unused"],
      ["a type whose values DMA could break", "let _ = Released::new(FENCE, leaked([true; 32]));", "E0277"],
      [
        "lines for which nobody vouches",
        "#[derive(Clone, Copy)] struct Own; impl buffer::CacheLines for Own { const ALIGNMENT_BYTES: usize = 1; }",
        "E0200",
      ],
      [
        "a fence that says nothing of its lines",
        "#[derive(Clone, Copy)] struct Own; unsafe impl buffer::CacheLines for Own {}",
        "E0046",
      ],
    ])("refuses %s", async (_, body, error) => {
      const built = await build(program(body), ...host);
      if (error) expect(built.output).toContain(error);
      else {
        expect(built.output).toBe("");
        expect(await built.start()).toEqual({ ok: true, output: "" });
      }
    });
  });

  it("finds where a slice lies that is longer than any memory", async () => {
    const built =
      await build(`${modules(["dma_fence", "buffer", "reach", "cortex_m7", "stm32h743", "stm32h743_masters"], "pub ")}
fn main() {
    let address = core::ptr::without_provenance_mut::<u64>(0x2400_0000);
    let _ = |fence: stm32h743::Stm32h743DmaFence| fence.release(core::ptr::from_mut(&mut [0_u8; 1]));
    stm32h743_masters::DMA1.check_write(core::ptr::slice_from_raw_parts(address, usize::MAX / 2));
}\n`);
    expect(built.output).toBe("");
    const { ok, output } = await built.start();
    expect(ok).toBe(false);
    expect(output).toContain("STM32H743: no memory is described at 0x24000000");
    expect(output).not.toContain("overflow");
  });

  describe("in a kernel's tree", () => {
    const settings: RenderOptions = {
      licence: ["One line."],
      rust: {
        files: {
          fence: { file: "chips/{chip}/src/{name}.rs" },
          architecture: { file: "arch/{name}/src/dma_fence.rs", module: "{name}::dma_fence" },
        },
        cfg: { riscv32: "riscv_bare_metal", riscv64: "riscv_bare_metal" },
        unsafeComment: "### Safety",
      },
    };

    async function tree(ids: readonly string[], options = settings): Promise<{ folder: string; paths: string[] }> {
      const folder = await workFolder();
      const files = renderOutputs(
        ids.map((id) => planOf(id).planned!),
        options,
      );
      for (const { path, content } of files) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      return { folder, paths: files.map(({ path }) => path).filter((path) => path.endsWith(".rs")) };
    }

    async function library(folder: string, name: string, source: string, ...more: string[]): Promise<string> {
      const file = join(folder, `${name}.rs`);
      await writeFile(file, source);
      const options = ["--edition=2024", "--crate-type=rlib", `--crate-name=${name}`, "-D", "warnings", "-L", folder];
      return (await run(toolchain.rustc!, [...options, ...more, "--out-dir", folder, file])).output;
    }

    const checked = ["--check-cfg", "cfg(riscv_bare_metal)"];
    const kernel = "pub mod platform { pub mod dma_fence { pub use crate::the_trait::DmaFence; } }\n";

    it("each kind of file goes where the settings say, and builds there", async () => {
      const { folder, paths } = await tree(["nrf52840", "rp2350", "stm32h743"]);
      expect(paths.sort()).toEqual([
        "arch/cortex_m/src/dma_fence.rs",
        "arch/cortex_m7/src/dma_fence.rs",
        "arch/riscv/src/dma_fence.rs",
        "chips/nrf52840/src/nrf52840.rs",
        "chips/rp2350/src/rp2350_arm.rs",
        "chips/rp2350/src/rp2350_arm_coherent.rs",
        "chips/rp2350/src/rp2350_riscv.rs",
        "chips/rp2350/src/rp2350_riscv_coherent.rs",
        "chips/stm32h743/src/stm32h743.rs",
      ]);
      const at = (path: string) => `#[path = ${JSON.stringify(join(folder, path))}]\n`;
      const trait = `#![no_std]\n#[path = ${JSON.stringify(join(root, "out/rust/kernel/src/the_trait.rs"))}]\nmod the_trait;\n${kernel}`;
      expect(await library(folder, "kernel", trait)).toBe("");
      for (const name of ["cortex_m", "cortex_m7", "riscv"]) {
        const source = `#![no_std]\n${at(`arch/${name}/src/dma_fence.rs`)}pub mod dma_fence;\n`;
        expect(await library(folder, name, source, "--extern", "kernel", ...checked)).toBe("");
      }
      const chips = paths.filter((path) => path.startsWith("chips/"));
      const source = chips.map((path, index) => `${at(path)}pub mod chip_${index};`).join("\n");
      const externs = ["kernel", "cortex_m", "cortex_m7", "riscv"].flatMap((name) => ["--extern", name]);
      expect(await library(folder, "chips", `#![no_std]\n${source}\n`, ...externs, ...checked)).toBe("");
    });

    it("files of one crate name each other by `crate`, whatever other crates call it", async () => {
      const place = (name: string) => ({ file: `${name}/src/{name}.rs`, module: `${name}::{name}` });
      const files = {
        fence: place("board"),
        masters: place("board"),
        architecture: place("dma"),
        shared: place("dma"),
      };
      const { folder, paths } = await tree(["nrf52840", "stm32h743"], {
        licence: ["One line."],
        traitPath: "dma::DmaFence",
        rust: { files },
      });
      const modules = (crate: string) =>
        paths
          .filter((path) => path.startsWith(`${crate}/`))
          .map((path) => `#[path = ${JSON.stringify(join(folder, path))}]\npub mod ${/(\w+)\.rs$/.exec(path)![1]!};\n`);
      const trait = `#[path = ${JSON.stringify(join(root, "out/rust/kernel/src/the_trait.rs"))}]\nmod the_trait;\npub use the_trait::DmaFence;\n`;
      expect(await library(folder, "dma", `#![no_std]\n${trait}${modules("dma").join("")}`)).toBe("");
      const board = `#![no_std]\n${modules("board").join("")}`;
      expect(await library(folder, "board", board, "--extern", "dma")).toBe("");
    });

    it.each(["SAFETY:", "### Safety"] as const)(
      "every kind of file is as rustfmt would have it, with %s",
      async (unsafeComment) => {
        const place = { file: "chips/src/{name}.rs" };
        const files = { fence: place, architecture: place, masters: place, shared: place };
        const { folder, paths } = await tree(["nrf52840", "rp2350", "stm32h743", "stm32u545", "esp32-p4"], {
          licence: ["One line."],
          rust: { files, unsafeComment },
        });
        const all = paths.map((path) => join(folder, path));
        expect((await run(toolchain.rustfmt!, ["--edition", "2024", "--check", ...all])).output).toBe("");
      },
    );

    it("only the fences that have a place are shared", () => {
      const architecture = { cortex_m: { file: "arch/cortex-m/src/dma_fence.rs", module: "cortexm::dma_fence" } };
      const files = { fence: { file: "chips/{chip}/src/{name}.rs" }, architecture };
      const planned = ["nrf52840", "stm32h743", "qemu-rv32-virt"].map((id) => planOf(id).planned!);
      const rendered = renderOutputs(planned, { licence: ["One line."], rust: { files } });
      const text = (path: string) => rendered.find((file) => file.path === path)?.content;
      expect(text("arch/cortex-m/src/dma_fence.rs")).toContain("pub struct CortexMDmaFence");
      expect(text("chips/nrf52840/src/nrf52840.rs")).toContain("= cortexm::dma_fence::CortexMDmaFence;");
      expect(text("chips/stm32h743/src/stm32h743.rs")).toContain("pub struct Stm32h743DmaFence");
      expect(text("chips/qemu_rv32_virt/src/qemu_rv32_virt.rs")).toContain("pub struct QemuRv32VirtDmaFence");
      expect(rendered.filter(({ path }) => path.startsWith("arch/"))).toHaveLength(1);
    });

    it("a crate of the project's own stands for the stand-in", () => {
      const rendered = renderOutputs([planOf("nrf52840").planned!], {
        licence: ["One line."],
        rust: { traitCrate: "../../kernel" },
      });
      const manifest = rendered.find(({ path }) => path === "rust/Cargo.toml")!.content;
      expect(manifest).toContain('\nkernel = { path = "../../kernel", optional = true }\n');
      expect(rendered.filter(({ path }) => path.startsWith("rust/kernel/"))).toEqual([]);
    });

    it("without a place for shared fences, each chip has one of its own", async () => {
      const rust = { files: { fence: { file: "boards/{chip}/src/dma_fence.rs" } } };
      const { folder, paths } = await tree(["nrf52840"], { licence: ["One line."], rust });
      expect(paths).toEqual(["boards/nrf52840/src/dma_fence.rs"]);
      const source = `#![no_std]\n#[path = ${JSON.stringify(join(folder, paths[0]!))}]\npub mod dma_fence;\n`;
      const trait = `#![no_std]\n#[path = ${JSON.stringify(join(root, "out/rust/kernel/src/the_trait.rs"))}]\nmod the_trait;\n${kernel}`;
      expect(await library(folder, "kernel", trait)).toBe("");
      expect(await library(folder, "board", source, "--extern", "kernel")).toBe("");
    });

    it("is gated and commented as the kernel does it", () => {
      const text = (path: string) =>
        renderOutputs([planOf("rp2350").planned!], settings).find((file) => file.path === path)!.content;
      const riscv = text("arch/riscv/src/dma_fence.rs");
      expect(riscv).toContain("\n#[cfg(riscv_bare_metal)]\n// ### Safety\n");
      expect(riscv).toContain("\n#[cfg(not(riscv_bare_metal))]\n// ### Safety\n");
      expect(riscv).toContain("use kernel::platform::dma_fence::DmaFence;");
      expect(riscv).not.toContain("SAFETY:");
      expect(riscv).toMatch(/\n {8}\/\/ ### Safety\n {8}\/\/\n {8}\/\/ A barrier /);
    });
  });
});

describeWithTools("release and acquire", ["rustc", "llvmObjdump"], () => {
  const once = new Map(allEmitted.filter(({ compiles }) => compiles).map((emitted) => [emitted.chip, emitted]));

  it.concurrent.each([...once.values()])("do not panic in debug builds: $chip", async (emitted) => {
    const debug = ["-C", "overflow-checks=on", "-C", "debug-assertions=on"];
    const { code, errors } = await compileToCode(callingShims(emitted), emitted.target, "3", debug);
    expect(errors).toBe("");
    expect(code!.undefinedSymbols).toEqual([]);
  });
});
