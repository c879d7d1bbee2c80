// What the emitted fences cost, against hand-written code for the same mechanism, which is measured in the same run.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { cortexMCrate } from "../../generator/bench/crates.ts";
import { hasExperts, mechanismsOf } from "../../generator/bench/experts.ts";
import type { MeasuredFence } from "../../generator/bench/fences.ts";
import {
  barriersBeyondTock,
  bytesPerBarrier,
  compactFormFor,
  furtherBarriers,
  unrolledLimits,
} from "../../generator/bench/limits.ts";
import { lengths, Workshop } from "../../generator/bench/measure.ts";
import { excess, measureAll, type Results, resultsText, splitVersions } from "../../generator/bench/results.ts";
import { fenceMethods } from "../../generator/model/chip.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { blockTitle } from "../../generator/program/words.ts";
import { targetNote } from "../../generator/toolchain/targets.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";
import { machineFor } from "./trace/machines.ts";

const committed = () => readFileSync(join(root, "generator/bench/RESULTS.md"), "utf8");
const names = ({ users }: MeasuredFence) => users.map(({ fence, target }) => `${fence} for ${target}`).join(", ");

describeWithTools(
  "the benchmark",
  [
    "rustc",
    "llvmObjdump",
    "qemuArm",
    "qemuAarch64",
    "qemuRiscv32",
    "qemuRiscv64",
    "qemuX86",
    "ldArm",
    "ldRiscv",
    "ldAarch64",
    "ldX86",
  ],
  () => {
    let results: Results;
    beforeAll(async () => {
      results = await measureAll(toolchain);
    }, 400_000);

    it("counts from entry to return, return included", async () => {
      const folder = temporaryFolder();
      const file = join(folder, "nops.rs");
      writeFileSync(file, 'pub fn three(_: *mut [u8]) { unsafe { core::arch::asm!("nop", "nop", "nop") } }\n');
      const workshop = new Workshop(toolchain, folder, join(root, "out/rust/kernel/src/lib.rs"));
      const target = "aarch64-unknown-none";
      const machine = machineFor("armv8-a", target)!;
      const sequence = { target, machine, file, executedFile: file, call: () => "fences::three(buf)", address: 64n };
      const compiled = [await workshop.compile(sequence, "release"), await workshop.compile(sequence, "acquire")];
      const figures = { bytes: 16, executed: lengths.map(() => 4) };
      expect(await workshop.execute(compiled)).toEqual([figures, figures]);
    });

    it("measures every fence that rustc and QEMU can run", () => {
      const measured = results.size.flatMap(({ users }) => users.map(({ fence }) => fence));
      const runnable = shippedChips
        .map((id) => planOf(id).planned!)
        .flatMap(({ chip, fences }) =>
          fences.filter((plan) => {
            const { architecture, rustTargets } = coreOf(chip, plan);
            return rustTargets.some(
              (target) => targetNote(target)?.checkedBy !== "assembling only" && machineFor(architecture.id, target),
            );
          }),
        );
      expect(new Set(measured)).toEqual(new Set(runnable.map(({ name }) => name)));
    });

    it.each(fenceMethods)("%s is at most as long as the compact form, and a sourced barrier more", (method) => {
      const held = results.size.filter(({ plan }) => compactFormFor(plan));
      for (const fence of held) {
        const form = compactFormFor(fence.plan)!;
        const further = furtherBarriers(fence.plan, method);
        for (const block of further) expect(block.sources, blockTitle(block)).not.toEqual([]);
        const { bytes, executed } = fence.figures[method];
        const mostBytes = form.bytes + bytesPerBarrier * further.length;
        expect(bytes, `bytes of ${names(fence)}`).toBeLessThanOrEqual(mostBytes);
        const line = fence.plan.lineBytes!;
        lengths.forEach((length, index) => {
          if (length < 1 || length > line) return;
          const most = form.oneLine + further.length;
          expect(executed[index], `instructions of ${names(fence)}, ${length} bytes`).toBeLessThanOrEqual(most);
        });
      }
      expect(new Set(held.map(({ plan }) => mechanismsOf(plan))).size, "mechanisms with a compact form").toBe(4);
    });

    it.each(fenceMethods)(
      "%s executes no more than the compact form of the same run, whatever the length",
      (method) => {
        for (const fence of results.size) {
          const compact = fence.experts.find(({ name }) => name === "compact")?.figures[method];
          if (!compact) continue;
          const further = furtherBarriers(fence.plan, method).length;
          expect(fence.figures[method].bytes, names(fence)).toBeLessThanOrEqual(
            compact.bytes + bytesPerBarrier * further,
          );
          lengths.forEach((length, index) => {
            const most = compact.executed[index]! + further;
            expect(fence.figures[method].executed[index], `${names(fence)}, ${length} bytes`).toBeLessThanOrEqual(most);
          });
        }
      },
    );

    it("the compact forms are what the limits say", () => {
      for (const { plan, experts } of results.size) {
        const form = compactFormFor(plan);
        if (!form) continue;
        const compact = experts.find(({ name }) => name === "compact")!.figures;
        for (const method of fenceMethods) {
          const { bytes, executed } = compact[method];
          expect({ bytes, oneLine: executed[lengths.indexOf(1)], barriers: form.barriers }).toEqual(form);
        }
      }
    });

    it.each(fenceMethods)(
      "%s without maintenance is at most as long as Tock's own, and a sourced barrier more",
      (method) => {
        const compared = results.size.filter((fence) => fence.experts[0]?.name.startsWith("Tock's"));
        for (const fence of compared) {
          const { memories } = planOf(fence.users[0]!.chip).planned!.chip;
          const further = barriersBeyondTock(fence.plan, method, memories);
          for (const block of further) expect(block.sources, blockTitle(block)).not.toEqual([]);
          const tock = fence.experts[0]!.figures[method];
          const { bytes, executed } = fence.figures[method];
          const mostBytes = tock.bytes + bytesPerBarrier * further.length;
          expect(bytes, `bytes of ${names(fence)}`).toBeLessThanOrEqual(mostBytes);
          executed.forEach((count, index) => {
            const most = tock.executed[index]! + further.length;
            expect(count, `instructions of ${names(fence)}`).toBeLessThanOrEqual(most);
          });
        }
        expect(compared.length).toBeGreaterThanOrEqual(3);
      },
    );

    it("stands beside hand-written code, where there is some", () => {
      for (const fence of results.size) {
        const { chip } = planOf(fence.users[0]!.chip).planned!;
        const { architecture } = coreOf(chip, fence.plan);
        const isWritten = mechanismsOf(fence.plan) !== "" ? hasExperts(fence.plan) : architecture.tockFence;
        if (isWritten) expect(fence.experts, `generator/bench/experts has nothing for ${names(fence)}`).not.toEqual([]);
      }
    });

    it("says why, where a fence costs more than hand-written code of others", () => {
      for (const fence of results.size)
        for (const expert of fence.experts)
          if (excess(fence, expert) !== "") expect(expert.moreBecause, `${names(fence)}, ${expert.name}`).toBeDefined();
    });

    it("RESULTS.md says what is measured", () => {
      // A chip that is new is not in the table yet.
      const listed = (fences: readonly MeasuredFence[]) =>
        fences.flatMap((fence) => {
          const users = fence.users.filter(({ fence: name }) => new RegExp(`\\b${name}\\b`).test(committed()));
          return users.length > 0 ? [{ ...fence, users }] : [];
        });
      const { size, speed, released } = results;
      const known = { size: listed(size), speed: listed(speed), released };
      const measured = splitVersions(resultsText(known, toolchain)).figures;
      const hasCrate = size.some(({ experts }) => experts.some(({ name }) => name === cortexMCrate));
      if (!hasCrate) console.warn(`not measured: ${cortexMCrate}; crates.io cannot be reached`);
      expect(hasCrate || process.env["CI"] !== "true").toBe(true);
      const ofCrate = new RegExp(`^\\| ${cortexMCrate} .*\n|^More than ${cortexMCrate} .*\n\n`, "gm");
      const { figures } = splitVersions(committed());
      const comparable = hasCrate ? figures : figures.replaceAll(ofCrate, "");
      expect(measured, "npm run bench -- --update").toBe(comparable);
    });

    it.each(fenceMethods)(
      "%s with `optimize: speed` executes at most as much as unrolled code for 4096 bytes",
      (method) => {
        const held = results.speed.filter(({ plan }) => unrolledLimits[mechanismsOf(plan)]);
        for (const fence of held) {
          const executed = fence.figures[method].executed[lengths.indexOf(4096)];
          expect(executed, names(fence)).toBeLessThanOrEqual(unrolledLimits[mechanismsOf(fence.plan)]!);
        }
        // Fences with the same code are measured once, whichever mechanism they are for.
        const limits = held.map(({ plan }) => unrolledLimits[mechanismsOf(plan)]!);
        expect(new Set(limits)).toEqual(new Set(Object.values(unrolledLimits)));
      },
    );
  },
);
