// The worlds in which somebody does not keep what a fence relies on: what is tried there, and what the fence executes.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import type { World } from "../plan/obligations.ts";
import { withOthers } from "../semantics/other-cores.ts";
import { withWriteBuffers } from "../semantics/write-buffers.ts";
import { type Execute, executionOf, type FenceUnderTest, kindsOf } from "./fence-under-test.ts";
import { atTwoAddresses, polledDescriptors, portsOf, type Scenario, scenariosFor } from "./scenario.ts";

/** The scenarios and the fence in a world in which an obligation is not kept. */
export function unkeptWorld(
  world: Exclude<World, { kind: "environment" }>,
  fence: FenceUnderTest,
): { scenarios: readonly Scenario[]; execute: Execute; core?: ResolvedCore } {
  const { plan, chip, core, controllers, scenarios, execute } = fence;
  const kinds = kindsOf(plan);
  switch (world.kind) {
    case "neighbour-writes": {
      const isWritten = world.buffers === "written";
      const exposed = scenarios.filter(
        ({ direction, line }) => (direction !== "outbound") === isWritten && line !== "inner",
      );
      return { scenarios: exposed.map((scenario) => ({ ...scenario, neighbour: "writes" })), execute };
    }
    case "neighbour-shares": {
      const shared = kinds.filter(
        (kind) => kind !== "buffer-fills-its-lines" && kind !== "every-buffer-fills-its-lines",
      );
      const exposed = scenariosFor(fence.ports, shared, core).filter(
        ({ direction, line }) => line !== "inner" && (world.buffers === "all" || direction !== "outbound"),
      );
      return { scenarios: exposed.map((scenario) => ({ ...scenario, neighbour: "quiet" })), execute };
    }
    case "buffers-at-two-addresses":
      return { scenarios: atTwoAddresses(fence.ports, "mixed"), execute };
    case "no-master-snoops": {
      const ports = portsOf(chip, core, controllers, { visible: () => false });
      return { scenarios: scenariosFor(ports, kinds, core), execute };
    }
    case "every-level-caches-all-memory": {
      const regions = chip.regions.map((region) => ({ ...region, cachedBy: "all" as const }));
      // A region guard tells regions apart that are cached alike now.
      const ports = portsOf({ ...chip, regions }, core, controllers, { tellApart: ({ name }) => name });
      return { scenarios: scenariosFor(ports, kinds, core), execute };
    }
    case "every-cache-is-on": {
      const on = (level: CacheLevel) => ({ ...level, enabled: "always" as const });
      const world = { ...core, caches: core.caches.map(on), masterCaches: core.masterCaches.map(on) };
      return { scenarios: scenariosFor(portsOf(chip, world, controllers), kinds, world), execute };
    }
    case "clean-lines-move-outwards": {
      const caches = core.caches.map((level) => ({ ...level, victimsOffIf: undefined }));
      return { scenarios, execute, core: { ...core, caches } };
    }
    case "write-buffers-on": {
      const world = withWriteBuffers(chip, core);
      const masters = world.chip.dma.filter(({ name }) => plan.controllers.includes(name));
      return {
        scenarios: scenariosFor(portsOf(world.chip, world.core, masters), kinds, world.core),
        execute,
        core: world.core,
      };
    }
    case "drivers-maintain-nothing": {
      const masterCaches = core.masterCaches.map((level) => ({ ...level, driverMaintains: undefined }));
      return { scenarios, execute, core: { ...core, masterCaches } };
    }
    case "masters-write-beside": {
      const exposed = scenarios.filter(({ direction, line }) => direction === "outbound" && line !== "inner");
      return {
        scenarios: exposed.map((scenario) => ({ ...scenario, neighbour: "is written by the master at any time" })),
        execute,
      };
    }
    case "descriptors-behind-master-caches": {
      const others = kinds.filter((kind) => kind !== "descriptors-elsewhere");
      const rings = scenariosFor(fence.ports, others, core).filter(
        ({ start, port }) => start === "descriptor" && port.front.length > 0,
      );
      return { scenarios: rings, execute };
    }
    case "descriptors-polled": {
      const others = kinds.filter((kind) => kind !== "ended-first");
      return { scenarios: polledDescriptors(fence.ports, others, core), execute };
    }
    case "other-cores-keep-lines": {
      const caches = core.caches.map((level) =>
        level.mechanism ? { ...level, mechanism: { ...level.mechanism, otherCores: undefined } } : level,
      );
      const isThere = core.caches.some(({ whose }) => whose === "others");
      const world = isThere ? { chip, core: { ...core, caches } } : withOthers(chip, { ...core, caches });
      const masters = world.chip.dma.filter(({ name }) => plan.controllers.includes(name));
      return {
        scenarios: scenariosFor(portsOf(world.chip, world.core, masters), kinds, world.core),
        execute,
        core: world.core,
      };
    }
    case "operations-miss":
      return { scenarios, execute: withoutOperations(fence, world.which) };
  }
}

/** A physical address that is another one, or registers that another fence has just written, name another line. */
function withoutOperations({ program }: FenceUnderTest, which: "all" | "physical"): Execute {
  const [release, acquire] = [program.release, program.acquire].map((blocks) =>
    blocks.filter(({ maintains }) => !maintains || (which === "physical" && maintains.addressKind !== "physical")),
  );
  return executionOf({ release: release!, acquire: acquire! });
}
