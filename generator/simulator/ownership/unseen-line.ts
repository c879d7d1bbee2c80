// The cache line of a byte that stands between the core and a master.
import { lineStart } from "../../runtime/lines.ts";
import { sideOf } from "../engines/master-port.ts";
import type { World } from "../world.ts";

/** The line of the largest level behind an address that a master does not see; undefined where it sees all, or there is none. */
export function unseenLine(
  world: Pick<World, "chip" | "core" | "memory">,
  address: bigint,
  master: string,
): { readonly base: bigint; readonly lengthBytes: number } | undefined {
  const controller = world.chip.dma.find(({ name }) => name === master);
  if (!controller) return undefined;
  const { line, view } = world.memory.locate(address);
  const { port } = sideOf(world, controller, line, view);
  const unseen = view.slice(0, port).map((index) => line.sized.levels.entries[index]!.lineBytes);
  if (unseen.length === 0) return undefined;
  const lengthBytes = Math.max(...unseen);
  return { base: lineStart(address, lengthBytes), lengthBytes };
}
