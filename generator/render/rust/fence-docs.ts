// What stands in the documentation of a fence: whom it serves, what it knows, and what its caller promises.
import type { ResolvedCore } from "../../model/chip.ts";
import { allSources } from "../../model/citations.ts";
import { isReachPromise } from "../../plan/obligation-facts.ts";
import { namesChip } from "../../plan/obligations.ts";
import { type FenceObligation, promisedOfBuffers } from "../../plan/operation.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { relevantErrata } from "../../plan/relevant-errata.ts";
import { blocksOf, registersOf } from "../../program/statement.ts";
import type { Code } from "../code.ts";
import { doc, docItem, docText, rust, rustdoc } from "./encode.ts";
import { type Lines, width } from "./lines.ts";
import { pathFrom } from "./placement.ts";
import type { Sources } from "./sources.ts";
import type { FenceUnit, MastersUnit } from "./units.ts";
import { nameWithoutCore } from "./worlds.ts";

/** @param facts digest of those that the file rests on */
export function fenceDocs(unit: FenceUnit, masters: MastersUnit | undefined, sources: Sources, facts: string): Lines {
  const { fences, chip, core, takesBase, shared } = unit;
  const [fence] = fences;
  const whom = fence.forAllDma
    ? fence.controllers.length > 0
      ? masters
        ? "Works with every DMA master of the chip."
        : `Works with every DMA master of the chip: ${fence.controllers.join(", ")}.`
      : "The chip's description lists no DMA master; the fence orders accesses to memory before and after accesses to device registers."
    : `Works only with ${fence.controllers.join(", ")}; \`release\` and \`acquire\` of other masters' buffers need the chip's other fence.`;
  const isAsDescribed = shared?.ofCore?.chip.cores[0]?.caches.length === core.caches.length;
  const titles = fences.length > 1 ? commonTitle(fences.map((each) => coreOf(chip, each).title)) : core.title;
  const where = namesChip(titles, chip.title) ? titles : `${titles} of the ${chip.title}`;
  return [
    ...doc(docText(`DMA fence for the ${where}.`), "///", width),
    ...(takesBase
      ? paragraph(
          `\`BASE\` is the address of ${nameWithoutCore(registersOf(blocksOf(fence.program))[0]!, fence.coreName)}.`,
        )
      : []),
    ...paragraph(isAsDescribed ? whom : `${whom} ${sources.cited(...cachesOf(core))}`),
    ...errata(unit, sources),
    ...boardResults(unit, facts).flatMap(({ text, citations }) => paragraph(sources.cited(text, citations))),
    ...(shared ? [] : fence.comparison.flatMap(paragraph)),
    ...(shared ? [] : paragraph(pointerRule)),
  ];
}

/** Of a fence that chips with the core share. */
export function coreDocs(unit: FenceUnit, sources: Sources): Lines {
  return [
    ...doc(docText(`DMA fence for the ${unit.core.title}.`), "///", width),
    ...paragraph(sources.cited(...cachesOf(unit.core))),
    ...errata(unit, sources, true),
    ...paragraph(pointerRule),
  ];
}

/** Those of the fence; of one that is its core's, those that are not the core's. */
function errata({ core, fences: [fence], shared }: FenceUnit, sources: Sources, isOfCore = false): Lines {
  const told = new Set(shared?.ofCore?.chip.cores[0]?.errata.map(({ id }) => id));
  const own = relevantErrata(core, fence.lineBytes !== undefined).filter(({ id }) => !told.has(id));
  return own.flatMap((erratum) => {
    const doubt = erratum.certain || isOfCore ? "" : " The silicon revision is not known, so it counts as affected.";
    const done = whatIsDone(erratum, shared ? "What is asked below" : "A promise of `new`");
    return paragraph(sources.cited(`Erratum ${erratum.id}: ${erratum.title}${doubt} ${done}`, erratum.sources));
  });
}

/** What keeps an erratum from doing harm, as sentences. */
function whatIsDone(erratum: ResolvedCore["errata"][number], promise: string): string {
  const { replaceOperation, withoutOperation, replaceRegister, completionBeforeMaintenance, obligation } = erratum;
  const instead = (map: Readonly<Record<string, string>>, kind: string) =>
    Object.entries(map).map(([before, after]) => `The ${kind} ${after} stands for ${before}.`);
  return [
    ...instead(replaceOperation, "operation"),
    ...instead(replaceRegister, "register"),
    ...withoutOperation.map((operation) => `The fence does not use the operation ${operation}.`),
    ...(completionBeforeMaintenance ? ["The fence completes earlier accesses before maintenance."] : []),
    ...(obligation === undefined ? [] : [`${promise} keeps it away.`]),
  ].join(" ");
}

