// Rules on what a description has otherwise than the one that it builds on: `differs`, of a core, of one entry of a chip's
// cores, and of a mechanism where a level is maintained.
import type {
  Architecture,
  DifferencesFromCore,
  LevelDifference,
  MechanismDifferences,
  Source,
} from "#generated/descriptions.js";
import type { Pointer } from "../../load/source-file.ts";
import { isExact, isQuantity, parseQuantity } from "../../notation/quantity.ts";
import { counts } from "../../notation/revision.ts";
import { barrierRows } from "../barrier-rows.ts";
import { mechanismDefaults } from "../mechanism-facts.ts";
import type { Loose } from "../validate-schema.ts";
import {
  definedCores,
  definedLevels,
  entries,
  findCore,
  findMechanism,
  type LooseCore,
  type LooseErratum,
  type LooseMechanism,
  maintenanceOf,
  type RuleContext,
  type Site,
  sites,
} from "./rule.ts";

type LooseDifferences = Loose<DifferencesFromCore>;
type LooseLevelDifference = Loose<LevelDifference>;
type LooseUse = Loose<MechanismDifferences>;

/** What stands under `differs`, each with its place, and what it is compared with. */
export function differencesFromCores(context: RuleContext): void {
  for (const { value, pointer } of definedCores(context))
    checkArchitecture(context, value.differs as LooseDifferences | undefined, value, [...pointer, "differs"]);
  for (const entry of entries(context)) {
    const core = findCore(context, entry.value.core);
    const differs = entry.value.differs as LooseDifferences | undefined;
    if (!differs || !core) continue;
    const at = [...entry.pointer, "differs"];
    if (typeof entry.value.core === "object")
      context.report("rule/nothing-differs", at, "the core is defined here, and can say this itself", { at: "key" });
    checkLevels(context, differs, core, at);
    checkErrata(context, differs.errata, core.errata as LooseErratum[] | undefined, {
      at: [...at, "errata"],
      revision: entry.value.revision,
      whose: `\`${core.core}\``,
    });
    checkArchitecture(context, differs, core, at);
  }
}

export function differencesFromMechanisms(context: RuleContext): void {
  for (const { value: level, pointer } of definedLevels(context)) {
    const { maintenance } = level;
    const differs = typeof maintenance === "object" ? (maintenance?.differs as LooseUse | undefined) : undefined;
    const id = maintenanceOf(level);
    const mechanism = id === undefined ? undefined : findMechanism(context, id);
    if (!differs || !mechanism) continue;
    const at = [...pointer, "maintenance", "differs"];
    checkMechanism(context, differs, mechanism, at);
    checkErrata(context, differs.errata, mechanism.errata as LooseErratum[] | undefined, {
      at: [...at, "errata"],
      revision: typeof maintenance === "object" ? maintenance?.revision : undefined,
      whose: `\`${id}\``,
    });
  }
}

function checkLevels(context: RuleContext, { caches }: LooseDifferences, core: LooseCore, at: Pointer): void {
  const levels = sites(core.caches, []).map(({ value }) => value);
  for (const [name, difference] of Object.entries(caches ?? {})) {
    const level = levels.find((each) => each.name === name);
    const place = [...at, "caches", name];
    if (!level)
      context.report("rule/unknown-cache-level", place, `\`${core.core}\` has no cache level \`${name}\``, {
        at: "key",
        mend:
          levels.length > 0
            ? `Its levels are ${levels.flatMap((each) => each.name ?? []).join(", ")}; one behind them is an entry of \`caches\` beside \`differs\`.`
            : "It has none of its own; one behind it is an entry of `caches` beside `differs`.",
      });
    else if (difference?.absent) checkAbsent(context, difference, place);
    else checkFacts(context, difference, level, place);
  }
}

function checkAbsent(context: RuleContext, { absent, source, ...facts }: LooseLevelDifference, at: Pointer): void {
  needsSource(context, source, at);
  for (const key of Object.keys(facts))
    context.report("rule/nothing-differs", [...at, key], "a level that is absent has no facts", { at: "key" });
}

