// The pipeline in memory: YAML texts in, plans and diagnostics out.
import { join } from "node:path";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { readDescriptions } from "../../generator/load/read-descriptions.ts";
import { parseSource, type SourceFile } from "../../generator/load/source-file.ts";
import { planDescription, validate } from "../../generator/pipeline.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { stepTitle } from "../../generator/program/words.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { idOf } from "../../generator/validate/library.ts";
import { root } from "./command.ts";

const shippedFiles = readDescriptions(
  { shared: [], own: join(root, "chips"), shown: (path) => path.slice(root.length + 1) },
  new Diagnostics(),
);

/** The shipped descriptions with more, or others in their place, by path. */
export function loadWith(texts: Readonly<Record<string, string>>) {
  const diagnostics = new Diagnostics();
  const own: SourceFile[] = Object.entries(texts).map(([path, text]) => parseSource(path, text, diagnostics));
  const others = shippedFiles.filter(({ path }) => !Object.hasOwn(texts, path));
  return validate([...others, ...own], diagnostics);
}

/** The same without the shipped chips, which takes a fraction of the time. */
export function loadWithoutChips(texts: Readonly<Record<string, string>>) {
  const diagnostics = new Diagnostics();
  const own = Object.entries(texts).map(([path, text]) => parseSource(path, text, diagnostics));
  return validate([...shippedFiles.filter(({ path }) => !isChipPath(path)), ...own], diagnostics);
}

/** The same without the chips that do not use a changed description. */
export function loadDependents(path: string, text: string) {
  const diagnostics = new Diagnostics();
  const stem = /([^/]+)\.yaml$/.exec(path)![1]!;
  const refersTo = (id: string) => (file: SourceFile) => new RegExp(`\\b${id}(?![\\w-])`).test(file.text);
  const ids = [
    stem,
    ...shippedFiles.flatMap((file) =>
      file.path.startsWith("chips/cores/") && refersTo(stem)(file) ? [/([^/]+)\.yaml$/.exec(file.path)![1]!] : [],
    ),
  ];
  const others = shippedFiles.filter(
    (file) =>
      file.path !== path && (!isChipPath(file.path) || (!isChipPath(path) && ids.some((id) => refersTo(id)(file)))),
  );
  return validate([...others, parseSource(path, text, diagnostics)], diagnostics);
}

function isChipPath(path: string): boolean {
  return /^chips\/(?!sources\.)[^/]+$/.test(path);
}

/** The shipped descriptions are read and held against the rules once, however many of them are planned. */
const shipped = loadWith({});

/** Plans one chip of the shipped ones, or of the texts. */
export function planOf(id: string, texts: Readonly<Record<string, string>> = {}) {
  const whole = Object.keys(texts).length === 0 ? shipped : loadWith(texts);
  const description = whole.chips.find((chip) => idOf(chip) === id);
  if (!description) throw new Error(`no chip ${id}`);
  const diagnostics = new Diagnostics();
  diagnostics.take(whole.diagnostics);
  const planned: PlannedChip | undefined = planDescription(description, { ...whole, diagnostics });
  return { planned, diagnostics: diagnostics.sorted() };
}

/** Plans every chip that can be planned. */
export function planAllOf(texts: Readonly<Record<string, string>>) {
  const loaded = loadWith(texts);
  return { loaded, planned: loaded.chips.flatMap((chip) => planDescription(chip, loaded) ?? []) };
}

/** The one fence of a chip, which must be derivable. */
export function fenceOf(id: string, texts: Readonly<Record<string, string>> = {}, name?: string): FencePlan {
  const { planned, diagnostics } = planOf(id, texts);
  const fence = planned?.fences.find((candidate) => name === undefined || candidate.name === name);
  if (!fence) throw new Error(`no fence: ${diagnostics.map(({ code, message }) => `${code} ${message}`).join("; ")}`);
  return fence;
}

/** A fence as the titles of its steps. */
export function titles(fence: FencePlan): { release: string[]; acquire: string[] } {
  return { release: fence.release.map(stepTitle), acquire: fence.acquire.map(stepTitle) };
}

export function shippedText(path: string): string {
  return shippedFiles.find((file) => file.path === path)!.text;
}

/** Paths of all shipped descriptions. */
export const shippedPaths: readonly string[] = shippedFiles.map(({ path }) => path);

/** Ids of the shipped chips. */
export const shippedChips: readonly string[] = shipped.chips.flatMap((chip) => idOf(chip) ?? []);
