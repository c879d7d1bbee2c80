// Whether the class of a fence is one of the chip and core on which it is used, by what emitted classes say of themselves.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { fenceNames } from "../notation/names.ts";

/** What an emitted class says of itself. */
interface Said {
  readonly name: string;
  /** The chip's title. */
  readonly chip: string;
}

/**
 * Refuses a class that says that it is of another chip, or of another core of this one. One that says nothing is somebody's own, and may be
 * for any; so may one whose name a bundler has changed, as far as cores go: only the name tells those of one chip apart.
 * @param Fence the class, or what is taken for one
 * @param advice what to do about another core
 * @throws {RangeError} naming the chips or cores
 */
export function requireFenceOf(
  Fence: unknown,
  chip: ResolvedChip,
  core: ResolvedCore,
  advice: (own: ResolvedCore, fenceName: string) => string = ({ name }) => `give core: ${JSON.stringify(name)}`,
): void {
  const said = saidBy(Fence);
  if (!said) return;
  if (said.chip !== chip.title)
    throw new RangeError(`${said.name} is a fence of the ${said.chip}, and the chip is the ${chip.title} (${chip.id})`);
  const own = chip.cores.find(({ name }) => Object.values(fenceNames(chip.id, name)).includes(said.name));
  if (own && own !== core)
    throw new RangeError(
      `${said.name} is a fence of the core ${own.name}, and the core is ${core.name}: ${advice(own, said.name)}`,
    );
}

/** What the class says, or else the first of those that it extends. */
function saidBy(Fence: unknown): Said | undefined {
  for (let each = Fence; typeof each === "function"; each = Object.getPrototypeOf(each)) {
    const { reach } = each as { readonly reach?: { readonly chip?: unknown } };
    if (Object.hasOwn(each, "reach") && typeof reach?.chip === "string") return { name: each.name, chip: reach.chip };
  }
  return undefined;
}
