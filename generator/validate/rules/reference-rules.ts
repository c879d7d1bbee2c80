// Rules on how descriptions refer to each other, and on the sources that they cite.

import { nearest } from "../../diagnostics/diagnostic.ts";
import type { Pointer } from "../../load/source-file.ts";
import { fenceMethods } from "../../model/chip.ts";
import { hasFormOf } from "../../notation/revision.ts";
import { targetOf } from "../../notation/rust-target.ts";
import { idOf } from "../library.ts";
import {
  definedCores,
  definedLevels,
  definedMechanisms,
  entries,
  findCore,
  findMechanism,
  type LooseErratum,
  type LooseMechanism,
  maintenanceOf,
  type RuleContext,
  type Site,
  sites,
  targetsOf,
  usedCores,
  usedLevels,
  visitLeaves,
} from "./rule.ts";

export function idIsFileStem(context: RuleContext): void {
  const { description } = context;
  const id = idOf(description);
  const stem = /([^/\\]+)\.ya?ml$/.exec(description.file.path)?.[1];
  // Standard input has no name to compare with.
  if (id === undefined || stem === undefined || id === stem) return;
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

/** A core or mechanism that a chip defines inline does not take the place of a described one. */
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
  for (const { value, pointer } of definedCores(context)) check("core", value.core, pointer);
  for (const { value, pointer } of definedMechanisms(context)) check("mechanism", value.mechanism, pointer);
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
  for (const { value, pointer } of entries(context)) {
    const targets = targetsOf(context, value);
    if (targets.length === 0) continue;
    for (const { value: triple, pointer: at } of sites(value.rustTargets, [...pointer, "rustTargets"])) {
      if (targetOf(triple, targets)) continue;
      const { architecture } = findCore(context, value.core)!;
      context.report(
        "rule/rust-target-of-other-architecture",
        at,
        `\`${triple}\` is no target of ${architecture}: its targets are ${targets.flatMap(({ triples }) => triples).join(", ")}`,
      );
    }
  }
}

/** Effects that an operation has at least; a replacement must keep them. */
const parts: Readonly<Record<string, readonly string[]>> = {
  clean: ["clean"],
  invalidate: ["invalidate"],
  "clean-and-invalidate": ["clean", "invalidate"],
  "discard-dirty": ["discard-dirty"],
};

export function errataNameOperations(context: RuleContext): void {
  const { description } = context;
  const lists = [
    ...definedCores(context).map(({ value, pointer }) => ({ errata: value.errata, pointer })),
    ...(description.kind === "chip" || description.kind === "mechanism"
      ? [{ errata: description.value.errata, pointer: [] }]
      : []),
  ];
  const mechanisms =
    description.kind === "mechanism"
      ? [description.value]
      : usedLevels(context).flatMap((level) => findMechanism(context, maintenanceOf(level) ?? "") ?? []);
  const operations = new Map(mechanisms.flatMap((mechanism) => Object.entries(mechanism.operations ?? {})));
  const registers = mechanisms.flatMap((mechanism) => Object.keys(mechanism.registers ?? {}));
  for (const { errata, pointer } of lists) {
    for (const { value, pointer: at } of sites(errata, [...pointer, "errata"])) {
      const names = (operation: string, where: readonly (string | number)[], key: boolean) => {
        if (operations.has(operation)) return true;
        context.report("rule/unknown-operation", where, `no mechanism used here has an operation \`${operation}\``, {
          at: key ? "key" : "value",
          mend: `Known are ${[...operations.keys()].join(", ") || "none"}.`,
        });
        return false;
      };
      for (const [from, to] of Object.entries(value.replaceOperation ?? {})) {
        const where = [...at, "replaceOperation", from];
        const bothKnown = [names(from, where, true), names(String(to), where, false)].every(Boolean);
        if (!bothKnown) continue;
        const needed = parts[operations.get(from)?.effect ?? ""] ?? [];
        const given = parts[operations.get(String(to))?.effect ?? ""] ?? [];
        if (!needed.every((part) => given.includes(part))) {
          context.report("rule/erratum-weakens-operation", where, `\`${to}\` does not do all that \`${from}\` does`);
        }
      }
      for (const { value: name, pointer: where } of sites(value.withoutOperation, [...at, "withoutOperation"]))
        names(name, where, false);
      for (const [from, to] of Object.entries(value.replaceRegister ?? {})) {
        const other = otherCommand(mechanisms, from, String(to));
        if (other)
          context.report(
            "rule/erratum-weakens-operation",
            [...at, "replaceRegister", from],
            `\`${to}\` is the register of \`${other.is}\`, which does something else than \`${other.was}\``,
          );
      }
      for (const name of Object.entries(value.replaceRegister ?? {}).flat()) {
        if (!registers.includes(String(name))) {
          context.report(
            "rule/unknown-register",
            [...at, "replaceRegister"],
            `no mechanism used here has a register \`${name}\``,
          );
        }
      }
    }
  }
}

