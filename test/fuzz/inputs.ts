// The kinds of inputs: what each begins from and how it is mutated. An input is made from plain numbers, so that fast-check makes
// it smaller, and is judged by its bytes alone, so that a file is enough to see a fault again.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { visible } from "../../generator/diagnostics/characters.ts";
import { mostFileBytes } from "../../generator/load/limits.ts";
import { planDescription } from "../../generator/pipeline.ts";
import { fragments, hostileText } from "../render/hostile.ts";
import { boardTree, flattened } from "../support/flattened-tree.ts";
import { randomChip } from "../support/random-chips.ts";
import { shapes } from "../support/shapes.ts";
import { testChip } from "../support/test-chip.ts";
import { hashOf, type Looks } from "./fault.ts";
import { type commandPaths, judgeCommand } from "./judge-command.ts";
import { emit, judgeDescription, judgeMarked } from "./judge-description.ts";
import { judgeLitmus, judgeManifest, judgeOutput, judgeSettings, judgeVerdicts, judgeWitness } from "./judge-files.ts";
import { filesBelow, root, shippedFiles, validated } from "./library.ts";
import { byteChanges, withByteChanges } from "./mutate-bytes.ts";
import { factChanges, type Pool, poolOf, structureChanges, withChanges } from "./mutate-tree.ts";
import { partsOf, scalar, type Tree, textOf, treeOfText } from "./tree.ts";

