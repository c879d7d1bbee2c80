// The Rust that the guide's questions show: files of test/toolchain/use/, built against the emitted crate as a user's crate is.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { root } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { run, workFolder } from "./support/compile.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const page = readFileSync(join(root, "templates/site/pages/questions.md"), "utf8");
const shown = [...page.matchAll(/^```rust (test\/toolchain\/use\/\w+\.rs)$/gm)].map(([, path]) => path!);
const text = (name: string) => readFileSync(join(root, `test/toolchain/use/${name}.rs`), "utf8");

describeWithTools("the Rust of the questions", ["rustc"], () => {
  let folder: string;
  const compile = async (...options: string[]) =>
    (await run(toolchain.rustc!, ["--edition=2024", "-D", "warnings", "-L", folder, "--out-dir", folder, ...options]))
      .output;
  const program = (source: string, ...options: string[]) => {
    writeFileSync(join(folder, "main.rs"), source);
    return compile("--extern", "fencegen_fences", ...options, join(folder, "main.rs"));
  };

  beforeAll(async () => {
    folder = await workFolder();
    const features = ["host", "stm32h743"].flatMap((each) => ["--cfg", `feature="${each}"`]);
    const known = ["--check-cfg", "cfg(feature, values(any()))"];
    const crate = ["--crate-type=rlib", "--crate-name=fencegen_fences", join(root, "out/rust/src/lib.rs")];
    expect(await compile(...features, ...known, ...crate)).toBe("");
  });

  it("is what this test builds", () => {
    expect(shown).toEqual(["test/toolchain/use/placed.rs", "test/toolchain/use/ring.rs"]);
  });

  it("places a buffer where its master reaches it, and does not compile elsewhere", async () => {
    const placed = (source: string) => program(source, "--crate-type=rlib");
    expect(await placed(text("placed"))).toBe("");
    // DTCM.
    expect(await placed(text("placed").replace("0x3800_0000", "0x2000_0000"))).toContain(
      "assertion failed: BDMA.can_write",
    );
  });

  it("hands a slot of a ring over in the order that the answer says", async () => {
    const main = `#[path = ${JSON.stringify(join(root, "test/toolchain/use/ring.rs"))}] mod ring;
use std::sync::Mutex;
static SEEN: Mutex<Vec<(&str, usize, u32)>> = Mutex::new(Vec::new());
#[derive(Clone, Copy, Debug)] struct Log;
fn note<T>(what: &'static str, buf: *mut [T]) {
    // A descriptor begins with its status.
    let status = if size_of::<T>() == 32 { unsafe { buf.cast::<u32>().read_volatile() } } else { 0 };
    SEEN.lock().unwrap().push((what, size_of::<T>(), status));
}
unsafe impl fencegen_fences::DmaFence for Log {
    fn release<T>(self, buf: *mut [T]) { note("release", buf) }
    fn acquire<T>(self, buf: *mut [T]) { note("acquire", buf) }
}
fn main() {
    let descriptor = Box::leak(Box::new([ring::Descriptor { status: 0, address: 0, rest: [0; 6] }]));
    let mut slot = ring::Slot { fence: Log, descriptor, buffer: Box::leak(Box::new([0; 64])) };
    slot.give(0x3800_0000);
    assert!(slot.take().is_none());
    slot.descriptor[0].status = 0;
    assert_eq!(slot.take().unwrap().len(), 64);
    assert_eq!((slot.descriptor[0].address, slot.descriptor[0].rest), (0x3800_0000, [0; 6]));
    const OWN: u32 = 1 << 31;
    let seen = SEEN.lock().unwrap();
    assert_eq!(*seen, [
        ("release", 1, 0), ("release", 32, 0), ("release", 32, OWN),
        ("acquire", 32, OWN),
        ("acquire", 32, 0), ("acquire", 1, 0),
    ]);
}\n`;
    expect(await program(main)).toBe("");
    expect(await run(join(folder, "main"), [])).toEqual({ ok: true, output: "" });
  });
});

it("memory that nothing caches leaves barriers alone, on a core with a cache", () => {
  expect(page).toContain("`npx fencegen plan esp32`");
  const { fences } = planOf("esp32").planned!;
  const kinds = fences.flatMap(({ release, acquire }) => [...release, ...acquire]).map(({ kind }) => kind);
  expect(kinds).toContain("barrier");
  expect(kinds.filter((kind) => kind.startsWith("maintain"))).toEqual([]);
});
