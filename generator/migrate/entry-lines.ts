// Memories and masters as maps by name: what several have in common stands once.
import { reachKeys } from "./addresses.ts";
import type { Entry, Fact } from "./entries.ts";
import { columns, commentLines, scalar } from "./print.ts";

export function memoryLines(memories: readonly Entry[], nothingIsCached: boolean): string[] {
  if (memories.length === 0) return ["memories: {}"];
  return [
    "memories:",
    ...memories.flatMap(({ name, facts, comments }) => {
      const own = [...facts].filter(
        ([key, { text }]) => !(key === "cachedBy" && text === (nothingIsCached ? "none" : "all")),
      );
      return [...commentLines(comments, "  "), ...entryLines(name, own, true)];
    }),
  ];
}

/** What a master need not say: what is taken where it says nothing. */
function isDefault(key: string, value: string): boolean {
  return (key === "snoops" && value === "none") || (key === "reaches" && value === "[]");
}

export function masterLines(masters: readonly Entry[], memories: readonly Entry[]): string[] {
  if (masters.length === 0) return ["masters: {}"];
  const all = memories.map(({ name }) => scalar(name, true));
  const own = masters.map((entry) => ({
    ...entry,
    facts: [...entry.facts].flatMap(([key, fact]): [string, Fact][] => {
      if (isDefault(key, fact.text)) return [];
      return [[key, reachKeys.includes(key) && isAll(fact.text, all) ? everything : fact]];
    }),
  }));
  const common = commonFacts(own);
  const rows: { names: string[]; facts: [string, Fact][]; comments: readonly string[] }[] = [];
  for (const { name, facts, comments } of own) {
    const rest = facts.filter(([key, { text }]) => common.get(key)?.text !== text);
    const last = rows.at(-1);
    const isAlike = last && sameFacts(last.facts, rest) && comments.length === 0;
    if (isAlike && [...last.names, name].join(", ").length <= 80) last.names.push(name);
    else rows.push({ names: [name], facts: rest, comments });
  }
  return [
    ...(common.size > 0 ? ["everyMaster:", ...factLines([...common], "  ")] : []),
    "masters:",
    ...rows.flatMap(({ names, facts, comments }) => [
      ...commentLines(comments, "  "),
      ...entryLines(names.join(", "), facts, false),
    ]),
  ];
}

/** Whether a list names every memory, of three at least: of fewer the names are as short. */
function isAll(list: string, all: readonly string[]): boolean {
  const names = list.replace(/^\[|\]$/g, "").split(", ");
  return all.length >= 3 && names.length === all.length && all.every((name) => names.includes(name));
}

const everything: Fact = { text: "all", lines: (head) => [`${head} all`] };

type Facts = readonly (readonly [string, Fact])[];

function sameFacts(some: Facts, others: Facts): boolean {
  const texts = (facts: Facts) => JSON.stringify(facts.map(([key, { text }]) => [key, text]));
  return texts(some) === texts(others);
}

/** What most masters have in common, of keys that each of them has; of one or two it is as short to say it of each. */
function commonFacts(masters: readonly { readonly facts: Facts }[]): Map<string, Fact> {
  const common = new Map<string, Fact>();
  if (masters.length < 3) return common;
  for (const [key] of masters[0]!.facts) {
    if (key === "note" || key === "requires") continue;
    const values = masters.map(({ facts }) => facts.find(([other]) => other === key)?.[1]);
    if (values.includes(undefined)) continue;
    const timesOf = (fact: Fact) => values.filter((other) => other!.text === fact.text).length;
    const most = values.reduce((best, each) => (timesOf(each!) > timesOf(best!) ? each : best))!;
    if (timesOf(most) * 2 > masters.length && timesOf(most) >= 3) common.set(key, most);
  }
  return common;
}

function entryLines(name: string, facts: Facts, oneLine: boolean): string[] {
  const key = scalar(name, false);
  if (facts.length === 0) return [`  ${key}: {}`];
  const line = `  ${key}: { ${facts.map(([fact, { text }]) => `${fact}: ${text}`).join(", ")} }`;
  if (oneLine && line.length <= columns) return [line];
  return [`  ${key}:`, ...factLines(facts, "    ")];
}

function factLines(facts: readonly (readonly [string, Fact])[], margin: string): string[] {
  return facts.flatMap(([key, fact]) => fact.lines(`${margin}${key}:`, `${margin}  `));
}
