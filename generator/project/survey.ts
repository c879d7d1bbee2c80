// All chips of a project. Of most of them nothing has changed since an earlier run, and what that run found is still true; the others
// are worked out, a number at a time, so that a run over very many needs little more memory than one over some.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { compareCodePoints, Diagnostics } from "../diagnostics/diagnostic.ts";
import { hash } from "../disk/hash.ts";
import { chipIdOf, isInSharedFolder, stemOf } from "../load/read-descriptions.ts";
import type { SourceFile } from "../load/source-file.ts";
import { type Folders, loadAt, pathsIn } from "../load-folders.ts";
import { once } from "../model/once.ts";
import { type Loaded, restsOn, sharedDescriptions, sharedFenceNames, usesOf } from "../pipeline.ts";
import type { OutputFile } from "../render/printer.ts";
import type { RenderOptions } from "../render/render-outputs.ts";
import { idOf } from "../validate/library.ts";
import { type Description, isComplete } from "../validate/validate-schema.ts";
import { type Entry, type EntryStore, entriesIn, FileHashes, type FileRead, keptForm } from "./entries.ts";
import type { KnownChip } from "./known-chip.ts";
import type { ProjectChips } from "./project-chips.ts";
import { type WorkedOut, workOut } from "./work-out.ts";

export interface SurveyRequest {
  readonly folders: Folders;
  readonly render: RenderOptions;
  /** Chips that are asked for; none for all. Of the others it is only found out what they use. */
  readonly ids?: readonly string[] | undefined;
  /** What earlier runs found; left out, everything is worked out. */
  readonly store?: EntryStore | undefined;
  /** Is shown each chip that is worked out, of which less is known afterwards. */
  readonly visit?: ((worked: WorkedOut) => void) | undefined;
  /** Called where there is so much to work out that memory is worth more than time. */
  readonly spareMemory?: (() => void) | undefined;
}

/** By which entries of a project are kept. Each says of which texts it is true, so that those of another project do no harm. */
export function surveyKey({ chipsFolder, shippedFolder, shown }: Folders, render: RenderOptions): string {
  return hash(JSON.stringify([chipsFolder, shippedFolder, shown(chipsFolder), shown(shippedFolder), render]));
}

/** How many descriptions are worked out at a time, and how many bytes they may have. */
const mostAtOnce = 200;
const mostBytesAtOnce = 1024 * 1024;
/** More than these are some thousands of descriptions. */
const manyBatches = 20;

