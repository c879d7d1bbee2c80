// Pictures of executions of shipped fences that are unlike each other, with a sample of changes: well-formed, named for whoever does not see them, and every
// text inside. Nothing here names a chip.
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { rail } from "../../generator/picture/rail.ts";
import { ribbons } from "../../generator/picture/ribbons.ts";
import { mermaidText, sequenceDiagram } from "../../generator/picture/sequence-diagram.ts";
import { signs } from "../../generator/picture/signs.ts";
import { escaped, fitted, textWidth } from "../../generator/picture/svg.ts";
import { themes } from "../../generator/picture/theme.ts";
import { changesOf, linkNameOf } from "../../generator/verifier/fence-change.ts";
import type { FenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { counterexampleNamed, replayNamed } from "../../generator/verifier/replay-named.ts";
import type { Replay } from "../../generator/verifier/replayed.ts";
import { traceRows } from "../../generator/verifier/trace.ts";
import { unlikeFences } from "../support/shipped-fences.ts";

const fences = unlikeFences();

/** One change in twelve, and the last, that has an execution. */
function replaysOf(fence: FenceUnderTest): Replay[] {
  const all = changesOf(fence);
  return all
    .filter((_, index) => index % 12 === 1 || index === all.length - 1)
    .flatMap((change) => {
      const found = counterexampleNamed(fence, change);
      if (found.kind !== "counterexample") return [];
      const replay = replayNamed(fence, { change: linkNameOf(change, fence.plan), ...found });
      if ("doesNotReplay" in replay) throw new Error(replay.doesNotReplay);
      return [replay];
    });
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Every element with its own text; fails on what is no XML. */
function elementsOf(svg: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(svg).close();
  return elements;
}

/** What is wrong with a picture; nothing for one that may be shown. */
function faultsOf(svg: string): string[] {
  const [picture, ...elements] = elementsOf(svg);
  const [, top, width, shown] = picture!.attributes["viewBox"]!.split(" ").map(Number);
  const height = top! + shown!;
  const ids = new Set(elements.flatMap(({ attributes }) => attributes["id"] ?? []));
  const labels = picture!.attributes["aria-labelledby"]!.split(" ");
  const faults = labels.filter((id) => !ids.has(id)).map((id) => `no ${id}`);
  for (const { name, attributes, text } of elements) {
    for (const [key, value] of Object.entries(attributes)) {
      if (/NaN|undefined|Infinity/.test(value)) faults.push(`${name} ${key}="${value}"`);
      const [, id] = /^url\(#(.*)\)$/.exec(value) ?? [];
      if (id !== undefined && !ids.has(id)) faults.push(`${id} is nowhere`);
    }
    if (name !== "text") continue;
    const size = Number(attributes["font-size"]);
    const own = textWidth(text, size, attributes["font-family"] !== undefined);
    const [x, y] = [Number(attributes["x"]), Number(attributes["y"])];
    const left = x - { start: 0, middle: own / 2, end: own }[attributes["text-anchor"] ?? "start"]!;
    if (left < 0 || left + own > width! || y - size < top! || y > height) faults.push(`${text} is outside`);
  }
  return faults;
}

describe.each(fences)("%s", (name, fence) => {
  it("can be drawn, whatever is left out", () => {
    for (const replay of replaysOf(fence)) {
      const options = { title: name, theme: "auto" } as const;
      const whole = ribbons(replay, options);
      expect(faultsOf(whole)).toEqual([]);
      expect(ribbons(replay, options)).toBe(whole);
      const part = { ...options, isPart: true };
      for (const drawn of [ribbons(replay, { ...part, current: 1 }), rail(replay, 1, part)])
        expect(faultsOf(drawn)).toEqual([]);
      for (let step = 0; step <= replay.steps.length; step++) {
        expect(faultsOf(rail(replay, step, options))).toEqual([]);
        expect(faultsOf(rail(replay, step, { ...options, line: replay.lines.length - 1 }))).toEqual([]);
      }
      expect(diagramFaults(sequenceDiagram(replay))).toEqual([]);
      const described = elementsOf(whole).find(({ name: element }) => element === "desc")!.text;
      for (const { cpu, device } of traceRows(replay)) expect(described).toContain(cpu || device);
    }
  });
});

/** Lines that Mermaid would not read. */
function diagramFaults(diagram: string): string[] {
  const [first, ...lines] = diagram.split("\n");
  const word = "(?:#\\d+;|[\\w .,:()[\\]/+-])*";
  const line = new RegExp(
    `^  (participant p\\d+ as ${word}|Note over p\\d+(,p\\d+)?: ${word}|p\\d+->>p\\d+: ${word})$`,
  );
  return [...(first === "sequenceDiagram" ? [] : [first!]), ...lines.filter((each) => !line.test(each))];
}

/** Of the first fence that has one. */
const replay = (() => {
  for (const [, fence] of fences) for (const each of replaysOf(fence)) return each;
  throw new Error("no fence has an execution");
})();
const hostile = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc.constantFrom(
    "</text><script>alert(1)</script>",
    `" onload="x" x='`,
    "]]>&amp;&lt;<!--",
    "\u0000\u0008\u202e\ufffe\ud800",
    "end",
    "; #quot; %%{init: {}}%%",
    "x".repeat(3000),
  ),
);

describe("a name that somebody made up", () => {
  const with_ = (name: string): Replay => ({
    ...replay,
    core: name,
    masters: [name],
    scenario: name,
    preventedBy: name,
    lines: replay.lines.map((line) => ({
      ...line,
      memory: name,
      levels: line.levels.map((level) => ({ ...level, name })),
      front: line.front.map((level) => ({ ...level, name })),
    })),
    accesses: replay.accesses.map((access) => ({ ...access, text: name })),
  });

  it("is text and nothing else in every picture", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...themes), (name, theme) => {
        const options = { title: name, theme, idPrefix: name };
        const plain = elementsOf(ribbons({ ...replay }, { title: "t", theme })).filter(
          ({ name: each }) => each !== "text",
        );
        const whole = ribbons(with_(name), options);
        expect(faultsOf(whole)).toEqual([]);
        const kinds = (elements: readonly Element[]) => new Set(elements.map((each) => each.name));
        expect(kinds(elementsOf(whole).filter(({ name: each }) => each !== "text"))).toEqual(kinds(plain));
        expect(faultsOf(rail(with_(name), 1, options))).toEqual([]);
        expect(diagramFaults(sequenceDiagram(with_(name)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("is escaped so that it comes back, but for what nobody would see", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(elementsOf(`<t>${escaped(text)}</t>`)[0]!.text).toBe(text.replace(/[^\x20-\x7e]/g, "\u25a1"));
        expect(mermaidText(text)).toMatch(/^(#\d+;|[\w .,:()[\]/+-])*$/);
      }),
    );
  });

  it("is cut where there is no room", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 20, max: 400 }), (text, room) => {
        expect(textWidth(fitted(text, room, 12), 12)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

it("needs no colour to tell states and owners apart", () => {
  const shapes = (svg: string) => svg.replaceAll(/(fill|stroke)="(?!none|url)[^"]*"/g, "");
  for (const [, fence] of fences.slice(0, 5))
    for (const each of replaysOf(fence)) {
      const copies = each.steps.flatMap(({ state }) =>
        state.lines.flatMap(({ levels, memory }) => [...levels, memory]),
      );
      const svg = shapes(ribbons(each, { title: "t", theme: "dark" }));
      if (copies.some(({ isDirty }) => isDirty)) expect(svg).toContain("-hatch)");
      if (copies.some(({ status }) => status === "stale")) expect(svg).toContain('stroke-dasharray="5 3"');
      if (copies.some(({ cells }) => cells[0]?.owner === "DMA")) expect(svg).toMatch(/<circle [^>]*r="8"/);
    }
});

it.each([
  ["light", false],
  ["dark", false],
  ["page", true],
  ["auto", true],
] as const)("takes the colours of the page in theme %s: %s", (theme, isOfPage) => {
  const svg = ribbons(replay, { title: "t", theme });
  expect(svg.includes("var(--fence-")).toBe(isOfPage);
  expect(svg.includes("prefers-color-scheme")).toBe(theme === "auto");
});

it("tells each sign apart by its shape, in words that a picture has as well", () => {
  const all = signs({ theme: "page", idPrefix: "rail" });
  expect(new Set(all.map(({ svg }) => svg.replace(/var\(--fence-(?!ground)[^)]*\)/g, ""))).size).toBe(all.length);
  const whole = ribbons(replay, { title: "x", theme: "light" });
  for (const { means } of all) expect(whole).toContain(means);
});
