// `selftest`: a module in Rust for a board, which tries one of a chip's fences there.
import { refusalJson, refusalText } from "../program/plan-text.ts";
import { renderSelfTest } from "../render/render-outputs.ts";
import { chosenFence } from "./chosen-fence.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { loadChips, planAll, renderOptions } from "./run-pipeline.ts";

export const selftest: Command = {
  name: "selftest",
  arguments: "<chip>",
  summary: "print a Rust module that tries a chip's fence on a board, with the fence and without",
  details: [
    "It is a module of the board's crate, which depends on the crate in out/rust with the chip's feature (with `rust.files` in",
    ".fencegen.yaml, of the crate with the fence): no_std, without allocation. The board gives it memory and a closure that",
    "carries out a DMA transfer from memory to memory, such as a loop-back of a serial port, and prints the report, one line:",
    "",
    '  #[unsafe(link_section = ".axi_sram")] // where DMA reaches and caches hold it; the module\'s head says where that is',
    "  static mut MEMORY: selftest::Memory = selftest::Memory::ZERO;",
    "  let report = unsafe { selftest::run(&raw mut MEMORY, 4, |from, to, bytes| dma.copy(from, to, bytes)) };",
    "",
    "Paste the line into an issue, or record it in the chip's file under `verifiedOn`.",
  ],
  options: ["fence", "chips", "json"],
  examples: [
    ["fencegen selftest stm32h743 > src/selftest.rs", "then `mod selftest;` in the board's crate"],
    ["fencegen selftest zynq7000 --fence Zynq7000DmaFence", "of a chip with several fences"],
  ],
  positionals: [1, 1],
  run(ids, options, environment) {
    const { loaded, selected } = loadChips(ids, options, environment);
    const settings = renderOptions(environment, loaded.diagnostics);
    const [planned] = planAll(selected, loaded);
    const fence = planned && planned.fences.length > 0 ? chosenFence(planned, options) : undefined;
    const printed = planned && fence && renderSelfTest(planned, fence, settings);
    const refused = fence ? [] : (planned?.refused ?? []);
    const problems = loaded.diagnostics.sorted();
    if (options.json)
      printJson(
        {
          chip: ids[0],
          ...(printed && fence && { fence: fence.name, ...printed }),
          ...(refused.length > 0 && { refused: refused.map(refusalJson) }),
          diagnostics: problems,
        },
        environment,
      );
    else {
      logDiagnostics(problems, environment);
      for (const refusal of refused) environment.log(refusalText(refusal));
      if (printed) environment.out(printed.rust.trimEnd());
    }
    return printed ? 0 : 1;
  },
};