export function surveyProject(request: SurveyRequest): ProjectChips {
  const { folders, render, ids = [], store, visit, spareMemory } = request;
  const diagnostics = new Diagnostics();
  const places = new Map(pathsIn(folders, diagnostics).map((path) => [folders.shown(path), path]));
  const arePathsKnown = !diagnostics.hasErrors;
  const paths = [...places.values()];
  const hashes = new FileHashes(places);
  const key = surveyKey(folders, render);
  const before = entriesIn(store?.get(key));
  const entries = new Map<string, Entry>();
  const described = new Map<string, Described>();
  /** Files of which it cannot be said what they describe, or what of that is shared: whichever chip is asked for, they matter. */
  const unknown = new Set<string>();
  const rendered = new Map<string, ReadonlyMap<string, Buffer>>();
  const stale: string[] = [];
  for (const path of places.keys()) {
    const entry = before.get(path);
    if (entry && hashes.isStillTrue(entry, path)) takeOver(path, entry);
    else stale.push(path);
  }
  const batches = batchesOf(stale, hashes);
  if (batches.length > manyBatches) spareMemory?.();
  for (const batch of batches) workOutBatch(batch);
  // One that is wrong may stand in the place of one that is right, and then chips rest on it that did not before.
  const isSharedWrong = stale.some((path) => isInSharedFolder(path) && diagnostics.pathsWithErrors().has(path));
  if (isSharedWrong && entries.size > 0 && store) return surveyProject({ ...request, store: undefined });
  // The same of a chip that has the id of another: neither of both is right.
  for (const path of diagnostics.pathsWithErrors()) entries.delete(path);
  if (stale.length > 0 || entries.size < before.size) store?.keep(key, keptForm(entries));
  if (ids.length > 0 && ids.every((id) => described.has(id))) forgetOthers();

  const uses = new Set([...described.values()].flatMap((chip) => chip.uses));
  return {
    chips: [...entries.values()]
      .flatMap(({ chip }) => (chip && isAskedFor(chip.id) ? [chip] : []))
      .sort((a, b) => compareCodePoints(a.id, b.id)),
    described: [...described.keys()].sort(compareCodePoints),
    descriptions: places.size,
    diagnostics,
    isSharedKnown: arePathsKnown && unknown.size === 0,
    contentOf(id, path) {
      if (!rendered.has(id)) keepTexts(id, detailsOf(id).files);
      const content = rendered.get(id)!.get(path);
      if (!content) throw new Error(`${path} was printed before, and is not now`);
      return inflateRawSync(content).toString();
    },
    detailsOf,
    sharedDescriptions() {
      const loaded = loadAt(paths, folders, new Diagnostics(), { texts: [...uses] });
      return sharedDescriptions(loaded, uses);
    },
    sharedFenceNames: () =>
      sharedFenceNames(loadAt(paths, folders, new Diagnostics(), { paths: paths.filter(isInSharedFolder) })),
    digestOfShared: () => hash(JSON.stringify([render, [...uses].sort(), sharedTexts()])),
  };

  function isAskedFor(id: string | undefined): boolean {
    return ids.length === 0 || (id !== undefined && ids.includes(id));
  }

  function takeOver(path: string, entry: Entry): void {
    const { chip, restsOn, warnings } = entry;
    entries.set(path, entry);
    if (chip) described.set(chip.id, { uses: chip.uses, path, restsOn });
    for (const each of warnings) diagnostics.report(each.code, each);
  }

  function workOutBatch(batch: readonly string[]): void {
    const loaded = loadBatch(batch);
    const isOfBatch = new Set(batch);
    const kinds = new Map(loaded.library.all.map(({ kind, file }) => [file.path, kind]));
    for (const description of loaded.library.all) {
      const { path } = description.file;
      if (!isOfBatch.has(path)) continue;
      const parts = partsOf(description, loaded);
      let chip: KnownChip | undefined;
      if (description.kind === "chip") {
        const id = idOf(description);
        const uses = usesOf(description, loaded.library);
        described.set(id ?? stemOf(path), { uses, path, restsOn: othersIn(parts) });
        if (mayUseMore(uses, parts, loaded)) for (const { file } of parts) unknown.add(file.path);
        const worked = isAskedFor(id) ? workOut(description, loaded, render) : undefined;
        if (!worked) continue;
        chip = worked.known;
        visit?.(worked);
        keepTexts(chip.id, worked.files);
      }
      const entry = entryOf(path, parts, chip, loaded);
      if (entry) entries.set(path, entry);
    }
    for (const path of batch) {
      const kind = kinds.get(path);
      if (kind === undefined) unknown.add(path);
      // One that does not say of which chip it is, or of another one, is of that whose name the file has: that chip is not gone.
      const id = kind === undefined || kind === "chip" ? chipIdOf(path) : undefined;
      if (id !== undefined && !described.has(id)) described.set(id, { uses: [], path, restsOn: [] });
    }
    diagnostics.take(loaded.diagnostics);
  }

  /** Compressed: of ten thousand chips they would be half of the memory. What zlib gives is a part of a larger buffer. */
  function keepTexts(id: string, files: readonly OutputFile[]): void {
    const compressed = (content: string) => Buffer.from(deflateRawSync(content, { level: 1 }));
    rendered.set(id, new Map(files.map(({ path, content }) => [path, compressed(content)])));
  }

  /** What of all that is described a description may depend on. */
  function partsOf(description: Description, { library }: Loaded): Description[] {
    // Of two architectures that share a fence, each decides whether the other may.
    const others = library.all.filter(({ kind }) => description.kind === "chip" && kind === "architecture");
    return [...new Set([...restsOn(description, library), ...others])];
  }

  /**
   * Where there are errors, beside all that chips may refer to: one of those may be what was meant. And beside the chip whose id one has
   * that is not called as its file.
   */
  function loadBatch(batch: readonly string[]): Loaded {
    const named = batch.map((path) => places.get(path)!);
    const ids = named.filter((path) => !isInSharedFolder(path)).map(stemOf);
    const loaded = loadAt(paths, folders, new Diagnostics(), { ids, paths: named });
    if (!loaded.diagnostics.hasErrors) return loaded;
    const called = loaded.chips.flatMap((chip) => idOf(chip) ?? []);
    return loadAt(paths, folders, new Diagnostics(), {
      ids: [...ids, ...called],
      paths: [...named, ...paths.filter(isInSharedFolder)],
    });
  }

  function entryOf(
    path: string,
    parts: readonly Description[],
    chip: KnownChip | undefined,
    { diagnostics }: Loaded,
  ): Entry | undefined {
    const broken = diagnostics.pathsWithErrors();
    if (parts.some((part) => broken.has(part.file.path) || !isComplete(part))) return undefined;
    // Of what was worked out, not of what lies there by now.
    return { hash: readOf(parts[0]!.file).hash, restsOn: othersIn(parts), warnings: diagnostics.of(path), chip };
  }

  function detailsOf(id: string) {
    const loaded = loadAt(paths, folders, new Diagnostics(), { ids: [id] });
    const description = loaded.chips.find((chip) => idOf(chip) === id);
    const worked = description && workOut(description, loaded, render);
    if (!worked) throw new Error(`the chip ${id} was worked out before, and cannot be now`);
    return { ...worked, file: description.file };
  }

  /** Problems of files on which no chip rests that is asked for are of no interest, as long as it is known what the files are. */
  function forgetOthers(): void {
    const used = new Set(
      ids.flatMap((id) => {
        const { path, restsOn } = described.get(id)!;
        return [path, ...restsOn.map((file) => file.path)];
      }),
    );
    diagnostics.forget(new Set([...places.keys()].filter((path) => !used.has(path) && !unknown.has(path))));
  }

  /** The hash of everything on which a chip rests beside its own file, by path. */
  function sharedTexts(): readonly (readonly [path: string, hash: string | undefined])[] {
    const lists = new Set([...described.values()].map(({ restsOn }) => restsOn));
    const paths = new Set([...lists].flatMap((list) => list.map(({ path }) => path)));
    return [...paths].sort().map((path) => [path, hashes.hashOf(path)]);
  }
}

