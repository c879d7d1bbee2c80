// The fence that the coherent chips of an architecture share.
import { list } from "../../notation/prose.ts";
import type { SharedFence } from "../../plan/shared-fence.ts";
import { lower } from "../../program/lower.ts";
import type { Block } from "../../program/statement.ts";
import type { SharedInput } from "../printer.ts";
import { renderBody } from "./body.ts";
import { cfgOf } from "./cfg.ts";
import { doc, docItem, docText, identifier, rust } from "./encode.ts";
import { pointerRule, soundness } from "./fence-docs.ts";
import { type Lines, width } from "./lines.ts";
import { placeOf } from "./placement.ts";
import { Sources } from "./sources.ts";
import { twinOf } from "./twin.ts";
import { unsafeComment } from "./unsafe-comment.ts";
import { bufferViews, type FenceView, headOf, usesOf } from "./view.ts";

export function viewArchitecture(shared: SharedFence, input: SharedInput): FenceView {
  const { name, title, on } = shared;
  const sources = new Sources();
  const [{ architecture, plan }] = on;
  const opening = input.settings.rust.unsafeComment ?? "SAFETY:";
  const body = {
    architecture,
    optimize: input.settings.optimize,
    sources,
    constants: new Map(),
    values: () => "",
    operands: new Map(),
    takesBase: false,
    unsafeComment: opening,
  };
  const cfg = cfgOf([...new Set(on.flatMap((each) => each.architecture.targetArch))], input.settings.rust);
  const paragraph = (text: string) => [rust`///`, ...doc(docText(text), "///", width)];
  const blocks = (method: "release" | "acquire") => withAllSources(on.map(({ plan: each }) => lower(each)[method]));
  return {
    ...headOf({ ...input, warning: undefined }, `The DMA fence of every coherent ${title}.`),
    allow: [],
    uses: usesOf(placeOf("architecture", shared.module, input.settings.rust)!, 1, input.settings),
    constants: [],
    docs: [
      ...doc(
        docText(`DMA fence for ${title} where DMA sees what the core's caches hold, or nothing is cached.`),
        "///",
        width,
      ),
      ...plan.comparison.flatMap(paragraph),
      ...paragraph(pointerRule),
    ],
    name: identifier(name),
    parameter: rust``,
    argument: rust``,
    aliases: [],
    promises: promises(shared, sources),
    soundness: unsafeComment(soundness, opening, width),
    real: cfg.real,
    release: renderBody(blocks("release"), body),
    acquire: renderBody(blocks("acquire"), body),
    ...twinOf({ name, parameter: rust``, argument: rust``, target: title }, cfg.twin, input.settings, opening),
    buffers: bufferViews(name, 1, input.settings),
    sources: sources.foot(width),
  };
}

function promises({ title, on }: SharedFence, sources: Sources): Lines {
  const item = (text: string) => docItem(docText(text), "-", "///", width - 4);
  const byText = new Map<string, SharedFence["on"][number][]>();
  for (const each of on) for (const { text } of each.promises) byText.set(text, [...(byText.get(text) ?? []), each]);
  return [
    ...item(`The code runs on ${title}, and what the alias for the chip asks for holds.`),
    ...[...byText].flatMap(([text, where]) => {
      const cited = where.flatMap((each) => each.promises.find((promise) => promise.text === text)!.sources);
      const titles = list(where.map(({ architecture }) => architecture.title));
      return item(sources.cited(where.length === on.length ? text : `On ${titles}: ${lowerFirst(text)}`, cited));
    }),
    rust`///`,
    rust`/// For each buffer:`,
    rust`///`,
    ...item("No cache that the core reads or writes through holds it, or the DMA master used sees that cache."),
  ];
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** The blocks of the first, each with what all cite for it. */
function withAllSources([first, ...others]: readonly (readonly Block[])[]): Block[] {
  return first!.map((block, index) => ({
    ...block,
    sources: [...block.sources, ...others.flatMap((blocks) => blocks[index]?.sources ?? [])],
  }));
}
