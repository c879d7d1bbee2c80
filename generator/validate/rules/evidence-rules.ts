// Rules on who says so: what is cited, and for which facts.
import { nearest } from "../../diagnostics/nearest.ts";
import type { Pointer } from "../../load/source-file.ts";
import { linesOfFile, parseCitation } from "../../notation/citation.ts";
import { namesIn } from "../../notation/shared-keys.ts";
import { sourceKeysOf } from "../library.ts";
import { apart, isNoName } from "./name-rules.ts";
import {
  definedLevels,
  entries,
  findCore,
  levelsHere,
  masterSites,
  memorySites,
  nameOfCore,
  type RuleContext,
  sites,
  visitLeaves,
} from "./rule.ts";

/** Keys whose values are citations, wherever they stand. */
const citing = new Set(["source", "noCacheSource"]);

/** Whether a text at a place is a citation. Names of memories and masters are keys, and may be any word. */
function isCitation(pointer: Pointer): boolean {
  const [section] = pointer;
  if (section === "evidence") return !isRemark(pointer);
  if (section === "sources" || section === "memories" || section === "parameters") return false;
  const below = section === "masters" ? pointer.slice(2) : pointer;
  // The key itself, or that of one of several facts below it.
  return below
    .filter((step) => typeof step === "string")
    .slice(-2)
    .some((step) => citing.has(step));
}

/** What stands beside citations: when and in which edition they were read, and what a source says that differs, with the reason. */
function isRemark(pointer: Pointer): boolean {
  const [, , , fact] = pointer;
  if (fact === "readOn" || fact === "readIn") return pointer.length === 4;
  return fact === "differs" && pointer.at(-1) !== "source";
}

