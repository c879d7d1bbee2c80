// Rules on how descriptions refer to each other.

import { nearest } from "../../diagnostics/nearest.ts";
import { type Pointer, sourcesName } from "../../load/source-file.ts";
import { fenceMethods } from "../../model/chip.ts";
import { targetOf } from "../../notation/rust-target.ts";
import { barrierRows } from "../barrier-rows.ts";
import { idOf } from "../library.ts";
import {
  definedCores,
  definedMechanisms,
  entries,
  findCore,
  findMechanism,
  type LooseCore,
  maintenanceOf,
  type RuleContext,
  sites,
  targetsOf,
  usedCaches,
  usedCores,
} from "./rule.ts";

export function idIsFileStem(context: RuleContext): void {
  const { description } = context;
  const stem = /([^/\\]+)\.ya?ml$/.exec(description.file.path)?.[1];
  // Standard input has no name to compare with.
  if (stem === undefined) return;
  if (description.kind === "sources") {
    // Where a single chip is asked for, no other file is looked into for sources.
    if (`${stem}.yaml` !== sourcesName)
      context.report(
        "rule/id-differs-from-file",
        ["sources"],
        `sources that several descriptions cite are read from ${sourcesName}, and this is ${stem}.yaml`,
        { mend: `Rename the file to ${sourcesName}, or declare what one description cites under \`sources\` of it.` },
      );
    return;
  }
  const id = idOf(description);
  if (id === undefined || id === stem) return;
  context.report(
    "rule/id-differs-from-file",
    [description.kind],
    `the ${description.kind} is called \`${id}\`, its file ${stem}.yaml`,
  );
}

export function coresAndArchitecturesAreKnown(context: RuleContext): void {
  const { description, library } = context;
  for (const { value, pointer } of definedCores(context)) {
    const id = value.architecture;
    if (id !== undefined && !library.get("architecture", id)) {
      context.report("rule/unknown-reference", [...pointer, "architecture"], `no architecture \`${id}\` is described`, {
        mend: library.suggestion("architecture", id),
      });
    }
  }
  if (description.kind !== "chip") return;
  for (const { value, pointer } of sites(description.value.cores, ["cores"])) {
    if (typeof value.core === "string" && !library.get("core", value.core)) {
      context.report("rule/unknown-reference", [...pointer, "core"], `no core \`${value.core}\` is described`, {
        mend: library.suggestion("core", value.core),
      });
    }
  }
}

/** A core or mechanism that a chip defines inline does not take the place of a described one, or of another that it defines. */
export function inlineIdsAreNew(context: RuleContext): void {
  const { description, library } = context;
  if (description.kind !== "chip") return;
  const check = (kind: "core" | "mechanism", id: string | undefined, pointer: Pointer) => {
    const described = id === undefined ? undefined : library.get(kind, id);
    if (described)
      context.report(
        "rule/duplicate-id",
        [...pointer, kind],
        `${kind} \`${id}\` is described in ${described.file.path}`,
        {
          mend: `Give it an id of its own, such as \`${id}-${idOf(description)}\`, or leave the definition out.`,
        },
      );
  };
  // Two worlds of one core are two entries, which define it alike.
  const cores = new Map<string, LooseCore>();
  for (const { value, pointer } of definedCores(context)) {
    check("core", value.core, pointer);
    const before = cores.get(value.core ?? "");
    if (before && JSON.stringify(before) !== JSON.stringify(value))
      context.report("rule/duplicate-id", [...pointer, "core"], `another core \`${value.core}\` is defined above`);
    else if (value.core !== undefined) cores.set(value.core, value);
  }
  const mechanisms = new Set<string>();
  for (const { value, pointer } of definedMechanisms(context)) {
    check("mechanism", value.mechanism, pointer);
    if (value.mechanism === undefined) continue;
    if (mechanisms.has(value.mechanism))
      context.report(
        "rule/duplicate-id",
        [...pointer, "mechanism"],
        `another mechanism \`${value.mechanism}\` is defined above`,
      );
    mechanisms.add(value.mechanism);
  }
}