function paragraph(text: string): Lines {
  return [rust`///`, ...doc(docText(text), "///", width)];
}

/** What self-tests found, as sentences. */
function boardResults({ fences, chip }: FenceUnit, facts: string) {
  const ofUnit = chip.verifiedOn.filter(({ fence }) => fences.some(({ name }) => name === fence));
  return ofUnit.map(({ board, date, fence, facts: then, result, sources: citations }) => {
    const what = fences.length > 1 ? fence : "it";
    const found = {
      right: `found ${what} right`,
      wrong: `found ${what} wrong`,
      inconclusive: `did not tell whether ${what} is right`,
    }[result];
    const since = then === facts ? "" : `; the facts were others then, sha256:${then}`;
    return { text: `On ${date}, a self-test on a board (${board}) ${found}${since}.`, citations };
  });
}

export const soundness = "the steps do what the trait asks, while the promises of `new` hold.";

/** What the compiler may assume of a buffer, and the trait does not say. */
export const pointerRule =
  "A pointer made from a shared reference is for data that DMA only reads: the compiler assumes that nothing writes there.";

/** What several titles begin with, up to a word or comma that they do not share. */
function commonTitle(titles: readonly string[]): string {
  const words = titles.map((title) => title.split(" "));
  const length = words[0]!.findIndex((word, at) => !words.every((each) => each[at] === word));
  return (length < 0 ? words[0]! : words[0]!.slice(0, length)).join(" ").replace(/,$/, "");
}

function cachesOf(core: ResolvedCore): [string, Parameters<Sources["cited"]>[1]] {
  if (core.caches.length === 0) return ["No data cache stands between the core and memory.", core.noCacheSources];
  const levels = core.caches.map(({ name, smallestLineBytes: least, largestLineBytes: most, writePolicy }) => {
    const bytes = least === most ? least : `${least} to ${most}`;
    return `${name}, lines of ${bytes} bytes, ${writePolicy === "configurable" ? "write policy configurable" : writePolicy}`;
  });
  const sources = core.caches.flatMap(({ sourcesOf }) => allSources(sourcesOf));
  return [`Data caches, inner to outer: ${levels.join("; ")}.`, sources];
}

/** The promises of a type: those of its fences, which differ in the core that they name. */
export function promisesOf({ fences, chip }: FenceUnit): readonly FenceObligation[] {
  const [first, ...others] = fences;
  if (others.length === 0) return first.obligations;
  const titles = fences.map((fence) => coreOf(chip, fence).title);
  const text = `The code runs on the core that the alias names: ${titles.join(", or ")}.`;
  return first.obligations.map((each) => (each.kind === "chip" ? { ...each, text } : each));
}

/** First what the board promises, then what is promised of each buffer. */
export function grouped(
  promises: readonly FenceObligation[],
  items: (promises: readonly FenceObligation[]) => Lines,
): Lines {
  const ofBuffers = promises.filter(({ kind }) => promisedOfBuffers.has(kind));
  const once = items(promises.filter((promise) => !ofBuffers.includes(promise)));
  if (ofBuffers.length === 0) return once;
  return [...once, rust`///`, rust`/// For each buffer:`, rust`///`, ...items(ofBuffers)];
}

export function promiseItems(
  promises: readonly FenceObligation[],
  { fences, chip, place }: FenceUnit,
  masters: MastersUnit | undefined,
  sources: Sources,
  available: number,
): Lines {
  const controllers = chip.dma.filter(({ name }) => fences[0].controllers.includes(name));
  return promises.flatMap((promise) =>
    masters && isReachPromise(promise, controllers)
      ? docItem(
          rustdoc`Buffers lie in memory that the DMA master used reaches; ${linkTo(masters, place)} has what each does.`,
          "-",
          "///",
          available,
        )
      : docItem(docText(sources.cited(promise.text, promise.sources)), "-", "///", available),
  );
}

function linkTo({ place: { module } }: MastersUnit, file: FenceUnit["place"]): Code<"rustdoc"> {
  const name = module.split("::").at(-1)!;
  return rustdoc`[\`${docText(name)}\`](${docText(pathFrom(file, module))})`;
}