function checkMechanism(
  context: RuleContext,
  { address, ordering, operations }: LooseUse,
  mechanism: LooseMechanism,
  at: Pointer,
): void {
  const defaults = mechanismDefaults;
  checkFacts(context, address, { ...defaults.address, ...mechanism.address }, [...at, "address"]);
  checkFacts(context, ordering, { ...defaults.ordering, ...mechanism.ordering }, [...at, "ordering"]);
  const known = new Map(Object.entries(mechanism.operations ?? {}));
  for (const [name, difference] of Object.entries(operations ?? {})) {
    const place = [...at, "operations", name];
    if (known.has(name)) checkFacts(context, difference, { ...defaults.operation, ...known.get(name) }, place);
    else
      context.report("rule/unknown-operation", place, `\`${mechanism.mechanism}\` has no operation \`${name}\``, {
        at: "key",
        mend: `Known are ${[...known.keys()].join(", ")}.`,
      });
  }
}

interface Errata {
  readonly at: Pointer;
  readonly revision: string | undefined;
  readonly whose: string;
}

function checkErrata(
  context: RuleContext,
  differs: LooseDifferences["errata"],
  errata: readonly (LooseErratum | undefined)[] | undefined,
  { at, revision, whose }: Errata,
): void {
  for (const [number, difference] of Object.entries(differs ?? {})) {
    const place = [...at, number];
    const known = (errata ?? []).flatMap((each) => each?.erratum ?? []);
    const erratum = errata?.find((each) => each?.erratum === number);
    if (!erratum) {
      context.report("rule/unknown-erratum", place, `no erratum \`${number}\` of ${whose} is described`, {
        at: "key",
        mend: known.length > 0 ? `Described are ${known.join("; ")}.` : "None is described.",
      });
      continue;
    }
    needsSource(context, difference?.source, place);
    if (erratum.affects === undefined || difference?.holds === undefined) continue;
    const affects = erratum.affects === "all" ? "all" : sites(erratum.affects, []).map(({ value }) => value);
    if (counts({ affects, harms: erratum.harms }, revision).affected === difference.holds)
      context.report(
        "rule/nothing-differs",
        [...place, "holds"],
        `of this revision ${number} ${difference.holds ? "holds" : "does not hold"} anyway`,
      );
  }
}

function checkArchitecture(
  context: RuleContext,
  differs: Pick<LooseDifferences, "barriers" | "programOrder"> | undefined,
  { architecture: id }: LooseCore,
  at: Pointer,
): void {
  const architecture = id === undefined ? undefined : context.library.get("architecture", id)?.value;
  if (!differs || !architecture) return;
  const known = sites(architecture.barriers as Loose<Architecture["barriers"]>, []).flatMap(({ value }) =>
    barrierRows(value),
  );
  for (const { value, pointer } of sites(differs.barriers, [...at, "barriers"])) {
    needsSource(context, value.source, pointer);
    const rows = known.filter(({ instruction }) => instruction === value.instruction);
    if (rows.length === 0)
      context.report(
        "rule/unknown-barrier",
        [...pointer, "instruction"],
        `${id} lists no barrier \`${value.instruction}\``,
        { mend: `It lists ${[...new Set(known.flatMap(({ instruction }) => instruction ?? []))].join("; ")}.` },
      );
    else if (rows.some((row) => effectOf(row) === effectOf(value) && (value.domain ?? row.domain) === row.domain))
      context.report("rule/nothing-differs", [...pointer, "instruction"], `${id} says the same of this barrier`);
  }
  // What is kept for some memory only may be kept for all here.
  const kept = pairsOf(architecture.programOrder?.filter((row) => !row?.notForWriteCombining));
  for (const { value, pointer } of sites(differs.programOrder, [...at, "programOrder"])) {
    needsSource(context, value.source, pointer);
    if (pairsOf([value]).every((pair) => kept.includes(pair)))
      context.report("rule/nothing-differs", pointer, `${id} keeps these in order by itself`);
  }
}

type Classes = readonly (string | undefined)[] | undefined;

function effectOf({
  earlier,
  later,
  completes,
}: {
  readonly earlier?: Classes;
  readonly later?: Classes;
  readonly completes?: Classes;
}): string {
  return JSON.stringify([earlier, later, completes].map((classes) => [...(classes ?? [])].sort()));
}

