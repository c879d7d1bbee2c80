// What the Rust output of a chip consists of: a file for each type of fence, and one for each table of what masters reach.
import type { ResolvedChip, ResolvedCore } from "../../model/chip.ts";
import { typeStem } from "../../notation/names.ts";
import { coreOf } from "../../plan/plan-chip.ts";
import { type Shared, sharedBy, sharedByCore } from "../../plan/shared-fence.ts";
import type { PrintedFence } from "../printer.ts";
import { isTableOf, type ReachTable, reachTables } from "../reach-tables.ts";
import { hasMasters, moduleOf, type Placed, placeOf, type RustSettings, snakeCase } from "./placement.ts";
import { baseOf, groupWorlds } from "./worlds.ts";

/** A type of fence, and the file that it has. */
export interface FenceUnit {
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
  /** Name of the type, less its parameter. */
  readonly name: string;
  /** One, or several that differ in an address. */
  readonly fences: readonly [PrintedFence, ...PrintedFence[]];
  /** Whether the type takes the address of its registers as a parameter. */
  readonly takesBase: boolean;
  /** Set where the fence is that of its architecture or core. */
  readonly shared: Shared | undefined;
  readonly place: Placed;
}

export interface MastersUnit {
  readonly table: ReachTable;
  /** The fences of the cores whose table it is. */
  readonly fences: readonly FenceUnit[];
  readonly place: Placed;
}

export interface ChipUnits {
  readonly fences: readonly FenceUnit[];
  readonly masters: readonly MastersUnit[];
}

export function unitsOf(chip: ResolvedChip, fences: readonly PrintedFence[], settings: RustSettings): ChipUnits {
  const units = groupWorlds(fences, chip).flatMap((group) => fenceUnit(chip, group, settings) ?? []);
  const tables = hasMasters(settings) ? reachTables(chip) : [];
  const masters = tables.flatMap((table): MastersUnit[] => {
    const place = placeOf("masters", stem(chip.id, table.coreName, "masters"), settings, chip.id);
    const ofTable = units.filter(({ core }) => isTableOf(table, core));
    return place && ofTable.length > 0 ? [{ table, fences: ofTable, place }] : [];
  });
  return { fences: units, masters };
}

/** The table of masters that belongs to a fence. */
export function mastersOf({ masters }: ChipUnits, fence: FenceUnit): MastersUnit | undefined {
  return masters.find(({ fences }) => fences.includes(fence));
}

function fenceUnit(chip: ResolvedChip, group: readonly PrintedFence[], settings: RustSettings): FenceUnit | undefined {
  const [first, ...others] = group;
  if (!first) return undefined;
  const core = coreOf(chip, first);
  const isOne = others.length === 0;
  const bases = new Set(group.map(baseOf));
  const coreName = isOne ? first.coreName : "";
  const kind = first.forAllDma ? "" : "Coherent";
  const place = placeOf("fence", stem(chip.id, coreName, kind), settings, chip.id);
  return (
    place && {
      chip,
      core,
      name: isOne ? first.name : `${typeStem(chip.id)}${kind}DmaFenceAt`,
      fences: [first, ...others],
      takesBase: bases.size > 1,
      shared: isOne ? sharedOf(first, core, settings) : undefined,
      place,
    }
  );
}

/** What the fence is an alias of; undefined also where the project has no place for that. */
function sharedOf(fence: PrintedFence, core: ResolvedCore, settings: RustSettings): Shared | undefined {
  const shared = sharedBy(fence, core.architecture) ?? sharedByCore(fence, core);
  return shared && placeOf("architecture", shared.module, settings) ? shared : undefined;
}

/** `imx8mm_m4_masters` */
function stem(chip: string, core: string, kind: string): string {
  return [moduleOf(chip), ...[core, kind].filter(Boolean).map(snakeCase)].join("_");
}
