// Every shipped chip: it plans, its outputs are what is committed, and the emitted TypeScript class does what
// the plan says. Nothing here names a chip, so that adding one adds its tests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project, ScriptTarget } from "ts-morph";
import { describe, expect, it } from "vitest";
import type { DmaBuffer, DmaFence, FenceMachine } from "../generator/index.ts";
import { RecordingMachine } from "../generator/index.ts";
import type { FencePlan, FenceStep } from "../generator/plan/operation.ts";
import type { SequenceItem } from "../generator/resolve/model.ts";
import { root } from "./support/command.ts";
import { planOf, shippedChips } from "./support/pipeline.ts";

type FenceClass = new (machine: FenceMachine) => DmaFence;

const project = new Project({
  tsConfigFilePath: join(root, "tsconfig.json"),
  skipAddingFilesFromTsConfig: true,
  compilerOptions: { target: ScriptTarget.ES2022 },
});
project.addSourceFilesAtPaths(join(root, "out/typescript/*.ts"));

it("every emitted TypeScript file type-checks", () => {
  const problems = project.getPreEmitDiagnostics();
  expect(project.formatDiagnosticsWithColorAndContext(problems)).toBe("");
});

describe.each(shippedChips)("%s", (id) => {
  const { planned, diagnostics } = planOf(id);

  it("plans without errors", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(planned!.fences.length).toBeGreaterThan(0);
  });

  it("gives every step a reason and every obligation a text", () => {
    for (const fence of planned!.fences) {
      for (const step of [...fence.release, ...fence.acquire]) expect(step.reason).toMatch(/^[A-Z].*\.$/s);
      for (const { text } of fence.obligations) expect(text).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it("declares the classes that the plan names", () => {
    const file = project.getSourceFileOrThrow(join(root, `out/typescript/${id}.ts`));
    const classes = file.getClasses();
    expect(classes.map((declaration) => declaration.getName())).toEqual(planned!.fences.map(({ name }) => name));
    for (const declaration of classes) {
      expect(declaration.isExported()).toBe(true);
      expect(declaration.getImplements().map((clause) => clause.getText())).toEqual(["DmaFence"]);
      expect(declaration.getMethods().map((method) => method.getName())).toEqual(["release", "acquire"]);
    }
  });

  it("issues exactly the plan's operations, for buffers of many shapes", async () => {
    const module = (await import(join(root, `out/typescript/${id}.ts`))) as Record<string, FenceClass>;
    for (const fence of planned!.fences) {
      for (const buffer of buffers(fence)) {
        for (const direction of ["release", "acquire"] as const) {
          const machine = new RecordingMachine();
          new module[fence.name]!(machine)[direction](buffer);
          expect(
            machine.lines(),
            `${fence.name}.${direction} of ${buffer.lengthBytes} bytes at ${buffer.address}`,
          ).toEqual(expected(fence[direction], buffer));
        }
      }
    }
  });

  it("repeats in Rust every instruction and register of the plan", () => {
    const text = readFileSync(join(root, `out/rust/src/${id.replaceAll("-", "_")}.rs`), "utf8");
    for (const fence of planned!.fences) {
      expect(text).toContain(`pub struct ${fence.name} {`);
      for (const step of [...fence.release, ...fence.acquire]) {
        if (step.kind === "barrier") expect(text).toContain(JSON.stringify(step.instruction));
      }
    }
    expect(text).not.toMatch(/\b(nomem|readonly|pure)\b/);
    expect(text.match(/unsafe \{/g)?.length ?? 0).toBe(text.match(/\/\/ SAFETY: the block/g)?.length ?? 0);
  });
});

/** Around line boundaries, misaligned, empty, and ending at the top of a 32-bit address space. */
function buffers({ lineBytes = 64 }: FencePlan): DmaBuffer[] {
  const line = BigInt(lineBytes);
  const starts = [0x2000_0000n, 0x2000_0001n, 0x2000_0000n + line - 1n];
  const lengths = [0, 1, lineBytes - 1, lineBytes, lineBytes + 1, 3 * lineBytes];
  return [
    ...starts.flatMap((address) => lengths.map((lengthBytes) => ({ address, lengthBytes }))),
    { address: 0x1_0000_0000n - 2n * line, lengthBytes: 2 * lineBytes },
  ];
}

/** The operations of a plan, by the definition of each kind of step; written apart from the views on purpose. */
function expected(steps: readonly FenceStep[], buffer: DmaBuffer): string[] {
  const lines: string[] = [];
  for (const step of steps) {
    if (step.kind === "return-if-empty" && buffer.lengthBytes === 0) return lines;
    if (step.kind === "barrier") lines.push(step.instruction);
    if (step.kind === "compiler-barrier") lines.push("compiler barrier");
    if (step.kind === "complete-maintenance") for (const item of step.accesses) lines.push(spell(item, 0n));
    if (step.kind === "maintain-lines") {
      const size = BigInt(step.lineBytes);
      const end = buffer.address + BigInt(buffer.lengthBytes);
      for (let line = buffer.address - (buffer.address % size); line < end; line += size) {
        const offset = step.firstAddress === "as-given" ? buffer.address % size : 0n;
        for (const item of step.accesses) lines.push(spell(item, line + offset));
      }
    }
  }
  return lines;
}

function spell(item: SequenceItem, address: bigint): string {
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  if (item.kind === "instruction") return item.instruction.replace("{address}", hex(address));
  if (item.kind === "write")
    return `write${item.register.widthBits} ${hex(item.register.address)} = ${hex(item.value.of === "constant" ? item.value.constant : address)}`;
  throw new Error(`no shipped chip uses ${item.kind} yet`);
}
