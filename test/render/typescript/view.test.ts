// The TypeScript of fences that no shipped chip has: it compiles, and does what its plan says.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModuleKind, ScriptTarget, ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { type DmaFence, type FenceMachine, lineRange, RecordingMachine } from "../../../generator/index.ts";
import { renderOutputs } from "../../../generator/pipeline.ts";
import { root, temporaryFolder } from "../../support/command.ts";
import { planOf } from "../../support/pipeline.ts";
import { shapes } from "../../support/shapes.ts";
import { testChip } from "../../support/test-chip.ts";

function render(shape: keyof typeof shapes): string {
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": testChip(shapes[shape]) });
  const outputs = renderOutputs([planned!], { traitPath: "a::DmaFence", licence: ["One line."] });
  return outputs.find(({ path }) => path === "typescript/test-chip.ts")!.content;
}

it.each(Object.keys(shapes))("is well-formed for %s", (shape) => {
  const { diagnostics } = ts.transpileModule(render(shape), {
    reportDiagnostics: true,
    compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext },
  });
  expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
});

async function run(shape: keyof typeof shapes, fence: "release" | "acquire", address: bigint, lengthBytes: number) {
  const file = join(temporaryFolder(), "fence.ts");
  writeFileSync(
    file,
    render(shape).replace('from "fencegen/runtime"', `from ${JSON.stringify(join(root, "generator/index.ts"))}`),
  );
  const module = (await import(file)) as { TestChipDmaFence: new (machine: FenceMachine) => DmaFence };
  const machine = new RecordingMachine();
  new module.TestChipDmaFence(machine)[fence]({ address, lengthBytes });
  return machine.lines();
}

describe("a range in pieces", () => {
  const shape = "ranges in pieces, bits by name, read back";
  const one = (first: string, bytes: string) => [
    ...[`write32 0x4000000c = ${first}`, `write32 0x40000010 = ${bytes}`],
    ...["read32 0x40000000", "write32 0x40000000 = 0x9", "read32 0x40000000", "write32 0x40000000 = 0x0"],
    "read32 0x40000014",
  ];

  it("goes from line to line, and takes what is left at the end", async () => {
    const long = await run(shape, "release", 0x2000_0001n, 0xff_ffe0);
    expect(long.slice(1, -1)).toEqual([...one("0x20000000", "0xffffe0"), ...one("0x20ffffe0", "0x20")]);
    const short = await run(shape, "release", 0x2000_0001n, 0xff_ffdf);
    expect(short.slice(1, -1)).toEqual(one("0x20000000", "0xffffe0"));
  });

  it("names what it writes", () => {
    const text = render(shape);
    expect(text).toContain("const CLEAN_CMD_CLEAN = 0x1n;");
    expect(text.replace(/\s+/g, " ")).toContain(
      "writeRegister( CLEAN, (this.machine.readRegister(CLEAN, 32) & ~CLEAN_CMD_CLEAR) | CLEAN_CMD_CLEAN | CLEAN_CMD_START, 32, ); this.machine.writeRegister( CLEAN, this.machine.readRegister(CLEAN, 32) & ~0x100n, 32, over(CLEAN_L1D, range.firstLine, range.end - 1n), )",
    );
    expect(text).toContain("this.machine.readRegister(STATUS, 32, COMPLETE_TEST_MECHANISM);");
  });
});

describe("a range command behind a guard", () => {
  const shape = "a range command behind a guard around two regions";
  const hex = (value: bigint) => `0x${value.toString(16)}`;

  it.each([0x2000_0000n, 0x2000_ffe1n, 0x6000_0001n])("runs in either region: 0x%s", async (address) => {
    const { firstLine, lastByte, end, sizeLines } = lineRange({ address, lengthBytes: 31 }, 32);
    expect(await run(shape, "release", address, 31)).toEqual([
      "dmb sy",
      "write32 0x40000014 = 0x10",
      `write32 0x4000000c = ${hex(firstLine >> 5n)}`,
      `write32 0x40000010 = ${hex(lastByte)}`,
      `write32 0x40000000 = ${hex((sizeLines - 1n) | 0x8000_0000n)}`,
      `write32 0x40000004 = ${hex(end - 4n)}`,
      "poll32 0x40000014 & 0x1 until clear",
      "poll32 0x40000014 & 0x80000000 until set",
      "dmb sy",
    ]);
  });

  it("is left out elsewhere, but not its barrier", async () => {
    expect(await run(shape, "acquire", 0n, 31)).toEqual(["dmb sy"]);
  });

  it("is not left out where no memory is described: the buffer is refused", async () => {
    await expect(run(shape, "acquire", 0x2001_0000n, 31)).rejects.toThrow("no memory is described at 0x20010000");
  });

  it("does nothing for no bytes", async () => {
    expect(await run(shape, "release", 0x2000_0000n, 0)).toEqual([]);
  });
});

it("edge lines are cleaned by their start before every line is dropped", async () => {
  expect(await run("edge lines, by the start of the line", "acquire", 0x2000_0010n, 64)).toEqual([
    "dsb sy",
    "write32 0x40000000 = 0x20000000",
    "write32 0x40000000 = 0x20000040",
    "dsb sy",
    ...["00", "20", "40"].flatMap((line) => Array(2).fill(`write32 0x40000004 = 0x200000${line}`)),
    "dsb sy",
  ]);
});
