// What the playground offers and explains, by the schemas and the names that there are.
import { expect, it } from "vitest";
import { namesIn } from "../../generator/editors/names.ts";
import { completionsAt, meaningAt } from "../../generator/site/playground/completions.ts";
import { startText } from "../../generator/site/playground/start-text.ts";
import { loadWithoutChips, shippedText } from "../support/pipeline.ts";

const path = "chips/my-chip.yaml";
const { library } = loadWithoutChips({ [path]: startText });
const names = namesIn(library, ({ file }) => file.path === path);

/** At `|`. */
function offered(text: string) {
  const at = text.indexOf("|");
  const found = completionsAt(text.replace("|", ""), at, names);
  return found && { ...found, word: text.slice(found.from, at), labels: found.options.map(({ label }) => label) };
}

it("offers the kinds of descriptions where there is none", () => {
  expect(offered("ch|")).toMatchObject({
    word: "ch",
    labels: ["chip", "core", "mechanism", "architecture", "sources"],
  });
});

it("offers keys that do not stand there yet, each with what it means", () => {
  const { labels, options, word } = offered(startText.replace("evidence:", "ev|\nevidence:"))!;
  expect(word).toBe("ev");
  expect(labels).toContain("errata");
  expect(labels).not.toContain("masters");
  expect(labels).not.toContain("evidence");
  for (const { means, kind } of options)
    expect({ kind, isSaid: means.length > 10 }).toEqual({ kind: "key", isSaid: true });
});

it("offers keys in a list's entries, in maps and in maps on one line", () => {
  expect(offered(startText.replace("    revision: r1p1", "    |"))!.labels).toEqual(
    expect.arrayContaining(["revision", "name", "count"]),
  );
  expect(offered(startText.replace("  - core: cortex-m7\n    revision: r1p1", "  - |"))!.labels).toContain("core");
  expect(offered(startText.replace("size: 1MiB }", "size: 1MiB, ca| }"))!.labels).toContain("cachedBy");
  expect(offered(startText.replace("    reads: [Flash]", "    |"))!.labels).toContain("snoops");
});

it("offers names that there are", () => {
  const { options, word } = offered(startText.replace("cortex-m7", "cortex-m|"))!;
  expect(word).toBe("cortex-m");
  expect(options).toContainEqual({ label: "cortex-m7", kind: "name", means: "Arm Cortex-M7" });
  expect(offered(startText.replace("reaches: [AXI SRAM]", "reaches: [|]"))!.labels).toEqual(
    expect.arrayContaining(["AXI SRAM", "Flash", "SRAM"]),
  );
});

it("offers the values of a key", () => {
  const { options } = offered(startText.replace("cachedBy: none", "cachedBy: |"))!;
  expect(options).toContainEqual({ label: "none", kind: "value", means: "No cache ever holds it." });
});

it("writes a colon behind a key that has none", () => {
  const applied = (text: string) => offered(text)!.options.find(({ label }) => label === "title")!.apply;
  expect(applied("chip: a\nti|")).toBe("title: ");
  expect(applied("chip: a\nti|: A")).toBe("title");
});

it("explains keys, values and names", () => {
  const at = (word: string) => meaningAt(startText, startText.indexOf(word) + 1, names);
  expect(at("cachedBy")).toMatchObject({ title: "cachedBy", form: expect.stringContaining("one of all, none") });
  expect(at("none }")).toMatchObject({ title: "none", means: "No cache ever holds it." });
  expect(at("cortex-m7")).toMatchObject({ title: "cortex-m7", means: "Arm Cortex-M7", form: "" });
  expect(at("A small chip")).toBeUndefined();
});

it("takes any offset of any text", () => {
  const texts = [
    startText,
    shippedText("chips/stm32h743.yaml").slice(0, 1200),
    "a: [b, {c: d",
    "- - -\n  : :",
    "&a *a",
    "",
    "%",
  ];
  for (const text of texts)
    for (let offset = 0; offset <= text.length; offset++) {
      const found = completionsAt(text, offset, names);
      if (found) expect(found.from).toBeLessThanOrEqual(offset);
      const meaning = meaningAt(text, offset, names);
      if (meaning) expect(meaning.from <= offset && offset <= meaning.to).toBe(true);
    }
});