function pairsOf(
  rows: readonly ({ readonly earlier?: Classes; readonly later?: Classes } | undefined)[] | undefined,
): string[] {
  return (rows ?? []).flatMap((row) => (row?.earlier ?? []).flatMap((e) => (row?.later ?? []).map((l) => `${e} ${l}`)));
}

/** Facts of which each is something else than before, and has a source. */
function checkFacts(context: RuleContext, difference: object | undefined, described: object, at: Pointer): void {
  if (!difference) return;
  const before = new Map<string, unknown>(Object.entries(described));
  const { source } = difference as { source?: unknown };
  for (const [key, value] of Object.entries(difference)) {
    if (key === "source") continue;
    const own = key === "maintenance" ? toUse(value) : undefined;
    const same = own ? isSame(toUse(before.get(key))?.use, own.use) : isSame(before.get(key), value);
    // Where only facts of the mechanism are otherwise, each of those has a source of its own.
    if (same && own?.differs) continue;
    if (same)
      context.report(
        "rule/nothing-differs",
        [...at, key],
        `the description that this builds on has the same \`${key}\``,
      );
    needsSource(context, own?.source ?? sourceFor(key, source), [...at, key]);
  }
}

/** One source for all facts, or one for each; what is not named in the latter goes with any of them. */
function sourceFor(key: string, source: unknown): unknown {
  if (typeof source !== "object" || source === null || Array.isArray(source)) return source;
  const facts = new Map(Object.entries(source));
  return ["lineBytes", "writePolicy", "enabled"].includes(key) ? facts.get(key) : [...facts.values()][0];
}

/** How a level is maintained, apart from what it is cited from and from what is otherwise about the mechanism. */
function toUse(maintenance: unknown): { use: object; source: unknown; differs: unknown } | undefined {
  if (typeof maintenance === "string")
    return { use: { mechanism: maintenance }, source: undefined, differs: undefined };
  if (typeof maintenance !== "object" || maintenance === null) return undefined;
  const { source, differs, ...use } = maintenance as { source?: unknown; differs?: unknown };
  return { use, source, differs };
}

function isSame(one: unknown, other: unknown): boolean {
  const number = (value: unknown) =>
    (typeof value === "string" || typeof value === "number") && isQuantity(String(value)) && isExact(value)
      ? parseQuantity(value)
      : undefined;
  return JSON.stringify(one) === JSON.stringify(other) || (number(one) !== undefined && number(one) === number(other));
}

/** A fact that nobody has read takes the place of none that somebody has. */
function needsSource(context: RuleContext, source: unknown, at: Pointer): void {
  const citations = (Array.isArray(source) ? source : [source]) as readonly Source[];
  const isRead = citations.some((each) => typeof each === "string" && !/^(unverified|TODO)\b/.test(each));
  if (!isRead)
    context.report("rule/difference-without-source", at, "what differs here was read in no source", { at: "key" });
}

/** A core that is defined inline under the name of a described one is mostly a copy of it, and goes without its errata. */
export function describedCoresAreNotCopied(context: RuleContext): void {
  const { description, library } = context;
  if (description.kind !== "chip") return;
  for (const { value, pointer } of inlineCores(context)) {
    const copied = library.ids("core").find((id) => {
      const described = library.get("core", id)?.value;
      return value.core?.startsWith(`${id}-`) && described?.architecture === value.architecture;
    });
    if (copied === undefined) continue;
    const missing = sites(library.get("core", copied)!.value.errata, []).flatMap(({ value: { erratum } }) =>
      value.errata?.some((own) => own?.erratum === erratum) ? [] : (erratum ?? []),
    );
    context.report(
      "rule/copied-core",
      [...pointer, "core"],
      `\`${copied}\` is described${missing.length > 0 ? `, and with it ${missing.join("; ")}, which is not here` : ""}`,
      {
        mend: `Write \`core: ${copied}\`, and beside it what is added (\`caches\`) and what is otherwise (\`differs\`).`,
      },
    );
  }
}

function inlineCores(context: RuleContext): Site<LooseCore>[] {
  return context.description.kind === "chip" ? definedCores(context) : [];
}
