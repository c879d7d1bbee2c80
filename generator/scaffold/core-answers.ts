// The cores of a chip as they are answered, and the Rust targets of each.
import { didYouMean, nearestOf } from "../diagnostics/nearest.ts";
import { targetOf, toTargets } from "../notation/rust-target.ts";
import { type Catalogue, type CoreAnswer, type CoreChoice, type Parsed, parseId } from "./chip-answers.ts";
import { usualTargets } from "./usual-targets.ts";

export interface TargetAnswer {
  /** Name of the core that it is for; undefined for every core that it fits. */
  readonly coreName: string | undefined;
  readonly triple: string;
}

/** It goes into the name of a type. */
export const coreNamePattern = /^[A-Z][A-Za-z0-9]*$/;

/** The described cores that a misspelt or shortened id may mean, the likeliest first. */
export function coresLike(text: string, { cores }: Catalogue): string[] {
  const id = text.trim().toLowerCase().split(/[:@]/)[0]!;
  const near = nearestOf(id, cores.keys());
  const parts = id.length < 2 ? [] : [...cores.keys()].filter((each) => each.includes(id));
  return [...new Set([...near, ...parts])].slice(0, 4);
}

/** `ID`, `ID:Name`, or `ID@ARCHITECTURE` for a core that no file describes. */
export function parseCore(text: string, catalogue: Catalogue): Parsed<CoreChoice> {
  const { cores, targetArchitectures } = catalogue;
  const [, id = "", architecture, name] = /^([^@:]*)(?:@([^:]*))?(?::(.*))?$/.exec(text.trim()) ?? [];
  const parsedId = parseId(id);
  if ("problem" in parsedId) return parsedId;
  if (name !== undefined && !coreNamePattern.test(name))
    return { problem: `\`${name}\` is no name for a core: it goes into the name of a type, such as M7` };
  const facts = cores.get(id);
  if (architecture === undefined) {
    if (facts) return { value: { id, spelling: id, architecture: facts.architecture, facts, name } };
    const meant = coresLike(id, catalogue).map((each) => `\`${each}\``);
    const hint = meant.length > 0 ? `; did you mean ${meant.join(" or ")}?` : "";
    return { problem: `no core \`${id}\` is described${hint} (\`${id}@ARCHITECTURE\` is for a new one)` };
  }
  if (facts) return { problem: `the core \`${id}\` is described already, with its architecture` };
  if (!targetArchitectures.has(architecture)) {
    const known = [...targetArchitectures.keys()];
    return {
      problem: `no architecture \`${architecture}\` is described${didYouMean(architecture, known) || `; known are ${known.join(", ")}`}`,
    };
  }
  return { value: { id, spelling: `${id}@${architecture}`, architecture, facts: undefined, name } };
}

/** `TRIPLE`, or `NAME:TRIPLE` for one of several cores. */
export function parseTarget(text: string): Parsed<TargetAnswer> {
  const [, coreName, triple = ""] = /^(?:([^:]*):)?(.*)$/.exec(text.trim()) ?? [];
  if (!/^[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)+$/.test(triple))
    return { problem: `\`${triple}\` is no Rust target triple, such as thumbv7em-none-eabi` };
  return { value: { coreName, triple } };
}

/** Why cores that were chosen one by one do not go together. */
export function problemsOfCores(cores: readonly CoreChoice[]): string[] {
  if (cores.length < 2) return [];
  return cores.flatMap(({ id, name }, index) => {
    if (name === undefined) return [`with several cores each needs a name: \`${id}:Name\``];
    return cores.findIndex((other) => other.name === name) < index ? [`two cores are called \`${name}\``] : [];
  });
}

/** The targets of each core: those given for it, else those that chips like it list. */
export function withTargets(
  cores: readonly CoreChoice[],
  targets: readonly TargetAnswer[],
  catalogue: Catalogue,
): { readonly cores: readonly CoreAnswer[]; readonly problems: readonly string[] } {
  const isFor = (core: CoreChoice, { coreName, triple }: TargetAnswer) =>
    coreName === undefined ? fits(triple, core, catalogue) : coreName === core.name;
  const problems = targets.flatMap((target) => {
    const { coreName, triple } = target;
    const meant = cores.filter((core) => isFor(core, target));
    if (meant.length === 0)
      return [
        coreName === undefined ? `\`${triple}\` is no target of any of the cores` : `no core is called \`${coreName}\``,
      ];
    return meant.flatMap((core) =>
      fits(triple, core, catalogue) ? [] : [`\`${triple}\` is no target of ${core.architecture}`],
    );
  });
  return {
    problems,
    cores: cores.map((core) => {
      const own = targets.filter((target) => isFor(core, target)).map(({ triple }) => triple);
      return { ...core, rustTargets: own.length > 0 ? [...new Set(own)] : usualTargets(core, catalogue) };
    }),
  };
}

function fits(triple: string, { architecture }: CoreChoice, { targetArchitectures }: Catalogue): boolean {
  return targetOf(triple, toTargets(targetArchitectures.get(architecture))) !== undefined;
}
