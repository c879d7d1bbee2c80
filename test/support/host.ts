// What a command is told of processes and of the disk, for tests that run it in this one.
import { hostname } from "node:os";
import type { Host } from "../../generator/cli/environment.ts";
import { type Disk, realDisk } from "../../generator/write/disk.ts";
import type { Processes } from "../../generator/write/lock.ts";

/** Processes of which only this one and those named are alive; the clock stands still. */
export function testProcesses(alive: readonly number[] = [], id = 1): Processes {
  return {
    id,
    host: hostname(),
    isAlive: (other) => other === id || alive.includes(other),
    startOf: () => "start",
    now: () => 1000,
  };
}

/** The real disk without the wait for the medium, which is most of the time of a run and matters where the machine fails. */
export const hastyDisk: Disk = { ...realDisk, sync() {}, syncFolder() {} };

export function testHost(disk?: Disk): Host {
  return { processes: testProcesses(), uninterrupted: async (work) => work(), pause: async () => {}, disk };
}