/** Operations that would be one, and are not, if one register took the place of the other. */
function otherCommand(
  mechanisms: readonly LooseMechanism[],
  from: string,
  to: string,
): { readonly was: string; readonly is: string } | undefined {
  const using = (register: string, { operations }: LooseMechanism) =>
    Object.entries(operations ?? {}).filter(([, operation]) =>
      JSON.stringify(operation?.sequence ?? []).includes(`"register":${JSON.stringify(register)}`),
    );
  const meaning = ([, operation]: ReturnType<typeof using>[number]) =>
    JSON.stringify([operation?.effect, operation?.unit ?? "line", operation?.reaches ?? "coherency"]);
  for (const mechanism of mechanisms)
    for (const was of using(from, mechanism))
      for (const is of using(to, mechanism)) if (meaning(was) !== meaning(is)) return { was: was[0], is: is[0] };
  return undefined;
}

/** An erratum that changes nothing and asks for nothing is only a remark. */
export function errataHaveEffect(context: RuleContext): void {
  for (const { value, pointer } of definedErrata(context)) {
    const effects = [value.replaceOperation, value.withoutOperation, value.replaceRegister, value.obligation];
    if (value.completionBeforeMaintenance === true || effects.some((effect) => effect !== undefined)) continue;
    context.report(
      "rule/erratum-without-effect",
      [...pointer, "erratum"],
      `${value.erratum ?? "the erratum"} changes no fence and asks nothing of its user`,
    );
  }
}

function definedErrata(context: RuleContext): Site<LooseErratum>[] {
  const { description } = context;
  return [
    ...definedCores(context).flatMap(({ value, pointer }) => sites(value.errata, [...pointer, "errata"])),
    ...definedMechanisms(context).flatMap(({ value, pointer }) => sites(value.errata, [...pointer, "errata"])),
    ...(description.kind === "chip" ? sites(description.value.errata, ["errata"]) : []),
  ] as Site<LooseErratum>[];
}

/** A revision that is written in another way than those of an erratum cannot be compared with them. */
export function revisionsCanBeCompared(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const check = (revision: string | undefined, errata: readonly (LooseErratum | undefined)[], pointer: Pointer) => {
    if (revision === undefined || revision === "unknown") return;
    const other = errata.find(
      (erratum) =>
        Array.isArray(erratum?.affects) &&
        !erratum.affects.some((each) => typeof each === "string" && hasFormOf(each, revision)),
    );
    if (other)
      context.report(
        "rule/revision-of-other-form",
        pointer,
        `\`${revision}\` is written in another way than the revisions of ${other.erratum}: ${(other.affects as string[]).join(", ")}`,
      );
  };
  for (const { value, pointer } of sites(description.value.cores, ["cores"]))
    check(value.revision, (findCore(context, value.core)?.errata ?? []) as LooseErratum[], [...pointer, "revision"]);
  check(description.value.revision, (description.value.errata ?? []) as LooseErratum[], ["revision"]);
  for (const { value: level, pointer } of definedLevels(context)) {
    const { maintenance } = level;
    if (typeof maintenance !== "object" || maintenance?.revision === undefined) continue;
    const mechanism = findMechanism(context, maintenance.mechanism ?? "");
    check(maintenance.revision, (mechanism?.errata ?? []) as LooseErratum[], [...pointer, "maintenance", "revision"]);
  }
}

export function overridesNameBarriers(context: RuleContext): void {
  const { description, library } = context;
  if (description.kind === "architecture") {
    const barriers = description.value.barriers;
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
    ...usedLevels(context).flatMap((level) => findMechanism(context, maintenanceOf(level) ?? "")?.barriers ?? []),
  ];
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

export function citationsLeadSomewhere(context: RuleContext): void {
  const { description } = context;
  const declared = new Set(["unverified", ...Object.keys(description.value.sources ?? {})]);
  visitLeaves(description.file.value, (value, pointer) => {
    if (typeof value !== "string") return;
    // The key itself, or that of one of several facts below it.
    const names = pointer.filter((step) => typeof step === "string").slice(-2);
    if (!names.some((name) => ["source", "noCacheSource", "noDmaSource"].includes(name)) || pointer[0] === "sources")
      return;
    const key = value.split(" ", 1)[0]!;
    if (key !== "unverified" && /[,;(] ?unverified\b/.test(value)) {
      context.report("rule/unverified-within", [...pointer], "a citation and what is unverified are one text");
    }
    if (declared.has(key)) return;
    if (key === "TODO") {
      context.report("rule/source-to-do", [...pointer], "no source has been looked for yet");
      return;
    }
    const meant = nearest(key, declared);
    const isCut = typeof pointer.at(-1) === "number" && value.split("(").length !== value.split(")").length;
    context.report(
      "rule/unknown-source",
      [...pointer],
      `\`${key}\` is not declared under \`sources\``,
      isCut
        ? { mend: "Put the whole citation in quotes: within brackets, a comma ends a text." }
        : meant
          ? { mend: `Did you mean \`${meant}\`?` }
          : {},
    );
  });
}
