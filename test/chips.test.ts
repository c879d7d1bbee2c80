// Every shipped chip: it plans, its outputs are what is committed, and the emitted TypeScript class does what
// the plan says. Nothing here names a chip, so that adding one adds its tests.

import { join } from "node:path";
import { Project, ScriptTarget } from "ts-morph";
import { describe, expect, it } from "vitest";
import type { DmaBuffer, DmaFence, FenceMachine } from "../generator/index.ts";
import { RecordingMachine } from "../generator/index.ts";
import type { RegisterValue, ResolvedChip, SequenceItem } from "../generator/model/chip.ts";
import type { FencePlan, FenceStep, RegionRange } from "../generator/plan/operation.ts";
import { coreOf } from "../generator/plan/plan-chip.ts";
import { seenBy } from "../generator/semantics/memory-map.ts";
import { bundleIn } from "./support/bundle.ts";
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

it("every refusal has a code, a reason and what to do instead", () => {
  const refused = shippedChips.flatMap((id) => planOf(id).planned?.refused ?? []);
  expect(refused.length).toBeGreaterThan(0);
  for (const { code, because, problems } of refused) {
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(because).toMatch(/^[A-Z].*\.$/s);
  }
});

describe.each(shippedChips)("%s", (id) => {
  const { planned, diagnostics } = planOf(id);

  it("plans without errors", () => {
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(planned!.fences.length + planned!.refused.length).toBeGreaterThan(0);
  });

  it("gives every step a reason and every obligation a text", () => {
    for (const fence of planned!.fences) {
      for (const step of [...fence.release, ...fence.acquire]) expect(step.reason).toMatch(/^[A-Z].*\.$/s);
      for (const { text } of fence.obligations) expect(text).toMatch(/^[A-Z].*\.$/s);
    }
  });

  if (planned?.fences.length === 0) return;

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
      for (const buffer of buffers(fence, planned!.chip)) {
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
    const text = bundleIn(join(root, "out"), planned!);
    for (const fence of planned!.fences) {
      expect(text).toMatch(new RegExp(`pub (struct ${fence.name}\\(|type ${fence.name} = )`));
      for (const step of [...fence.release, ...fence.acquire]) {
        if (step.kind === "barrier") expect(text).toContain(JSON.stringify(step.instruction));
      }
    }
    expect(text).not.toMatch(/\b(nomem|readonly|pure)\b/);
    expect(text.match(/unsafe \{/g)?.length ?? 0).toBe(
      text.match(/\/\/ SAFETY: (the (block|program) |a barrier )/g)?.length ?? 0,
    );
  });
});

/** Around line boundaries, misaligned and empty, in each kind of memory that a master of the fence reaches. */
function buffers(plan: FencePlan, chip: ResolvedChip): DmaBuffer[] {
  const { lineBytes = 64, controllers } = plan;
  const masters = chip.dma.filter(({ name }) => controllers.includes(name));
  const reached = masters.flatMap(({ reaches, reads }) => [...reaches, ...reads]);
  const regions = seenBy(chip, coreOf(chip, plan)).regions.filter(({ name }) => reached.includes(name));
  const line = BigInt(lineBytes);
  const bases = regions.length > 0 ? regions.map(({ base }) => base) : [0x2000_0000n];
  const lengths = [0, 1, lineBytes - 1, lineBytes, lineBytes + 1, 3 * lineBytes];
  return bases
    .flatMap((base) => [base, base + 1n, base + line - 1n])
    .flatMap((address) => lengths.map((lengthBytes) => ({ address, lengthBytes })));
}

/** The operations of a plan, by the definition of each kind of step; written apart from the views on purpose. */
function expected(steps: readonly FenceStep[], buffer: DmaBuffer): string[] {
  const lines: string[] = [];
  const startsIn = (ranges: readonly RegionRange[]) =>
    ranges.some(({ base, sizeBytes }) => base <= buffer.address && buffer.address < base + sizeBytes);
  for (const step of steps) {
    if (step.kind === "return-if-empty" && buffer.lengthBytes === 0) return lines;
    if (step.kind === "region-guard" && !startsIn(step.regions)) return [...lines, ...expected(step.outside, buffer)];
    if ("onlyIn" in step && step.onlyIn && !startsIn(step.onlyIn)) continue;
    if (step.kind === "barrier") lines.push(step.instruction.replace("{zero}", "0x0"));
    if (step.kind === "compiler-barrier") lines.push("compiler barrier");
    if (step.kind === "mask-interrupts") lines.push("mask interrupts");
    if (step.kind === "restore-interrupts") lines.push("restore interrupts");
    const end = buffer.address + BigInt(buffer.lengthBytes);
    if (step.kind === "complete-maintenance" || step.kind === "maintain-whole-cache")
      for (const item of step.accesses) lines.push(...spell(item, { address: 0n }));
    if (step.kind === "maintain-lines") {
      const size = BigInt(step.lineBytes);
      const first = buffer.address - (buffer.address % size);
      const starts: bigint[] = [];
      for (let line = first; line < end; line += size) starts.push(line);
      const last = step.firstAddress === "as-given" ? end - 1n : starts.at(-1)!;
      const offset = step.firstAddress === "as-given" ? buffer.address % size : 0n;
      const addresses = step.lines === "edges" ? [first + offset, last] : starts.map((line) => line + offset);
      for (const address of addresses) for (const item of step.accesses) lines.push(...spell(item, { address }));
    }
    if (step.kind === "maintain-range") {
      const size = BigInt(step.lineBytes);
      const first = buffer.address - (buffer.address % size);
      const after = end + ((size - (end % size)) % size);
      const quantities = {
        "first-line": first,
        "last-byte": end - 1n,
        end: after,
        "size-bytes": after - first,
        "size-lines": (after - first) / size,
      };
      for (const item of step.accesses) lines.push(...spell(item, quantities));
    }
  }
  return lines;
}

function spell(item: SequenceItem, quantities: Readonly<Record<string, bigint>>): string[] {
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  const given = ({ of, constant, subtract, shiftRight, add, or }: RegisterValue) =>
    of === "constant" ? constant : (((quantities[of]! - subtract) >> BigInt(shiftRight)) + add) | or;
  switch (item.kind) {
    case "instruction":
      return [item.instruction.replace("{address}", hex(quantities["address"] ?? 0n))];
    case "write":
      return [`write${item.register.widthBits} ${hex(item.register.address)} = ${hex(given(item.value))}`];
    case "modify":
      // The register reads as 0.
      return [
        `read${item.register.widthBits} ${hex(item.register.address)}`,
        `write${item.register.widthBits} ${hex(item.register.address)} = ${hex(item.set.value)}`,
      ];
    case "read":
      return [`read${item.register.widthBits} ${hex(item.register.address)}`];
    case "store":
      return [`write${item.widthBits} ${hex(given(item.to))} = 0x0`];
    case "poll":
      return [
        `poll${item.register.widthBits} ${hex(item.register.address)} & ${hex(item.mask.value)} until ${item.until}`,
      ];
    case "call":
      throw new Error("no fence calls");
  }
}
