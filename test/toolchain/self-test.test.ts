// What `fencegen selftest` prints, as a board uses it: beside the emitted crate for each Rust target, without a lint; and run on
// this machine, where a fence and a closure of the test make memory behind a cache.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderSelfTest } from "../../generator/render/render-outputs.ts";
import { root } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { compileWith, run, workFolder } from "./support/compile.ts";
import { allEmitted } from "./support/emitted.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const lints = [
  "warnings",
  "missing_docs",
  "missing_debug_implementations",
  "clippy::undocumented_unsafe_blocks",
  "clippy::multiple_unsafe_ops_per_block",
];

function printed(chip: string, name: string): string {
  const planned = planOf(chip).planned!;
  const fence = planned.fences.find((each) => each.name === name)!;
  return renderSelfTest(planned, fence, { licence: ["One line."] }).rust;
}

describeWithTools("the self-test", ["rustc", "rustfmt", "clippyDriver"], () => {
  const targets = [...new Set(allEmitted.flatMap(({ target, compiles }) => (compiles ? [target] : [])))].sort();

  it.concurrent.each(targets)("is formatted and has no lint for %s", async (target) => {
    const emitted = allEmitted.filter((each) => each.target === target);
    const folder = await workFolder();
    const features = emitted.map(({ chip }) => ["--cfg", `feature=${JSON.stringify(chip)}`]);
    const fences = join(folder, "libfencegen_fences.rmeta");
    const crate = [
      "--crate-name",
      "fencegen_fences",
      "--crate-type",
      "lib",
      "--emit=metadata",
      "-A",
      "unexpected_cfgs",
    ];
    const built = await compileWith({
      tool: "rustc",
      target,
      file: join(root, "out/rust/src/lib.rs"),
      more: [...crate, ...features.flat(), "-o", fences],
    });
    expect(built.output).toBe("");

    const modules = emitted.flatMap(({ chip, fences: own }) => own.map(({ name }) => ({ chip, name })));
    const files = modules.map((_, index) => join(folder, `self_test_${index}.rs`));
    await Promise.all(modules.map(({ chip, name }, index) => writeFile(files[index]!, printed(chip, name))));
    expect((await run(toolchain.rustfmt!, ["--edition", "2024", "--check", ...files])).output).toBe("");
    const board = join(folder, "board.rs");
    await writeFile(board, `#![no_std]\n//! A board.\n${files.map((_, at) => `pub mod self_test_${at};\n`).join("")}`);
    const { output } = await compileWith({
      tool: "clippyDriver",
      target,
      file: board,
      more: [
        ...["--crate-name", "board", "--crate-type", "lib", "--emit=metadata", "-o", join(folder, "libboard.rmeta")],
        ...["--extern", `fencegen_fences=${fences}`, ...lints.flatMap((lint) => ["-D", lint])],
      ],
    });
    expect(output).toBe("");
  });

  describe("on a machine with a cache of its own", () => {
    const [chip, name] = ["stm32h743", "Stm32h743DmaFence"];

    /**
     * The CPU's memory is the module's, which stands for a write-back cache that holds everything; DMA sees the other. A byte is
     * dirty where it differs from what it was when its line was cleaned or filled last.
     */
    const machine = (release: string, acquire: string, isCoherent: boolean) => `
mod fencegen_fences {
    pub unsafe trait DmaFence: core::fmt::Debug + Send + Sync + Copy {
        fn release<T>(self, buf: *mut [T]);
        fn acquire<T>(self, buf: *mut [T]);
    }
    pub mod stm32h743 {
        pub static mut BEHIND: [u8; 1024] = [0; 1024];
        static mut CLEAN: [u8; 1024] = [0; 1024];
        pub static mut BASE: usize = 0;

        fn nothing(_: &mut u8, _: &mut u8, _: &mut u8) {}
        fn clean(cache: &mut u8, clean: &mut u8, behind: &mut u8) {
            if cache != clean { *behind = *cache; }
            *clean = *cache;
        }
        fn drop(cache: &mut u8, clean: &mut u8, behind: &mut u8) {
            *cache = *behind;
            *clean = *cache;
        }
        fn both(cache: &mut u8, clean: &mut u8, behind: &mut u8) {
            self::clean(cache, clean, behind);
            drop(cache, clean, behind);
        }
        /// Every byte of the lines but the last few.
        unsafe fn lines<T>(buf: *mut [T], less: usize, act: fn(&mut u8, &mut u8, &mut u8)) {
            let start = buf.cast::<u8>();
            let first = start.addr() & !31;
            let end = (start.addr() + buf.len() * size_of::<T>()).next_multiple_of(32) - less;
            for address in first..end {
                unsafe {
                    let at = address - BASE;
                    act(&mut *start.with_addr(address), &mut *(&raw mut CLEAN[at]), &mut *(&raw mut BEHIND[at]));
                }
            }
        }

        #[derive(Clone, Copy, Debug)]
        pub struct Stm32h743DmaFence(());
        impl Stm32h743DmaFence { pub const unsafe fn new() -> Self { Self(()) } }
        unsafe impl super::DmaFence for Stm32h743DmaFence {
            fn release<T>(self, buf: *mut [T]) { unsafe { ${release} } }
            fn acquire<T>(self, buf: *mut [T]) { unsafe { ${acquire} } }
        }
    }
}
mod selftest;
static mut MEMORY: selftest::Memory = selftest::Memory::ZERO;
fn main() {
    use fencegen_fences::stm32h743::{BASE, BEHIND};
    let multiple = std::env::args().nth(1).unwrap().parse().unwrap();
    unsafe {
        BASE = (&raw const MEMORY).addr();
        let report = selftest::run(&raw mut MEMORY, multiple, |from, to, bytes| {
            assert!((from.addr() | to.addr() | bytes) % multiple == 0 && bytes > 0);
            assert!(from.addr() + bytes <= BASE + 512 && to.addr() >= BASE + 512 && to.addr() + bytes <= BASE + 1024);
            if ${isCoherent} { to.copy_from(from, bytes); }
            let behind = (&raw mut BEHIND).cast::<u8>();
            behind.add(to.addr() - BASE).copy_from(behind.add(from.addr() - BASE), bytes);
        });
        println!("{report}");
    }
}
`;

    async function report(release: string, acquire: string, multiple = 1, isCoherent = false): Promise<string> {
      const folder = await workFolder();
      await writeFile(join(folder, "main.rs"), machine(release, acquire, isCoherent));
      await writeFile(
        join(folder, "selftest.rs"),
        printed(chip, name).replaceAll("use fencegen_fences::", "use crate::fencegen_fences::"),
      );
      const options = ["--edition=2024", "-O", "-A", "dead_code", "-o", join(folder, "main"), join(folder, "main.rs")];
      expect((await run(toolchain.rustc!, options)).output).toBe("");
      return (await run(join(folder, "main"), [String(multiple)])).output;
    }

    const [clean, both] = ["lines(buf, 0, clean)", "lines(buf, 0, both)"];
    const nothing = "lines(buf, 0, nothing)";

    it.each([1, 4, 32])("prints one line, with buffers at multiples of %i", async (multiple) => {
      const planned = planOf(chip).planned!;
      const { facts } = renderSelfTest(planned, planned.fences[0]!, { licence: [] });
      expect(facts).toMatch(/^[0-9a-f]{16}$/);
      expect(await report(clean, both, multiple)).toBe(
        `fencegen selftest: ${chip}, ${name}, facts sha256:${facts}, 1000 transfers, 0 wrong with the fence, 1000 wrong without: right\n`,
      );
    });

    it.each([
      ["release does nothing", nothing, both],
      ["acquire does nothing", clean, nothing],
      ["release leaves the last line out", "lines(buf, 32, clean)", both],
      ["acquire leaves the last line out", clean, "lines(buf, 32, both)"],
      ["release drops lines", "lines(buf, 0, drop)", both],
      ["acquire drops what neighbours stored", clean, "lines(buf, 0, drop)"],
      ["acquire changes the byte before the buffer", clean, `${both}; *buf.cast::<u8>().sub(1) ^= 1`],
    ])("finds it wrong where %s", async (_, release, acquire) => {
      const [, wrong] = /, (\d+) wrong with the fence, \d+ wrong without: wrong\n$/.exec(
        await report(release, acquire),
      )!;
      expect(Number(wrong)).toBeGreaterThan(0);
    });

    it("shows nothing where the cache is off", async () => {
      expect(await report(nothing, nothing, 1, true)).toMatch(
        / 0 wrong with the fence, 0 wrong without: inconclusive\n$/,
      );
    });
  });
});
