// What files of others say of a new chip, as answers: only what a file states, and on the weaker side only what it states outright.
import { wordsOfTheLanguage } from "../model/viewers.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
import { coreOf } from "../witness/compare-cores.ts";
import { overlap, type Witness, type WitnessedCore, type WitnessedMemory } from "../witness/witness.ts";
import { cachesFrom, otherOwnLines, unplacedCaches } from "./caches-from-files.ts";
import { type Catalogue, type CoreChoice, type MasterAnswer, type MemoryAnswer, unknown } from "./chip-answers.ts";
import type { Draft } from "./chip-draft.ts";
import { seenByMasters } from "./seen-by-masters.ts";
import { cited, type Told } from "./told.ts";

/** @returns the draft with what the files say where it is still open, and in sentences what they leave open */
export function fillFromFiles(
  draft: Draft,
  told: readonly Told[],
  catalogue: Catalogue,
): { readonly draft: Draft; readonly notes: readonly string[] } {
  if (told.length === 0) return { draft, notes: [] };
  const cores = draft.cores.isComplete ? { cores: draft.cores, notes: [] } : coresFrom(told, catalogue);
  const masters = draft.masters.isComplete
    ? { masters: draft.masters, notes: [] }
    : mastersAsAnswered(mastersFrom(told), draft.isCoherent);
  const filled = withViews(memoriesFrom(draft, told), draft, told);
  const [title] = told.flatMap(({ witness }) =>
    witness.kind === "svd" || witness.kind === "pack" ? [witness.title] : [],
  );
  return {
    notes: [
      ...cores.notes,
      ...unplacedCaches(draft.caches, told),
      ...otherOwnLines(draft.caches, told, cores.cores.items),
      ...filled.notes,
      ...masters.notes,
    ],
    draft: {
      ...draft,
      title: draft.title ?? title,
      cores: cores.cores,
      caches: cachesFrom(draft.caches, told, cores.cores.items),
      memories: filled.memories,
      masters: masters.masters,
    },
  };
}

function coresFrom(told: readonly Told[], catalogue: Catalogue): { cores: Draft["cores"]; notes: readonly string[] } {
  const known = [...catalogue.cores].map(([id, { alsoCalled = [] }]) => ({ id, alsoCalled }));
  const found = new Map<string, CoreChoice>();
  const notes: string[] = [];
  for (const { witness, source } of told)
    for (const core of witness.cores) {
      const id = coreOf(core.names, known)?.id;
      if (id === undefined) notes.push(undescribed(witness, core));
      else if (!found.has(id)) found.set(id, choiceOf(id, core, source, catalogue));
    }
  const cores = [...found.values()];
  const named = cores.length > 1 ? cores.map((core) => ({ ...core, name: nameBeside(core.id) })) : cores;
  // A core that nobody has described is asked for, with its architecture.
  return { cores: { items: named, isComplete: cores.length > 0 && notes.length === 0 }, notes };
}

function undescribed({ path }: Witness, { names, place }: WitnessedCore): string {
  return `${path} names a core that no file here describes, ${names[0]} (${place}): give every core with --core, this one as ID@ARCHITECTURE, or leave it out if no driver runs on it.`;
}

function choiceOf(id: string, { count, place }: WitnessedCore, source: string, { cores }: Catalogue): CoreChoice {
  const facts = cores.get(id)!;
  const choice = { id, spelling: id, architecture: facts.architecture, facts, name: undefined };
  return { ...choice, count, source: cited(source, place) };
}

/** `cortex-a53` is A53 beside other cores. */
function nameBeside(id: string): string {
  const last = id.split("-").at(-1)!.toUpperCase();
  return /^[A-Z]/.test(last) ? last : `C${last}`;
}

interface Memories {
  readonly memories: Draft["memories"];
  readonly notes: readonly string[];
}

function memoriesFrom(draft: Draft, told: readonly Told[]): Memories {
  const given = draft.memories.items;
  const found: MemoryAnswer[] = [];
  const notes: string[] = [];
  for (const { witness, source } of told)
    for (const memory of witness.memories) {
      // What two files say, or a flag and a file, is one memory; the first counts.
      const other = [...given, ...found].find((each) => overlap(each, memory));
      if (!other) found.push(memoryOf(memory, source, [...given, ...found]));
      else if (other.base !== memory.base || other.sizeBytes !== memory.sizeBytes)
        notes.push(notTakenBeside(other, memory, witness));
    }
  const open = told.flatMap(({ witness }) => openMemory(witness));
  // Flags that name memory answer for what files leave open.
  const isComplete = draft.memories.isComplete || (found.length > 0 && open.length === 0);
  if (!isComplete) notes.push(...open);
  return { memories: { items: [...given, ...found], isComplete }, notes };
}

function notTakenBeside(
  other: MemoryAnswer,
  { name, base, sizeBytes, place }: WitnessedMemory,
  { path }: Witness,
): string {
  const range = `${formatAddress(base)} + ${sizeText(sizeBytes)}`;
  return `${path} has \`${name}\` at ${range} (${place}), which overlaps \`${other.name}\`: look which is right.`;
}

