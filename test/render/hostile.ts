// Texts that no honest description contains, and planned chips that say nothing else.
import fc from "fast-check";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";

/** What ends, opens, escapes, reorders or hides something, in one of the languages or on a terminal. */
export const fragments: readonly string[] = [
  ...["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\t", " ", "\u00a0", "\u3000", "\ufeff"],
  ...["*/", "/*", "//", "///", "//!", "/**", "*", "/", "#", "#![", "-->", "<!--", "</script>", "<b onclick=x>", "&lt;"],
  ...['"', "'", "`", "```", "~~~", "``", "\\", '\\"', "\\\\", "\\n", "\\u{d800}", "\\u0022", 'r#"', '"#', "b'", "'a"],
  ...["{", "}", "{{", "}}", "{}", "{x}", "{buffer}", "{address}", "{line:w}", "${x}", "$&", "$1", "{{{this}}}", "%s"],
  ...["[", "]", "[a](javascript:b)", "[a]: http://b", "![a](b)", "|", "\\|", "| --- |", "---", "===", "1.", "1)", "- "],
  ...["\u0000", "\u0007", "\b", "\u001b[2J", "\u001b]0;x\u0007", "\u007f", "\u009b31m", "\u009d"],
  ...["\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\u00ad", "\u034f", "\u115f", "\u3164", "\u2800", "\u{e0041}"],
  ...["\ud800", "\udc00", "\ud83d\ude00", "\ue000", "\uffff", "\u{10ffff}", "\u00e9", "e\u0301", "\u65e5\u672c"],
  ...["@ts-ignore", "@ts-nocheck", "#__PURE__", "@__PURE__", "@deprecated", "@internal", "://", "www.a.b", "a@b.c"],
  ...[
    "__proto__",
    "constructor",
    "self",
    "Self",
    "fn",
    "class",
    "lib",
    "index",
    "_",
    "0",
    "A",
    "a-b",
    "../",
    "..",
    "::",
  ],
  ...[";", "; b evil", "\n.section x", ".word 1", ".option pop", "dsb sy", "#1", "@ comment", "# comment", "MEMORY"],
];

const spelt = (points: readonly number[]) => String.fromCodePoint(...points);

export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.array(fc.nat(0x10ffff), { maxLength: 6 }).map(spelt)), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

/** A way of changing each text of a description into another one, different texts into different ones. */
export const hostility: fc.Arbitrary<(index: number) => string> = fc
  .tuple(fc.array(hostileText, { minLength: 1, maxLength: 5 }), hostileText)
  .map(
    ([texts, end]) =>
      (index) =>
        `${texts[index % texts.length]}${index}${end}`,
  );

/** Words of the model, which no description makes up: its closed unions, and what the planner calls its steps. */
const words = new Set(
  `read write device-read device-write maintenance non-shareable inner-shareable outer-shareable full-system release acquire
  write-back write-through read-only configurable document repository none clean invalidate clean-and-invalidate discard-dirty
  constant address first-line last-byte end size-bytes size-lines instruction store poll call modify masked apart clear set line range whole-cache
  coherency unification this-level virtual physical ignored wrong ordered completed architecture always unknown never all
  normal write-combining first last right inconclusive return-if-empty region-guard read-line-size mask-interrupts restore-interrupts barrier
  compiler-barrier maintain-lines maintain-range maintain-whole-cache complete-maintenance edges as-given line-aligned chip
  regions memory-attributes buffer-owns-its-lines buffer-fills-its-lines every-buffer-fills-its-lines edge-lines-quiet edge-lines-quiet-elsewhere identity-mapping one-address address-handed-over not-reentrant write-buffer-off write-buffer cache-stays-off
  mechanism controller erratum parameter atomic shared-registers`.split(/\s+/),
);

/** The chip with every text from a description changed. Instructions keep their placeholders, so that operands stay. */
export function withTexts(planned: PlannedChip, change: (index: number) => string): PlannedChip {
  const changed = new Map<string, string>();
  const text = (value: string): string => {
    if (value === "" || words.has(value)) return value;
    const other = changed.get(value) ?? change(changed.size);
    changed.set(value, other);
    return other;
  };
  const visit = (value: unknown, isAssembly: boolean): unknown => {
    if (typeof value === "string") return isAssembly ? value + withoutOperands(text(value)) : text(value);
    if (Array.isArray(value)) return value.map((each) => visit(each, isAssembly));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        visit(each, (isAssembly && key !== "requires" && key !== "sources") || assemblyKeys.has(key)),
      ]),
    );
  };
  return visit(planned, false) as PlannedChip;
}

/** An instruction that names an operand which it did not name is another program, not another text. */
function withoutOperands(text: string): string {
  return text.replace(/\{(?=(?:address|zero)\})/g, "{ ");
}

const assemblyKeys = new Set(["instruction", "assembly"]);