/** A file that something reads. */
export interface Input {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface InputKind {
  /** How many of a thousand inputs are of this kind. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** The outcome in a word or two. @throws where a property does not hold */
  readonly judge: (input: Input, looks: Looks) => string | Promise<string>;
}

interface Base extends Input {
  readonly tree: Tree;
}

const corpus = filesBelow(join(root, "test/fuzz/corpus"));

/** The files of the corpus for a kind: `corpus/<kind>/<path>`, or `corpus/<kind>/<name>/<path>`. */
function corpusOf(kind: string): Buffer[] {
  return [...corpus].filter(([path]) => path.startsWith(`${kind}/`)).map(([, bytes]) => bytes);
}

const base = (path: string, text: string): Base => ({ path, bytes: Buffer.from(text), tree: treeOfText(text) });
const own = "chips/test-chip.yaml";

/** Small ones several times: they take less time, and more of what they say matters. */
const descriptions: readonly Base[] = [
  ...shippedFiles.map(({ path, text }) => base(path, text)),
  ...Array.from({ length: 4 }, () => Object.values(shapes).map((shape) => base(own, testChip(shape)))).flat(),
  ...corpusOf("description").map((bytes) => base(own, bytes.toString())),
];
/** Most inputs are made from these: reading a text takes most of the time. */
const small = descriptions.filter(({ bytes }) => bytes.length < 1500);
const pool = poolOf(descriptions.map(({ tree }) => tree));

const litmusBases: readonly Base[] = [
  ...["aarch64", "arm", "riscv", "x86-64"].flatMap((name) => {
    const whole = JSON.parse(readFileSync(join(root, `test/litmus/${name}.json`), "utf8")) as unknown[];
    return whole.map((entry) => base("litmus.json", JSON.stringify([entry], null, 1)));
  }),
  ...corpusOf("litmus").map((bytes) => base("litmus.json", bytes.toString())),
];
const litmusPool = poolOf(litmusBases.map(({ tree }) => tree));

const settings = [readFileSync(join(root, ".fencegen.yaml")), ...corpusOf("settings")].map((bytes) =>
  base(".fencegen.yaml", bytes.toString()),
);
const settingsPool = poolOf(settings.map(({ tree }) => tree));
const asInput = (path: string) => (bytes: Buffer) => ({ path, bytes });
const manifests = corpusOf("manifest").map(asInput("out/manifest.json"));
const verdicts = corpusOf("verdicts").map(asInput("chips/.unsound.json"));

/** What public files say of a chip: one that is flattened, and two in XML. */
const witnesses: readonly Input[] = [
  { path: "board.dtb", bytes: flattened(boardTree()) },
  { path: "chip.svd", bytes: corpusOf("svd")[0]! },
  { path: "pack.pdsc", bytes: corpusOf("pack")[0]! },
];

const chosen = <T>(list: readonly T[]) => fc.nat(list.length - 1).map((at) => list[at]!);

function treeInputs(bases: readonly Base[], from: Pool, changes: typeof factChanges): fc.Arbitrary<Input> {
  return fc.tuple(chosen(bases), changes).map(([{ path, tree }, list]) => ({
    path,
    bytes: Buffer.from(textOf(withChanges(tree, list, from))),
  }));
}

function byteInputs(bases: readonly Input[]): fc.Arbitrary<Input> {
  return fc
    .tuple(chosen(bases), byteChanges)
    .map(([{ path, bytes }, list]) => ({ path, bytes: withByteChanges(bytes, list) }));
}

const anyOf = (bases: readonly Base[], from: Pool) =>
  fc.oneof(treeInputs(bases, from, factChanges), treeInputs(bases, from, structureChanges), byteInputs(bases));

function oftenSmall(inputs: (bases: readonly Base[]) => fc.Arbitrary<Input>): fc.Arbitrary<Input> {
  return fc.oneof({ weight: 1, arbitrary: inputs(descriptions) }, { weight: 4, arbitrary: inputs(small) });
}

/** Chips that are planned, with a text of theirs, wherever it stands, exchanged for one that would get out of a sink. */
const planned = [...descriptions, ...small, ...small].filter(({ path, bytes }) => {
  const { loaded } = validated(path, bytes.toString());
  return /^chips\/[^/]+$/.test(path) && loaded.chips.every((chip) => planDescription(chip, loaded));
});

/** Without what rules refuse in any text: only such a text gets as far as a sink. */
const seenText = fc
  .array(fc.constantFrom(...fragments.filter((fragment) => visible(fragment) === fragment)), { maxLength: 6 })
  .map((parts) => `${parts.join("")}x`);

const marked = fc
  .tuple(
    chosen(planned),
    fc.array(fc.tuple(fc.nat(), fc.oneof(hostileText, seenText, seenText)), { minLength: 1, maxLength: 3 }),
  )
  .map(([{ path, tree }, changes]): Input => {
    const other = changes.reduce((current, [at, text], index) => {
      const texts = partsOf(current).flatMap(({ tree: part }) =>
        part.kind === "scalar" && /[a-z]/i.test(part.text) && !/^(0x|")?\d/.test(part.text) ? [part.text] : [],
      );
      const before = texts[at % texts.length]!;
      return everywhere(current, before, JSON.stringify(`zq${index}q${text}`));
    }, tree);
    return { path, bytes: Buffer.from(textOf(other)) };
  });

/** A text that is a name is changed wherever it is used. */
function everywhere(tree: Tree, before: string, after: string): Tree {
  const changed = (text: string) => (text === before ? after : text);
  if (tree.kind === "scalar") return scalar(changed(tree.text));
  if (tree.kind === "list") return { ...tree, items: tree.items.map((item) => everywhere(item, before, after)) };
  return { ...tree, entries: tree.entries.map(([key, value]) => [changed(key), everywhere(value, before, after)]) };
}

/** What is printed for chips, with one byte or more changed. */
const outputs = planned.slice(-20).map(({ path, bytes }) => {
  const { loaded } = validated(path, bytes.toString());
  const chip = planDescription(loaded.chips[0]!, loaded)!;
  return { path, bytes: Buffer.from(chip.fences.length > 0 ? emit(chip).typescript : "none\n") };
});

/** A command finds its file by the path, and which command it is follows from the bytes. */
const commandBases: readonly (readonly [path: (typeof commandPaths)[number], inputs: fc.Arbitrary<Input>])[] = [
  [
    "chips/test-chip.yaml",
    anyOf(
      descriptions.filter(({ path }) => path === own),
      pool,
    ),
  ],
  [".fencegen.yaml", anyOf(settings, settingsPool)],
  ["out/manifest.json", byteInputs(manifests)],
  ["chips/.unsound.json", byteInputs(verdicts)],
  ["out/rust/src/test_chip.rs", byteInputs(outputs)],
  ["tests.json", anyOf(litmusBases, litmusPool)],
];

/** The text as it would be read. A file beyond the limit is not read at all; what is cut is as large as a file may be. */
const textOfBytes = ({ bytes }: Input) => bytes.subarray(0, mostFileBytes).toString("utf8");

export const inputKinds = {
  facts: {
    share: 300,
    inputs: oftenSmall((bases) => treeInputs(bases, pool, factChanges)),
    judge: (input, looks) => judgeDescription(input.path, textOfBytes(input), looks),
  },
  structure: {
    share: 250,
    inputs: oftenSmall((bases) => treeInputs(bases, pool, structureChanges)),
    judge: (input, looks) => judgeDescription(input.path, textOfBytes(input), looks),
  },
  bytes: {
    share: 250,
    inputs: oftenSmall((bases) => byteInputs(bases)),
    judge: (input, looks) => judgeDescription(input.path, textOfBytes(input), looks),
  },
  "random chips": {
    share: 20,
    inputs: randomChip.map((text) => ({ path: own, bytes: Buffer.from(text) })),
    judge: (input, looks) => judgeDescription(input.path, textOfBytes(input), looks),
  },
  "random chips, mutated": {
    share: 40,
    inputs: fc.tuple(randomChip, factChanges).map(([text, list]) => ({
      path: own,
      bytes: Buffer.from(textOf(withChanges(treeOfText(text), list, pool))),
    })),
    judge: (input, looks) => judgeDescription(input.path, textOfBytes(input), looks),
  },
  "hostile texts": {
    share: 40,
    inputs: marked,
    judge: (input, looks) => judgeMarked(input.path, textOfBytes(input), looks),
  },
  litmus: {
    share: 50,
    inputs: anyOf(litmusBases, litmusPool),
    judge: ({ bytes }, looks) => judgeLitmus(bytes, looks),
  },
  settings: {
    share: 20,
    inputs: anyOf(settings, settingsPool),
    judge: ({ bytes }, looks) => judgeSettings(bytes.subarray(0, mostFileBytes), looks),
  },
  manifest: { share: 10, inputs: byteInputs(manifests), judge: ({ bytes }, looks) => judgeManifest(bytes, looks) },
  verdicts: { share: 10, inputs: byteInputs(verdicts), judge: ({ bytes }, looks) => judgeVerdicts(bytes, looks) },
  witnesses: {
    share: 20,
    inputs: byteInputs(witnesses),
    judge: ({ path, bytes }, looks) => judgeWitness(path, bytes, looks),
  },
  outputs: {
    share: 6,
    inputs: byteInputs(outputs),
    judge: ({ path, bytes }, looks) => {
      const expected = outputs.find((output) => output.path === path) ?? outputs[0]!;
      return judgeOutput(expected.bytes.toString(), bytes, looks);
    },
  },
  commands: {
    share: 4,
    inputs: chosen(commandBases).chain(([path, inputs]) => inputs.map(({ bytes }) => ({ path, bytes }))),
    judge: ({ path, bytes }, looks) => judgeCommand(path, bytes, hashOf(bytes.toString("latin1")), looks),
  },
} as const satisfies Record<string, InputKind>;

export type KindName = keyof typeof inputKinds;
export const kindNames = Object.keys(inputKinds) as readonly KindName[];

/** By kind, how many files it begins from: none would make it empty. */
export const baseCounts: Readonly<Record<string, number>> = {
  descriptions: descriptions.length,
  planned: planned.length,
  litmus: litmusBases.length,
  settings: settings.length,
  manifests: manifests.length,
  verdicts: verdicts.length,
  witnesses: witnesses.length,
  outputs: outputs.length,
};