/** With the addresses at which masters see what files name. Masters of flags are other people's words for them. */
function withViews({ memories, notes }: Memories, draft: Draft, told: readonly Told[]): Memories {
  const views = told.flatMap(({ witness: { kind, masters } }) =>
    kind === "linux-tree" ? masters.map(({ name, windows }) => ({ name: plainName(name), windows })) : [],
  );
  if (draft.masters.isComplete) return { memories, notes };
  const more: string[] = [];
  const items = memories.items.map((answer) => {
    if (draft.memories.items.includes(answer)) return answer;
    const { memory, buses, inParts } = seenByMasters(answer, views);
    more.push(...inParts.map((bus) => dividedBy(bus, memory)));
    if (buses.length === 0 || memory.source === undefined) return memory;
    return { ...memory, source: memory.source.replace(/\)$/, `; dma-ranges of ${buses.join(", ")})`) };
  });
  return { memories: { ...memories, items }, notes: [...notes, ...more] };
}

function dividedBy(bus: string, { name }: MemoryAnswer): string {
  return `${bus} does not show \`${name}\` to masters in one piece: divide it where its \`dma-ranges\` do, and say who sees which part.`;
}

/** Why a file's memories are perhaps not all. */
function openMemory({ kind, path, memories, unsizedMemories }: Witness): string[] {
  if (unsizedMemories.length > 0)
    return unsizedMemories.map((place) => `${path} does not say how large ${place} is: name it with base and size.`);
  if (kind === "svd") return [];
  if (kind === "linux-tree" && !memories.some(({ use }) => use === "board"))
    return [
      `${path} has no node for main memory, which says nothing of whether there is any: name it with base and size.`,
    ];
  return memories.length === 0 ? [`${path} says nothing of memory: name it with base and size.`] : [];
}

function memoryOf(memory: WitnessedMemory, source: string, others: readonly MemoryAnswer[]): MemoryAnswer {
  const { name, base, sizeBytes, use, place } = memory;
  const isOfBoard = use === "board";
  const where = cited(source, place);
  return {
    name: distinctName(name, others),
    ...{ base, sizeBytes, isMost: isOfBoard, cachedBy: undefined },
    // A board's tree says how much that board has, and not the most that one can have.
    source:
      isOfBoard && !where.startsWith("TODO")
        ? `TODO the most that a board can have; one has this, says ${where}`
        : where,
  };
}

function mastersFrom(told: readonly Told[]): Draft["masters"] {
  const found: MasterAnswer[] = [];
  for (const { witness, source } of told)
    for (const master of witness.masters) {
      const { name, place, isStated } = master;
      // That masters see the caches is the weaker side: what holds where a tree says nothing is not enough.
      const isCoherent = master.isCoherent === false || isStated ? (master.isCoherent ?? unknown) : unknown;
      // Two files of one chip name the same masters, and two buses may have masters of one name: what is not said of all is unknown.
      const same = found.findIndex((other) => other.name === plainName(name));
      if (same !== -1) {
        const { told: before } = found[same]!;
        if (before && before.isCoherent !== isCoherent)
          found[same] = { ...found[same]!, told: { ...before, isCoherent: unknown } };
        continue;
      }
      found.push({
        name: plainName(name),
        reaches: undefined,
        told: { isCoherent, source: cited(source, place) },
      });
    }
  return { items: found, isComplete: found.length > 0 };
}

/** An answer for all masters goes before what files say of each. */
function mastersAsAnswered(
  masters: Draft["masters"],
  answer: Draft["isCoherent"],
): { readonly masters: Draft["masters"]; readonly notes: readonly string[] } {
  const against = masters.items.flatMap(({ name, told }) =>
    told && told.isCoherent !== unknown && told.isCoherent !== answer ? [name] : [],
  );
  if (answer === undefined || answer === unknown || against.length === 0) return { masters, notes: [] };
  const items = masters.items.map(
    (master): MasterAnswer =>
      master.told && against.includes(master.name)
        ? { ...master, told: { ...master.told, isCoherent: unknown } }
        : master,
  );
  const note = `The files say of ${against.join(", ")} that ${answer ? "the caches are not seen" : "the caches are seen"}; --coherent ${answer ? "yes" : "no"} goes before that.`;
  return { masters: { ...masters, items }, notes: [note] };
}

/** A comma would stand between names, and a word of descriptions is no name. */
function plainName(name: string): string {
  const plain = name.replaceAll(",", " ").trim();
  return wordsOfTheLanguage.has(plain) ? `${plain} of the file` : plain;
}

function distinctName(name: string, others: readonly { readonly name: string }[]): string {
  const plain = plainName(name);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? plain : `${plain} ${number}`;
    if (!others.some((other) => other.name === candidate)) return candidate;
  }
}
