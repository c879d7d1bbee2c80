// Drivers as users of hardware abstraction layers write them, built with those layers from crates.io: fences and guards fit their
// signatures, and stand before the start of DMA and after its end.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compilerFor } from "../../generator/toolchain/find-tools.ts";
import { root } from "../support/command.ts";
import { workFolder } from "./support/compile.ts";
import { cargo, environmentFor, lockTo } from "./support/crates-io.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

const projects = join(import.meta.dirname, "hal");
const maintains = /^dsb sy .*str\S* .*dsb sy$/;

interface Driver {
  readonly project: string;
  readonly target: string;
  /** By function: what a step of its fence looks like, and how many buffers it hands over. */
  readonly functions: readonly (readonly [name: string, step: RegExp, buffers: number])[];
}

const drivers: readonly Driver[] = [
  {
    project: "arm",
    target: "thumbv7em-none-eabihf",
    functions: [
      ["stm32h7xx_hal", maintains, 2],
      ["embassy_stm32", maintains, 1],
      ["imxrt_dma", maintains, 2],
    ],
  },
  // The layer has barriers of its own, `dsb`.
  { project: "rp2350", target: "thumbv8m.main-none-eabihf", functions: [["rp235x_hal", /dmb sy$/, 2]] },
  {
    project: "esp32c3",
    target: "riscv32imc-unknown-none-elf",
    functions: [["esp_hal", /fence i?o?r?w?, i?o?r?w?$/, 2]],
  },
];

/** The texts of asm! blocks in a function, in their order. */
function blocksIn(assembly: string, name: string): string[] {
  const [, body = ""] = new RegExp(`^${name}:\\n([\\s\\S]*?)^\\.Lfunc_end`, "m").exec(assembly) ?? [];
  return [...body.matchAll(/[@#]APP\n([\s\S]*?)[@#]NO_APP/g)].map(([, text]) => text!.trim().replaceAll(/\s+/g, " "));
}

describeWithTools("a driver over a hardware abstraction layer", ["rustc", "cargo"], () => {
  it.for(drivers)(
    "in $project has its fences where DMA starts and ends",
    async ({ project, target, functions }, { skip }) => {
      const folder = await workFolder();
      cpSync(join(projects, project), folder, { recursive: true });
      cpSync(join(root, "out/rust"), join(folder, "fences"), { recursive: true });
      if (!lockTo(toolchain, folder, await workFolder()) && process.env["CI"] !== "true") {
        console.warn("skipped drivers over hardware abstraction layers: crates.io cannot be reached");
        return skip();
      }
      const environment = environmentFor(compilerFor(toolchain, target)!);
      const assembly = join(folder, "driver.s");
      const { ok, output } = cargo(
        toolchain,
        folder,
        environment,
        ...["rustc", "--release", "--locked", "--target", target, "--target-dir", join(toolchain.cacheFolder, "hal")],
        ...["--", "-D", "warnings", "-C", "codegen-units=1", `--emit=asm=${assembly}`],
      );
      if (!ok) expect(output).toBe("");
      const text = readFileSync(assembly, "utf8");
      for (const [name, step, buffers] of functions) {
        const seen = blocksIn(text, name).flatMap((block) => {
          const mark = /mark (start|end)/.exec(block)?.[1];
          return mark ?? (step.test(block) ? "fence" : []);
        });
        const fences = Array.from({ length: buffers }, () => "fence");
        expect(seen, name).toEqual([...fences, "start", "end", ...fences]);
      }
    },
  );
});
