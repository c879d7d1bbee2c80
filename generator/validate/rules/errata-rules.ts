// Rules on errata: what they change, and for which silicon.
import type { Pointer } from "../../load/source-file.ts";
import { hasFormOf } from "../../notation/revision.ts";
import {
  definedCores,
  definedLevels,
  definedMechanisms,
  findCore,
  findMechanism,
  type LooseErratum,
  type LooseMechanism,
  maintenanceOf,
  type RuleContext,
  type Site,
  sites,
  usedCaches,
} from "./rule.ts";

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
      : usedCaches(context).flatMap((level) => findMechanism(context, maintenanceOf(level) ?? "") ?? []);
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
        const problem =
          other && `\`${to}\` is the register of \`${other.is}\`, which does something else than \`${other.was}\``;
        const weaker = problem ?? narrowerRegister(mechanisms, from, String(to));
        if (weaker) context.report("rule/erratum-weakens-operation", [...at, "replaceRegister", from], weaker);
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

/** Why one register cannot hold what the other one is given; undefined where it can. */
function narrowerRegister(mechanisms: readonly LooseMechanism[], from: string, to: string): string | undefined {
  for (const { registers = {} } of mechanisms) {
    const [was, is] = [from, to].map((name) => (Object.hasOwn(registers, name) ? registers[name] : undefined));
    if (!was || !is) continue;
    const { widthBits: wasWidth = 32, bits: wasBits = wasWidth } = was;
    const { widthBits = 32, bits = widthBits } = is;
    if (widthBits !== wasWidth)
      return `an access of \`${to}\` has ${widthBits} bits, and one of \`${from}\` ${wasWidth}`;
    if (bits < wasBits) return `\`${to}\` takes ${bits} bits, and \`${from}\` ${wasBits}`;
  }
  return undefined;
}

/** An erratum that changes nothing and asks for nothing is only a remark. */
export function errataHaveEffect(context: RuleContext): void {
  for (const { value, pointer } of definedErrata(context).flat()) {
    const effects = [value.replaceOperation, value.withoutOperation, value.replaceRegister, value.obligation];
    if (value.completionBeforeMaintenance === true || effects.some((effect) => effect !== undefined)) continue;
    context.report(
      "rule/erratum-without-effect",
      [...pointer, "erratum"],
      `${value.erratum ?? "the erratum"} changes no fence and asks nothing of its user`,
    );
  }
}

/** The lists of errata of this description: of each core, of each mechanism, and of the chip. */
function definedErrata(context: RuleContext): Site<LooseErratum>[][] {
  const { description } = context;
  return [
    ...definedCores(context).map(({ value, pointer }) => sites(value.errata, [...pointer, "errata"])),
    ...definedMechanisms(context).map(({ value, pointer }) => sites(value.errata, [...pointer, "errata"])),
    ...(description.kind === "chip" ? [sites(description.value.errata, ["errata"])] : []),
  ] as Site<LooseErratum>[][];
}

/** `differs` tells errata by their numbers. */
export function errataHaveNumbersOfTheirOwn(context: RuleContext): void {
  for (const list of definedErrata(context)) {
    const known = new Set<string>();
    for (const { value, pointer } of list) {
      const { erratum } = value;
      if (erratum === undefined) continue;
      if (known.has(erratum))
        context.report("rule/stated-twice", [...pointer, "erratum"], `\`${erratum}\` stands in this list already`);
      known.add(erratum);
    }
  }
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