/** Whether a chip may share more than it is known to: what it is built on is not said, or is not there. */
function mayUseMore(uses: readonly string[], parts: readonly Description[], { diagnostics }: Loaded): boolean {
  const isUnresolved = ({ file }: Description) =>
    diagnostics.of(file.path).some(({ code }) => code === "rule/unknown-reference");
  return uses.length === 0 || parts.some(isUnresolved);
}

/** A chip, with errors or without. */
interface Described {
  readonly uses: readonly string[];
  /** Of its own file. */
  readonly path: string;
  /** The other files. */
  readonly restsOn: readonly FileRead[];
}

/** Files on which a description rests beside its own, which is the first. */
function othersIn([_, ...others]: readonly Description[]): FileRead[] {
  return others.map(({ file }) => readOf(file));
}

/** Worked out once for what many chips rest on. */
const readOf = once(({ path, text }: SourceFile): FileRead => ({ path, hash: hash(text) }));

function batchesOf(stale: readonly string[], hashes: FileHashes): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const path of stale) {
    const more = hashes.bytesOf(path);
    const last = batches.at(-1);
    bytes += more;
    if (last && last.length < mostAtOnce && bytes <= mostBytesAtOnce) last.push(path);
    else {
      batches.push([path]);
      bytes = more;
    }
  }
  return batches;
}
