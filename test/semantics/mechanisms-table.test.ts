// The table of mechanisms in SEMANTICS.md says what the descriptions say. `FENCEGEN_UPDATE_SEMANTICS=1 npx vitest run
// --config test/vitest.config.ts mechanisms-table` writes it anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { barrierRows } from "../../generator/validate/barrier-rows.ts";
import { root } from "../support/command.ts";
import { shippedPaths, shippedText } from "../support/pipeline.ts";

// biome-ignore lint/suspicious/noExplicitAny: descriptions are shown as what they were parsed to, without types.
type Loose = any;

const path = join(root, "generator/semantics/SEMANTICS.md");
const between = /(?<=<!-- mechanisms -->\n\n)[\s\S]*(?=\n<!-- \/mechanisms -->)/;

it("lists every mechanism with what its description states of order", () => {
  const text = readFileSync(path, "utf8");
  expect(text).toMatch(between);
  if (process.env["FENCEGEN_UPDATE_SEMANTICS"]) writeFileSync(path, text.replace(between, table));
  else expect(between.exec(text)![0], "run this test with FENCEGEN_UPDATE_SEMANTICS=1").toBe(table());
});

function table(): string {
  const rows = described("mechanisms").map(({ mechanism, ...facts }) => [
    `[\`${mechanism}\`](../../chips/mechanisms/${mechanism}.yaml)`,
    facts.ordering.accessClass,
    `${counted(facts.ordering, "afterEarlierSameLine")} / ${counted(facts.ordering, "beforeLaterSameLine")}`,
    stated(facts.ordering.earlierMustComplete),
    doneWhen(facts),
    sourcesOf(facts.ordering, facts.completion),
  ]);
  const head = ["Mechanism", "Counts as", "Same line: earlier / later", "`earlierMustComplete`", "Done when", "Source"];
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");
}

function described(folder: string): Loose[] {
  return shippedPaths.filter((path) => path.startsWith(`chips/${folder}/`)).map((path) => parse(shippedText(path)));
}

function stated(fact: true | undefined): string {
  return fact ? "yes" : "–";
}

/** A claim that nobody has read counts for nothing. */
function counted({ source, ...facts }: Loose, fact: string): string {
  const isUnread = [source?.[fact] ?? source].flat().some((each) => `${each}`.startsWith("unverified"));
  return facts[fact] && isUnread ? "not read" : stated(facts[fact]);
}

function doneWhen({ ordering, completion, architectures = [], barriers = [] }: Loose): string {
  if (ordering.doneWhen === "ordered") return "issued";
  if (completion) return `${completion.sequence.map(accessed).join(", ")}, then a barrier`;
  const own = described("architectures").filter(({ architecture }) => architectures.includes(architecture));
  const completing = [...own, { barriers }]
    .flatMap((each) => each.barriers.flatMap(barrierRows))
    .filter(({ completes }) => completes?.includes(ordering.accessClass))
    .map(({ instruction }) => instruction as string);
  return [...new Set(completing.map((each) => nameOf(each, completing)))].map((name) => `\`${name}\``).join(" or ");
}

function accessed({ instruction, write, store, poll }: Loose): string {
  return `\`${instruction ?? (write ?? poll)?.register ?? store.to}\``;
}

/** The first word of a barrier of which there are variants. */
function nameOf(instruction: string, barriers: readonly string[]): string {
  const [name] = instruction.split(" ");
  return barriers.some((other) => other !== instruction && other.startsWith(`${name} `)) ? name! : instruction;
}

/** A citation, or one for each of several facts. */
function sourceTexts(source: Loose): string[] {
  if (typeof source === "string") return [source];
  return Object.entries(source).flatMap(([fact, cited]) =>
    [cited as string | string[]].flat().map((each) => (each.startsWith("unverified") ? `${fact}: ${each}` : each)),
  );
}

function sourcesOf(...facts: readonly Loose[]): string {
  const cited = facts.flatMap(({ source = [] } = {}) => [source].flat().flatMap(sourceTexts));
  return [...new Set(cited)].join("; ");
}
