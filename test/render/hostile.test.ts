// Whatever a description says, what is emitted stays the same program: texts end up in comments, strings and names, and
// nowhere else. The descriptions' own checks are left out here; this is what holds without them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { type PlannedChip, renderChip, renderCommon, renderSelfTest } from "../../generator/render/render-outputs.ts";
import { planAllOf, planOf } from "../support/pipeline.ts";
import { shapes } from "../support/shapes.ts";
import { testChip } from "../support/test-chip.ts";
import { fragments, hostileText, hostility, withTexts } from "./hostile.ts";
import {
  codeOf,
  type Emitted,
  holdsSameProgram,
  type Program,
  programOf,
  seenThroughout,
  shape,
} from "./same-program.ts";
import { syntaxOf } from "./typescript/syntax.ts";

const chips: PlannedChip[] = [
  ...planAllOf({}).planned.filter(({ fences }) => fences.length > 0),
  ...Object.values(shapes).map((shape) => planOf("test-chip", { "chips/test-chip.yaml": testChip(shape) }).planned!),
];

// Instructions that fencegen does not know are named in the head, so texts get there too.
chips.push({ ...chips[0]!, chip: { ...chips[0]!.chip, id: "with-foreign" }, foreign: ["mine {address}", "theirs"] });

// What boards found is printed with the fence.
const [{ chip: tried, fences: triedFences }] = chips as [PlannedChip];
const found = { board: "a board", date: "2026-01-31", facts: "0123456789abcdef", result: "right" } as const;
const verifiedOn = triedFences.map(({ name }) => ({
  ...{ ...found, fence: name },
  sources: [{ document: "an issue", place: "12", verified: true, kind: "repository" } as const],
}));
chips.push({ ...chips[0]!, chip: { ...tried, id: "tried", verifiedOn } });

const architectures = chips.flatMap(({ chip }) =>
  chip.cores.flatMap(({ architecture }) => architecture.sharedFence?.of ?? []),
);

const cores = chips.flatMap(({ chip }) => chip.cores.flatMap(({ alone }) => alone ?? []));
const described = { architectures, cores };

const options = { traitPath: "kernel::DmaFence", licence: ["A licence."] };

function emit(planned: PlannedChip, optimize: "size" | "speed", licence = options.licence): Emitted {
  const files = renderChip(planned, { ...options, licence, optimize });
  const of = (end: string) => files.flatMap(({ path, content }) => (path.endsWith(end) ? [content] : [])).join("\n");
  const selfTest = renderSelfTest(planned, planned.fences[0]!, { ...options, licence, optimize });
  return { rust: `${of(".rs")}\n${selfTest.rust}`, typescript: of(".ts") };
}

const programs = new Map<string, Program>();

function honestly(planned: PlannedChip, optimize: "size" | "speed"): Program {
  const key = `${chips.indexOf(planned)} ${optimize}`;
  const known = programs.get(key);
  if (known) return known;
  // Not with its own texts: an instruction may be that of the architecture's fence, and a register's name begin with its core's.
  const program = programOf(
    emit(
      withTexts(planned, (index) => `harmless ${index}`),
      optimize,
    ),
  );
  programs.set(key, program);
  return program;
}

/** Where each text stands, made visible: everything but comments and contents of strings. Names may be others. */
function sameProgram(planned: PlannedChip, change: (index: number) => string, optimize: "size" | "speed"): void {
  const hostile = emit(withTexts(planned, change), optimize, [change(1000)]);
  holdsSameProgram(honestly(planned, optimize), hostile);
}

describe("every chip", () => {
  const worst = (index: number) =>
    `${fragments[index % fragments.length]}x${index}${fragments[(index * 7) % fragments.length]}${fragments[(index * 13 + 5) % fragments.length]}`;

  it.each(chips.map((planned) => [planned.chip.id, planned] as const))("%s keeps its program", (_, planned) => {
    sameProgram(planned, worst, "size");
    sameProgram(planned, worst, "speed");
  });
});