export function citationsLeadSomewhere(context: RuleContext): void {
  const { description, library } = context;
  const declared = { ...library.sources, ...description.value.sources };
  const known = ["unverified", ...library.sourceKeys, ...sourceKeysOf(description)];
  visitLeaves(description.file.value, (value, pointer) => {
    if (typeof value !== "string" || !isCitation(pointer)) return;
    const { key, revision, place } = parseCitation(value);
    const report = (code: Parameters<RuleContext["report"]>[0], message: string, mend?: string) =>
      context.report(code, [...pointer], message, mend === undefined ? {} : { mend });
    if (key !== "unverified" && /[,;(] ?unverified\b/.test(value))
      report("rule/unverified-within", "a citation and what is unverified are one text");
    if (key === "TODO") {
      report("rule/source-to-do", "no source has been looked for yet");
      return;
    }
    if (!known.includes(key)) {
      const meant = nearest(key, known);
      const isCut = typeof pointer.at(-1) === "number" && value.split("(").length !== value.split(")").length;
      report(
        "rule/unknown-source",
        `\`${key}\` is declared neither under \`sources\` nor in sources.yaml`,
        isCut
          ? "Put the whole citation in quotes: within brackets, a comma ends a text."
          : meant
            ? `Did you mean \`${meant}\`?`
            : undefined,
      );
      return;
    }
    // What is declared in a wrong form has an error of its own.
    if (key !== "unverified" && !Object.hasOwn(declared, key)) return;
    const isOfRepository = Object.hasOwn(declared, key) && declared[key]?.repository !== undefined;
    if (revision !== undefined && !isOfRepository)
      report("rule/misplaced-revision", `\`${key}\` is no repository, and \`@${revision}\` would be its commit`);
    const [lines] = isOfRepository && revision === undefined ? (place.match(linesOfFile) ?? []) : [];
    if (lines !== undefined)
      report(
        "rule/lines-without-revision",
        `\`${lines}\` are lines of a file of \`${key}\`, and no commit is named`,
        `Write \`${key}@COMMIT …\`, or name a function or a part of the file in place of its lines.`,
      );
  });
}

/** A source of that key could not be cited. */
export function sourcesAreNotCalledUnverified({ description, report }: RuleContext): void {
  if (Object.hasOwn(description.value.sources ?? {}, "unverified"))
    report(
      "rule/name-of-the-language",
      ["sources", "unverified"],
      "`unverified` is what nobody has read, and no source",
      {
        at: "key",
        mend: "Give the source another key.",
      },
    );
}

/** The commit of a repository stands where its lines are cited. */
export function repositoriesHaveNoRevision({ description, report }: RuleContext): void {
  for (const [key, source] of Object.entries(description.value.sources ?? {}))
    if (source?.repository !== undefined && source.revision !== undefined)
      report("rule/misplaced-revision", ["sources", key, "revision"], `\`${key}\` is a repository`, {
        mend: `Take the key out, and cite \`${key}@${source.revision} …\`: other citations may be of other commits.`,
      });
}

/** The facts that a source may be given for, by section. */
const factsOf = {
  cores: ["core"],
  memories: ["place", "cachedBy"],
  masters: ["reach", "snoops", "alignment"],
} as const;

/** Each name is one of the description's, and each fact of it has one place where its sources stand. */
export function evidenceIsOfEntries(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const { evidence, cores } = description.value;
  const names = {
    cores: sites(cores, []).flatMap(({ value }) => nameOfCore(value) ?? []),
    memories: memorySites(context).map(({ value }) => value.name),
    masters: masterSites(context).map(({ value }) => value.name),
  };
  for (const section of ["cores", "memories", "masters"] as const) {
    const entries = evidence?.[section];
    if (typeof entries !== "object" || Array.isArray(entries)) continue;
    const seen = new Set<string>();
    for (const [key, source] of Object.entries(entries)) {
      const pointer = ["evidence", section, key];
      const facts = typeof source === "object" && !Array.isArray(source) ? Object.keys(source) : factsOf[section];
      if (namesIn(key).some(isNoName)) {
        context.report("rule/comma-in-name", pointer, `\`${key}\` is no list of names`, { at: "key", ...apart(key) });
        continue;
      }
      for (const name of namesIn(key)) {
        if (!names[section].includes(name)) {
          const meant = nearest(name, names[section]);
          context.report("rule/evidence-of-nothing", pointer, `\`${name}\` is none of the chip's ${section}`, {
            at: "key",
            mend: meant ? `Did you mean \`${meant}\`?` : `They are ${names[section].join(", ") || "none"}.`,
          });
        }
        const twice = facts.filter((fact) => seen.has(JSON.stringify([name, fact])));
        for (const fact of facts) seen.add(JSON.stringify([name, fact]));
        if (twice.length > 0)
          context.report(
            "rule/evidence-twice",
            pointer,
            `the sources of \`${name}\` (${twice.join(", ")}) stand in two places`,
            { at: "key" },
          );
      }
    }
  }
}

/** The facts of an entry that `facts --against` compares, and the one that is meant where `differs` names none. */
const comparedFacts = {
  cores: { facts: ["core", "count", "data cache"], otherwise: "core" },
  levels: { facts: ["line", "size", "ways", "registers"], otherwise: "line" },
  memories: { facts: ["registers"], otherwise: "its place" },
  masters: { facts: ["snoops"], otherwise: "snoops" },
} as const;

/** A difference of a fact that is never compared would be known of nothing. */
export function differencesAreOfComparedFacts(context: RuleContext): void {
  const { description } = context;
  for (const { value, pointer } of definedLevels(context))
    checkDifferences(context, "levels", (value as { differs?: unknown }).differs, [...pointer, "differs"]);
  if (description.kind !== "chip") return;
  for (const section of ["cores", "memories", "masters"] as const) {
    const ofSection = description.value.evidence?.[section];
    if (typeof ofSection !== "object" || Array.isArray(ofSection)) continue;
    for (const [name, entry] of Object.entries(
      ofSection as Readonly<Record<string, { differs?: unknown } | undefined>>,
    )) {
      const levels = section === "cores" ? levelsOfCores(context, namesIn(name)) : undefined;
      checkDifferences(context, section, entry?.differs, ["evidence", section, name, "differs"], levels);
    }
  }
}

/** Names of the levels that some of these cores have on this chip; undefined where what they are is not known. */
function levelsOfCores(context: RuleContext, names: readonly string[]): string[] | undefined {
  const meant = entries(context).filter(({ value }) => names.includes(nameOfCore(value) ?? ""));
  if (meant.length === 0 || meant.some(({ value }) => findCore(context, value.core) === undefined)) return undefined;
  const ofChip = context.description.kind === "chip" ? sites(context.description.value.caches, []) : [];
  const levels = [...meant.flatMap(({ value }) => levelsHere(context, value)), ...ofChip.map(({ value }) => value)];
  return levels.flatMap(({ name }) => name ?? []);
}

/** @param levels of the cores that a difference is about, where it may be of a level */
function checkDifferences(
  context: RuleContext,
  part: keyof typeof comparedFacts,
  differs: unknown,
  pointer: Pointer,
  levels?: readonly string[],
): void {
  const { facts, otherwise } = comparedFacts[part];
  const list = Array.isArray(differs)
    ? differs.map((each, index) => [each, [...pointer, index]] as const)
    : [[differs, pointer] as const];
  for (const [difference, at] of list) {
    const fact = (difference as { fact?: unknown } | undefined)?.fact;
    if (typeof fact !== "string" || (facts as readonly string[]).includes(fact)) continue;
    const [, level, ofLevel] = /^([^:]+): (.+)$/.exec(fact) ?? [];
    if (part === "cores" && (comparedFacts.levels.facts as readonly string[]).includes(ofLevel ?? "")) {
      if (!levels || levels.includes(level!)) continue;
      context.report("rule/evidence-of-nothing", [...at, "fact"], `\`${level}\` is no level of this core`, {
        mend: levels.length > 0 ? `Its levels are ${levels.join(", ")}.` : "It has none.",
      });
      continue;
    }
    const more =
      part === "cores" ? `, and of a level such as \`L1D: line\` ${comparedFacts.levels.facts.join(", ")}` : "";
    context.report("rule/evidence-of-nothing", [...at, "fact"], `\`${fact}\` is compared with no file`, {
      mend: `Compared are ${facts.join(", ")}${more}; without the key it is ${otherwise}.`,
    });
  }
}
