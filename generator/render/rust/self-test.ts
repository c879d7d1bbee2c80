// The module with which a board tries a fence: the emitted fence, called as a driver would.
import type { ResolvedChip } from "../../model/chip.ts";
import { list } from "../../notation/prose.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { type SelfTest, selfTestOf } from "../../plan/self-test.ts";
import type { Code } from "../code.ts";
import type { RenderInput } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { doc, docText, identifier, path, rust, stringLiteral } from "./encode.ts";
import { assigned, type Lines, sortedUses, width } from "./lines.ts";
import { traitOf } from "./placement.ts";
import { unitsOf } from "./units.ts";
import { type HeadView, headOf } from "./view.ts";

type SelfTestView = HeadView & {
  readonly expected: Lines;
  readonly uses: Lines;
  readonly subject: Lines;
  readonly line: Code<"rust">;
  readonly whole: Code<"rust">;
  readonly shared: Code<"rust">;
  readonly tells: Code<"rust">;
};

/** The emitted crate, as the board's names it. */
const crateName = "fencegen_fences";

export function printSelfTest(fence: FencePlan, input: RenderInput): string {
  return renderTemplate("rust/self-test", viewSelfTest(fence, input));
}

function viewSelfTest({ name }: FencePlan, input: RenderInput): SelfTestView {
  const { chip, fences, facts, settings } = input;
  const units = unitsOf(chip, fences, settings.rust).fences;
  const unit = units.find((each) => each.fences.some((fence) => fence.name === name))!;
  const fence = unit.fences.find((each) => each.name === name)!;
  const test = selfTestOf(chip, fence);
  const own = (module: string) => (settings.rust.files ? module : module.replace(/^crate::/, `${crateName}::`));
  const uses = [
    ...[path(own(traitOf(settings)))].map((trait) =>
      trait.endsWith("::DmaFence") ? rust`use ${trait};` : rust`use ${trait} as DmaFence;`,
    ),
    rust`use ${path(own(unit.place.module))}::${identifier(name)} as Fence;`,
  ];
  const told = `${chip.id}, ${name}, facts sha256:${facts}`;
  return {
    ...headOf(
      input,
      `Tries the DMA fence of the ${chip.vendor} ${chip.title} on a board: that it is right, and needed.`,
    ),
    expected: doc(docText(expectation(test, chip)), "//!", width),
    uses: sortedUses(uses),
    subject: assigned(rust`const SUBJECT: &str =`, [rust`${stringLiteral(told)};`]),
    line: rust`${test.lineBytes}`,
    whole: rust`${test.wholeBytes}`,
    shared: test.neighboursMayWrite ? rust`true` : rust`false`,
    tells: test.places.length > 0 ? rust`true` : rust`false`,
  };
}

function expectation({ places }: SelfTest, { dma }: ResolvedChip): string {
  if (places.length === 0)
    return "That may go right as well: no cache hides anything from these transfers, and only their order is at stake.";
  const memories = list([...new Set(places.map(({ memory }) => memory.name))]);
  const masters = [...new Set(places.map(({ misses }) => misses.name))];
  const whose = masters.length < dma.length ? `by ${list(masters)} ` : "";
  return `That must go wrong for transfers ${whose}in ${memories}, where a cache holds what DMA does not see. If it does not, the result is inconclusive: perhaps the cache is off, or the memory is not cacheable.`;
}