it.each(["apollo3", "psoc62xa"])("%s shares its architecture's fence, whatever its texts", (id) => {
  const planned = planOf(id).planned!;
  const program = programOf(emit(planned, "size"));
  expect(program.tokens.map(({ text }) => text)).toContain("CortexMDmaFence");
  for (const fragment of fragments) {
    const sources = [{ document: `a${fragment}`, place: `${fragment}b`, verified: true, kind: "document" } as const];
    const promises = (fence: FencePlan) =>
      fence.obligations.map((each) => ({ ...each, text: `c ${fragment} d`, sources }));
    const hostile = {
      ...planned,
      chip: { ...planned.chip, title: `e${fragment}`, vendor: `${fragment}f` },
      fences: planned.fences.map((fence) => ({ ...fence, obligations: promises(fence) })),
    };
    holdsSameProgram(program, emit(hostile, "size"));
  }
});

it("any text leaves the program as it is", () => {
  fc.assert(
    fc.property(fc.nat(chips.length - 1), hostility, fc.constantFrom("size", "speed"), (chip, change, optimize) =>
      sameProgram(chips[chip]!, change, optimize),
    ),
    {
      numRuns: 100,
    },
  );
});

it("each fragment by itself leaves the program as it is", () => {
  const [planned] = chips.filter(({ chip }) => chip.id === "stm32h743");
  for (const fragment of fragments)
    for (const change of [
      (index: number) => `${fragment}${index}`,
      (index: number) => `${index}${fragment}`,
      (index: number) => `a ${index} ${fragment} b`,
    ])
      sameProgram(planned!, change, "size");
});

it("ids cannot lead out of the folder, nor to a file that lists the chips", () => {
  const listing = new Set(renderCommon([], options, described).map(({ path }) => path));
  const planned = chips[0]!;
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...fragments, "main", "mod"), hostileText), (id) => {
      for (const { path } of renderChip({ ...planned, chip: { ...planned.chip, id } }, options)) {
        expect(path).toMatch(/^(?:rust\/src|typescript)\/[A-Za-z0-9_-]+\.(?:rs|ts)$/);
        expect(listing.has(path)).toBe(false);
        expect(path).not.toMatch(/\/(?:lib|main|mod)\.rs$/);
      }
    }),
    { numRuns: 300 },
  );
});

it("the files that list the chips hold any id and any licence", () => {
  const listed = (...ids: string[]) => ids.map((id, index) => ({ id, paths: [`rust/src/chip_${index}.rs`] }));
  const honest = renderCommon(listed("a", "b"), { licence: ["One.", "Two."] }, described);
  const text = (files: typeof honest, path: string) => files.find((file) => file.path === path)!.content;
  fc.assert(
    fc.property(hostileText, hostileText, (one, two) => {
      const files = renderCommon(listed(`1${one}`, `2${two}`), { licence: [one, two] }, described);
      for (const { content } of files) seenThroughout(content);
      for (const path of ["rust/src/lib.rs", "rust/src/cortex_m.rs", "rust/src/dma_fence.rs", "rust/kernel/src/lib.rs"])
        expect(shape(codeOf(text(files, path)))).toEqual(shape(codeOf(text(honest, path))));
      expect(syntaxOf(text(files, "typescript/index.ts"))).toEqual(syntaxOf(text(honest, "typescript/index.ts")));
      for (const path of ["rust/Cargo.toml", "rust/kernel/Cargo.toml"]) {
        const facts = (toml: string) => toml.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
        const asNamed = (line: string) => line.replace(/^[A-Za-z0-9_-]+ = \[\]$/, "feature = []");
        expect(facts(text(files, path)).map(asNamed)).toEqual(facts(text(honest, path)).map(asNamed));
      }
    }),
    { numRuns: 200 },
  );
});
