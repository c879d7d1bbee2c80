// The fence of a core, which chips share.
import type { CoreFence } from "../../plan/shared-fence.ts";
import { lower } from "../../program/lower.ts";
import type { SharedInput } from "../printer.ts";
import { docItem, docText } from "./encode.ts";
import { coreDocs, grouped } from "./fence-docs.ts";
import { width } from "./lines.ts";
import { placeOf } from "./placement.ts";
import { type FenceView, viewInWords } from "./view.ts";

export function viewCore({ name, module, chip, plan, promises }: CoreFence, input: SharedInput): FenceView {
  const [core] = chip.cores;
  const place = placeOf("architecture", module, input.settings.rust)!;
  const fence = { ...plan, program: lower(plan) };
  const unit = { chip, core: core!, name, fences: [fence], takesBase: false, shared: undefined, place } as const;
  const runs = plan.obligations.find(({ kind }) => kind === "chip")!.text.replace(/\.$/, "");
  const chipText = `${runs}, and what the alias for the chip asks for holds.`;
  return viewInWords(
    unit,
    { ...input, warning: undefined },
    {
      about: `The DMA fence of the ${core!.title}.`,
      docs: (sources) => coreDocs(unit, sources),
      promises: (sources) =>
        grouped([{ kind: "chip", text: chipText, sources: [] }, ...promises], (group) =>
          group.flatMap((promise) =>
            docItem(docText(sources.cited(promise.text, promise.sources)), "-", "///", width - 4),
          ),
        ),
    },
  );
}