export function severalCoresHaveNames(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const cores = sites(description.value.cores, ["cores"]);
  if (cores.length < 2) return;
  const names = new Set<string>();
  for (const { value, pointer } of cores) {
    if (value.name === undefined)
      context.report(
        "rule/several-cores-without-name",
        pointer,
        "this chip has several cores, and this one has no `name`",
      );
    else if (names.has(value.name))
      context.report("rule/duplicate-name", [...pointer, "name"], `two cores are called \`${value.name}\``);
    else names.add(value.name);
  }
}

export function rustTargetsFit(context: RuleContext): void {
  for (const { value, pointer } of definedCores(context)) checkTargets(value, value.rustTargets, pointer);
  for (const { value, pointer } of entries(context)) {
    const core = findCore(context, value.core);
    if (core && (value.rustTargets ?? core.rustTargets) === undefined)
      context.report(
        "rule/no-rust-target",
        [...pointer, "core"],
        `no target is listed here, nor in the description of \`${core.core}\``,
      );
    if (core) checkTargets(core, value.rustTargets, pointer);
  }

  function checkTargets(core: LooseCore, triples: LooseCore["rustTargets"], pointer: Pointer): void {
    const targets = targetsOf(context, core);
    if (targets.length === 0) return;
    for (const { value: triple, pointer: at } of sites(triples, [...pointer, "rustTargets"])) {
      if (targetOf(triple, targets)) continue;
      context.report(
        "rule/rust-target-of-other-architecture",
        at,
        `\`${triple}\` is no target of ${core.architecture}: its targets are ${targets.flatMap((row) => row.triples).join(", ")}`,
      );
    }
  }
}

export function overridesNameBarriers(context: RuleContext): void {
  const { description, library } = context;
  if (description.kind === "architecture") {
    const barriers = description.value.barriers?.flatMap((row) => (row ? barrierRows(row) : []));
    for (const fence of fenceMethods) {
      const use = description.value.tockFence?.[fence];
      if (use && barriers && !isListed(use, barriers)) {
        context.report("rule/unknown-barrier", ["tockFence", fence], `the architecture lists no barrier \`${use}\``);
      }
    }
  }
  if (description.kind !== "chip") return;
  const barriers = [
    ...usedCores(context).flatMap((core) => library.get("architecture", core.architecture ?? "")?.value.barriers ?? []),
    ...usedCaches(context).flatMap((level) => findMechanism(context, maintenanceOf(level) ?? "")?.barriers ?? []),
  ].flatMap((row) => (row ? barrierRows(row) : []));
  if (barriers.length === 0) return;
  for (const { value, pointer } of sites(description.value.barrierOverrides, ["barrierOverrides"])) {
    if (value.use !== undefined && !isListed(value.use, barriers)) {
      const meant = nearest(
        value.use,
        barriers.flatMap((barrier) => barrier?.instruction ?? []),
      );
      context.report(
        "rule/unknown-barrier",
        [...pointer, "use"],
        `the architecture has no barrier \`${value.use}\``,
        meant ? { mend: `Did you mean \`${meant}\`?` } : {},
      );
    }
  }
}

/** A place of a fence has one barrier of the chip's choice. */
export function overridesHavePlacesOfTheirOwn({ description, report }: RuleContext): void {
  if (description.kind !== "chip") return;
  const known = new Set<string>();
  for (const { value, pointer } of sites(description.value.barrierOverrides, ["barrierOverrides"])) {
    const { fence, at } = value;
    if (fence === undefined || at === undefined) continue;
    if (known.has(`${fence} ${at}`))
      report("rule/stated-twice", [...pointer, "at"], `another barrier is put ${at} in ${fence} already`);
    known.add(`${fence} ${at}`);
  }
}

/** Whether the instruction is one of the barriers; `fence rw, o` matches a row `fence {earlier}, {later}`. */
function isListed(use: string, barriers: readonly ({ instruction?: string; select?: object } | undefined)[]): boolean {
  return barriers.some((barrier) => {
    if (!barrier?.instruction) return false;
    if (!barrier.select) return barrier.instruction === use;
    const letters = Object.values(barrier.select).map(escaped).join("|");
    const pattern = escaped(barrier.instruction).replace(/\\\{(earlier|later)\\\}/g, `(${letters})+`);
    return new RegExp(`^${pattern.replace(/, ?/g, ", ?")}$`).test(use);
  });
}

/** A text in which a regular expression finds nothing but characters. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
