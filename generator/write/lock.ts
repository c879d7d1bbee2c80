// Keeps two runs apart. The lock is a folder with a file in it that says who holds it; it comes into place by one rename, which
// fails where another lock stands.
//
// The lock of a process that has died is not removed by who finds it: two could find it at once, and the slower would remove
// the faster's. Each lock has a token instead, and only one process can put a lock of its own in the place that is named after
// the dead one's token. The holder is who stands at the end of that chain.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { codeOf, type Disk, tidily } from "./disk.ts";

/** What the lock has to know of processes. */
export interface Processes {
  /** The number of this one. */
  readonly id: number;
  /** Name of the machine; a process of another one cannot be looked at. */
  readonly host: string;
  isAlive(id: number): boolean;
  /** Differs between two processes that have the same number one after the other; undefined where that is not known. */
  startOf(id: number): string | undefined;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Holder {
  readonly token: string;
  readonly id: number;
  readonly host: string;
  readonly start: string | null;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface Lock {
  readonly token: string;
  /** Whether nobody has taken its owner for dead. */
  isHeld(): boolean;
  release(): void;
}

/** A lock of another machine cannot be looked at; no run takes as long as this. */
const foreignLockMilliseconds = 10 * 60 * 1000;
const ownerName = "owner";
const lockName = "lock";

/**
 * Tries once to take the lock.
 * @param place the folder for it, which exists
 * @returns who holds it instead, or undefined where somebody else was at it in the same moment
 */
export function tryLock(place: string, disk: Disk, processes: Processes): Lock | Holder | undefined {
  const token = randomUUID();
  const mine = join(place, `new-${token}`);
  const me: Holder = {
    token,
    id: processes.id,
    host: processes.host,
    start: processes.startOf(processes.id) ?? null,
    since: processes.now(),
  };
  let free = followChain(place, disk, processes);
  if (typeof free !== "string") return free;
  try {
    disk.makeFolder(mine);
    disk.create(join(mine, ownerName), JSON.stringify(me));
    disk.rename(mine, join(place, free));
    const isHeld = () => holderOf(followChain(place, disk, processes))?.token === token;
    if (isHeld()) return { token, isHeld, release: () => release(place, disk) };
    // The chain had ended in the meantime, and this lock leads nowhere.
    removeLock(join(place, free), disk);
    return undefined;
  } catch (error) {
    tidily(() => removeLock(mine, disk));
    free = followChain(place, disk, processes);
    if (typeof free !== "string") return free;
    // The holder sweeps what it finds, and takes the folder away when it has ended.
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

export function isLock(taken: Lock | Holder): taken is Lock {
  return "release" in taken;
}

/** Who holds the lock, or else the name under which the next one takes it. */
function followChain(place: string, disk: Disk, processes: Processes): Holder | string {
  let name = lockName;
  for (;;) {
    const owner = readOwner(join(place, name), disk);
    if (!owner) return name;
    if (isAlive(owner, processes)) return owner;
    name = `${lockName}-${owner.token}`;
  }
}

function holderOf(found: Holder | string): Holder | undefined {
  return typeof found === "string" ? undefined : found;
}

/** Who made a lock; a file that says nothing is left from a machine that went down, and its owner is dead. */
function readOwner(lock: string, disk: Disk): Holder | undefined {
  if (disk.kindOf(lock) !== "folder" || disk.kindOf(join(lock, ownerName)) !== "file") return undefined;
  const text = disk.read(join(lock, ownerName));
  if (!text) return undefined;
  try {
    const { token, id, host, start, since } = JSON.parse(text.toString("utf8")) as Record<keyof Holder, unknown>;
    if (typeof token === "string" && /^[0-9a-f-]{36}$/.test(token) && Number.isSafeInteger(id) && (id as number) > 0)
      return {
        token,
        id: id as number,
        host: String(host),
        start: start === null ? null : String(start),
        since: Number(since),
      };
  } catch {
    // As below.
  }
  return { token: "unreadable", id: 0, host: "", start: null, since: 0 };
}

function isAlive({ id, host, start, since }: Holder, processes: Processes): boolean {
  if (id === 0) return false;
  if (host !== processes.host) return Math.abs(processes.now() - since) < foreignLockMilliseconds;
  if (!processes.isAlive(id)) return false;
  const startNow = processes.startOf(id);
  return start === null || startNow === undefined || start === startNow;
}

/** Ends the chain at its first link. What was there before belongs to nobody then, and what comes later is left alone. */
function release(place: string, disk: Disk): void {
  const others = disk.list(place).filter((name) => /^(lock|new)-[0-9a-z-]+$/.test(name));
  tidily(() => removeLock(join(place, lockName), disk));
  for (const name of others) tidily(() => removeLock(join(place, name), disk));
}

function removeLock(path: string, disk: Disk): void {
  if (disk.kindOf(path) !== "folder") return;
  if (disk.kindOf(join(path, ownerName)) === "file") disk.unlink(join(path, ownerName));
  disk.removeFolder(path);
}
