// Whose each byte is: the CPU's, released, or a master's that reads or writes it. Who breaks a rule is found in the call in
// which it happens, whatever the schedule made of it.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import { type Byte, type Claim, type Direction, isSeen, isWrittenMeanwhile, whyOut } from "./byte.ts";
import type { ByteNames } from "./byte-names.ts";
import { ByteRuns } from "./byte-runs.ts";
import type { HandOver } from "./hand-over.ts";
import {
  levelOf,
  OwnershipError,
  type OwnershipFinding,
  type OwnershipLevels,
  type OwnershipRule,
  ownershipRules,
} from "./rules.ts";
import { whyNot } from "./why-not.ts";

/** The cache line of a byte that a master does not see; undefined where none is in its way. */
export type UnseenLine = (
  address: bigint,
  master: string,
) => { readonly base: bigint; readonly lengthBytes: number } | undefined;

/** Whether masters get in each other's way. One that reads and writes from one address on turns data around in place. */
function mayNotBeBoth(one: Claim, other: Claim): boolean {
  if (one.direction === "read" && other.direction === "read") return false;
  const isInPlace = one.master === other.master && one.buffer.address === other.buffer.address;
  return !isInPlace || one.direction === other.direction;
}

export class Ledger {
  readonly #levels: OwnershipLevels;
  readonly #names: ByteNames;
  readonly #unseenLine: UnseenLine;
  readonly #bytes = new ByteRuns();
  readonly #mostLineBytes: number;
  /** Those whose end has not been seen. */
  readonly #claims = new Set<Claim>();
  /** What masters write or have written and no acquire has taken back, with how many of their bytes. */
  readonly #writers = new Map<Claim, number>();
  /** What masters have written last. */
  readonly #written = new Map<
    bigint,
    { readonly value: number; readonly by: string; readonly ended: readonly Claim[] }
  >();
  readonly #findings: OwnershipFinding[] = [];
  /** Whether releases are known: without a fence that is watched nothing can be said. */
  isWatching = false;
  /** What arrived, by the acquire that took it back: whose it had been. */
  readonly #arrived = new Map<number, Set<Claim>>();
  /** Those of which the driver has loaded, or a master has read, something that arrived. */
  readonly #lookedAt = new WeakSet<Claim>();
  #call = 0;
  #text = "";
  #toldIn = new Set<string>();

  /** @param mostLineBytes how large a line is at most */
  constructor(levels: OwnershipLevels, names: ByteNames, unseenLine: UnseenLine, mostLineBytes: number) {
    this.#levels = levels;
    this.#mostLineBytes = mostLineBytes;
    this.#names = names;
    this.#unseenLine = unseenLine;
  }

  get findings(): readonly OwnershipFinding[] {
    return this.#findings;
  }

  /** @param events how many there have been */
  release(buffer: DmaBuffer, events: number): void {
    this.#begin(`release(${this.#names.ofBuffer(buffer)})`);
    this.#each(buffer, (byte, address, lengthBytes) => {
      byte.releasedAt = this.#call;
      byte.eventsAtRelease = events;
      // Handed over once more without having been looked at.
      for (const claim of byte.claims) if (isSeen(claim, address)) this.#drop(byte, claim, lengthBytes);
    });
  }

  /** @param events how many there have been */
  acquire(buffer: DmaBuffer, events: number): void {
    this.#begin(`acquire(${this.#names.ofBuffer(buffer)})`);
    this.#each(buffer, (byte, address, lengthBytes) => {
      for (const claim of byte.claims) {
        if (claim.direction === "read" || claim.isDescriptor) continue;
        if (isSeen(claim, address)) {
          this.#drop(byte, claim, lengthBytes);
          byte.arrivedAt = this.#call;
          const arrived = this.#arrived.get(this.#call) ?? new Set();
          this.#arrived.set(this.#call, arrived.add(claim));
        } else if (!claim.isGuessed)
          this.#find("acquire-before-end", claim, address, (name) => whyOut(claim, address, name));
      }
      byte.acquiredAt = this.#call;
      byte.eventsAtAcquire = events;
    });
  }

  store(buffer: DmaBuffer): void {
    if (!this.isWatching) return;
    this.#begin(`store to ${this.#names.ofBuffer(buffer)}`);
    this.#each(buffer, (byte, address, lengthBytes) => {
      byte.storedAt = this.#call;
      byte.arrivedAt = 0;
      for (const claim of byte.claims) {
        if (isSeen(claim, address) || claim.isGuessed) this.#drop(byte, claim, lengthBytes);
        else this.#find("store-while-out", claim, address, (name) => whyOut(claim, address, name));
      }
      this.#storeBeside(address, lengthBytes);
    });
  }

  load(buffer: DmaBuffer, bytes: Uint8Array): void {
    if (!this.isWatching) return;
    this.#begin(`load of ${this.#names.ofBuffer(buffer)}`);
    this.#each(buffer, (byte, address) => {
      byte.loadedAt = this.#call;
      this.#lookAt(byte);
      for (const claim of byte.claims)
        if (isWrittenMeanwhile(claim, address))
          this.#find("load-while-out", claim, address, (name) => whyOut(claim, address, name));
    });
    // One call is one look: what it shows is known after it.
    if (this.#written.size === 0) return;
    for (const [index, value] of bytes.entries()) {
      const written = this.#written.get(buffer.address + BigInt(index));
      if (written?.value === value) for (const claim of written.ended) this.#markSeen(claim);
    }
  }

  /** A master gets a buffer. @param call by which, such as `start of DMA1` */
  claim(call: string, what: Omit<Claim, "state">): Claim {
    const claim: Claim = { ...what, state: "running" };
    if (!this.isWatching) return claim;
    this.#begin(call);
    const { master, direction } = claim;
    const newest = claim.isFoundByBit ? this.#newestStore(claim.buffer) : undefined;
    this.#each(claim.buffer, (byte, address) => {
      for (const other of byte.claims)
        if (!claim.isContinued && other.state !== "seen" && mayNotBeBoth(other, claim))
          this.#find("overlapping-transfers", { master, buffer: other.buffer }, address, (name) => [
            `${master} is to ${direction} ${name}`,
            `which ${other.master === master ? "it" : other.master} ${other.direction}s already`,
          ]);
      if (byte.releasedAt === 0 || byte.storedAt !== newest) this.#requireReleased(byte, claim, address);
      byte.claims.add(claim);
    });
    this.#claims.add(claim);
    if (direction === "write") {
      this.#writers.set(claim, claim.buffer.lengthBytes);
      if (!claim.isContinued) this.#requireCleanEdges(claim);
    }
    return claim;
  }

  /** The driver starts a transfer. */
  start(master: string): void {
    if (!this.isWatching) return;
    this.#begin(`start of ${master}`);
    const running = [...this.#claims].find((claim) => claim.master === master && claim.state !== "seen");
    if (!running) return;
    this.#find("start-while-running", running, running.buffer.address, (name) => [
      `its transfer ${running.direction === "read" ? "from" : "to"} ${name} runs`,
      "as far as the driver has seen",
    ]);
  }

  /** The master is done with so many bytes from the start of it, and has not said so yet. */
  advance(claim: Claim, doneBytes: number): void {
    claim.doneBytes = doneBytes;
  }

  /** The master is done with it, and has not said so yet. */
  end(claim: Claim): void {
    if (claim.state === "running") claim.state = "ended";
  }

  /** The driver has seen in a register what a master has done. */
  seen(master: string): void {
    for (const claim of this.#claims) {
      if (claim.master !== master) continue;
      if (claim.state === "ended") this.#markSeen(claim);
      else if (claim.doneBytes !== undefined) claim.seenBytes = claim.doneBytes;
    }
  }

  /** A master reads or writes bytes of memory at one moment. */
  access(master: string, direction: Direction, first: bigint, bytes: Uint8Array, isDescriptor = false): void {
    if (!this.isWatching) return;
    this.#each({ address: first, lengthBytes: bytes.length }, (byte, address, lengthBytes) => {
      if (direction === "write")
        this.#rememberWritten(master, byte, address, bytes.subarray(Number(address - first)), lengthBytes);
      else this.#lookAt(byte);
      const isOwn = [...byte.claims].some((claim) => claim.master === master && claim.state === "running");
      if (isOwn || (direction === "read" && isDescriptor)) return;
      this.#begin("DMA");
      const what = { master, buffer: { address, lengthBytes }, direction, isDescriptor };
      this.#requireReleased(byte, what, address);
      if (direction === "read") return;
      for (const claim of byte.claims) if (claim.isGuessed) this.#drop(byte, claim, lengthBytes);
      const claim: Claim = { ...what, isGuessed: true, state: "ended" };
      byte.claims.add(claim);
      this.#claims.add(claim);
      this.#writers.set(claim, lengthBytes);
    });
  }

  /**
   * The run has ended. What arrived and nobody has looked at, nor stored or written over, is right whatever the fence does. A byte stands for
   * all that one acquire took back, and for all that its master was given at once: a driver may take that back in parts.
   */
  finish(): void {
    for (const [arrivedAt, claims] of this.#arrived) {
      if ([...claims].some((claim) => this.#lookedAt.has(claim))) continue;
      this.#begin("end of the run");
      for (const claim of claims)
        this.#each(claim.buffer, (byte, address) => {
          if (byte.arrivedAt !== arrivedAt) return;
          this.#find("nothing-was-looked-at", claim, address, (name) => [
            `${claim.master} has written ${name}, and acquire has taken it back`,
            "and neither the driver has loaded nor a master has read a byte of what arrived with it",
          ]);
        });
    }
  }

  /** What is wrong with the hand-over of a buffer, of the first byte of which something is; undefined where nothing is. */
  whyNot(asked: HandOver, buffer: DmaBuffer): string | undefined {
    let why: string | undefined;
    this.#each(buffer, (byte, address) => {
      why ??= whyNot(asked, byte, address, this.#names.ofByte(address, buffer));
    });
    return why;
  }

  /** How many events there had been when a byte was handed over or taken back last. */
  eventsAt(asked: HandOver, address: bigint): number {
    const { eventsAtRelease, eventsAtAcquire } = this.#bytes.at(address);
    return asked === "handed-over" ? eventsAtRelease : eventsAtAcquire;
  }

  /** Somebody finds what is there: something that arrived, where nothing was stored over it. */
  #lookAt({ arrivedAt }: Byte): void {
    const arrived = this.#arrived.get(arrivedAt);
    if (!arrived) return;
    for (const claim of arrived) this.#lookedAt.add(claim);
    this.#arrived.delete(arrivedAt);
  }

  #newestStore(buffer: DmaBuffer): number {
    let newest = 0;
    this.#each(buffer, ({ storedAt }) => {
      newest = Math.max(newest, storedAt);
    });
    return newest;
  }

  /** So many bytes are no longer what a claim has. */
  #drop({ claims }: Byte, claim: Claim, lengthBytes: number): void {
    if (!claims.delete(claim)) return;
    const left = (this.#writers.get(claim) ?? 0) - lengthBytes;
    if (left > 0) this.#writers.set(claim, left);
    else this.#writers.delete(claim);
  }

  #markSeen(claim: Claim): void {
    claim.state = "seen";
    this.#claims.delete(claim);
    if (claim.direction === "read" || claim.isDescriptor)
      this.#each(claim.buffer, (byte, _, lengthBytes) => this.#drop(byte, claim, lengthBytes));
  }

  #requireReleased(byte: Byte, claim: Omit<Claim, "state">, address: bigint): void {
    const { master, direction } = claim;
    const { releasedAt, acquiredAt, storedAt, loadedAt } = byte;
    // What was never stored to has nothing to hand over; what is written over must be nobody else's.
    if (storedAt > releasedAt || (direction === "write" && releasedAt === 0))
      this.#find("not-released", claim, address, (name) => [
        `${master} is to ${direction} ${name}`,
        releasedAt === 0 ? "which was never released" : "to which the driver has stored since it was released",
      ]);
    else if (
      !claim.isContinued &&
      !claim.isDescriptor &&
      direction === "write" &&
      acquiredAt > releasedAt &&
      loadedAt > acquiredAt
    )
      this.#find("not-released", claim, address, (name) => [
        `${master} is to write ${name}`,
        "which acquire has taken back and the driver has loaded since",
      ]);
  }

  /** No byte beside what a master is to write makes a line of it dirty: none was stored to since something in the line was released last. */
  #requireCleanEdges(claim: Claim): void {
    const { master, buffer } = claim;
    if (buffer.lengthBytes === 0) return;
    const end = buffer.address + BigInt(buffer.lengthBytes);
    for (const edge of [buffer.address, end - 1n]) {
      const line = this.#unseenLine(edge, master);
      if (!line) continue;
      const all = Array.from({ length: line.lengthBytes }, (_, index) => line.base + BigInt(index));
      const cleaned = Math.max(...all.map((address) => this.#bytes.at(address).releasedAt));
      const dirty = all.find(
        (address) => (address < buffer.address || address >= end) && this.#bytes.at(address).storedAt > cleaned,
      );
      if (dirty === undefined) continue;
      this.#find("shared-line", claim, dirty, (name) => [
        `${name}, to which the driver has stored since release, lies in the ${line.lengthBytes}-byte line at 0x${line.base.toString(16)}`,
        `with bytes of ${this.#names.ofBuffer(buffer)} that ${master} is to write`,
      ]);
    }
  }

  /** A store to bytes that are the CPU's, in a line of one that a master writes. */
  #storeBeside(stored: bigint, lengthBytes: number): void {
    const end = stored + BigInt(lengthBytes);
    const found: { readonly claim: Claim; readonly address: bigint; readonly base: bigint; lineBytes: number }[] = [];
    for (const claim of this.#writers.keys()) {
      const { address: first } = claim.buffer;
      const last = first + BigInt(claim.buffer.lengthBytes);
      const near = BigInt(this.#mostLineBytes);
      const before = { from: first - near, to: first };
      const after = { from: last, to: last + near };
      for (const { from, to } of [before, after])
        for (let address = from > stored ? from : stored; address < to && address < end; address++) {
          const line = this.#unseenLine(address, claim.master);
          if (!line || first >= line.base + BigInt(line.lengthBytes) || last <= line.base) continue;
          found.push({ claim, address, base: line.base, lineBytes: line.lengthBytes });
          break;
        }
    }
    found.sort((one, other) => Number(one.address - other.address));
    for (const { claim, address, base, lineBytes } of found)
      this.#find("shared-line", claim, address, (name) => [
        `${name} lies in the ${lineBytes}-byte line at 0x${base.toString(16)}`,
        `with bytes of ${this.#names.ofBuffer(claim.buffer)} that ${claim.master} writes and acquire has not taken back`,
      ]);
  }

  #rememberWritten(master: string, { claims }: Byte, first: bigint, values: Uint8Array, lengthBytes: number): void {
    // A descriptor says by itself that it is done.
    const ended = [...this.#claims].filter(
      (claim) => claim.master === master && (claim.state === "ended" || (claim.isDescriptor && claims.has(claim))),
    );
    if (ended.length === 0 && this.#written.size === 0) return;
    for (let index = 0; index < lengthBytes; index++) {
      const address = first + BigInt(index);
      if (ended.length > 0) this.#written.set(address, { value: values[index]!, by: master, ended });
      else this.#written.delete(address);
    }
  }

  #begin(text: string): void {
    this.#call++;
    this.#text = text;
    this.#toldIn = new Set();
  }

  #find(
    rule: OwnershipRule,
    { master, buffer }: Pick<Claim, "master" | "buffer">,
    address: bigint,
    words: (name: string) => readonly [string, string],
  ): void {
    const level = this.isWatching ? levelOf(rule, this.#levels) : "off";
    const told = `${rule} ${master}`;
    if (level === "off" || this.#toldIn.has(told)) return;
    this.#toldIn.add(told);
    const [what, why] = words(this.#names.ofByte(address, buffer));
    const text = `${this.#text}: ${what}, ${why} (${rule}: ${ownershipRules[rule]})`;
    const finding = { rule, call: this.#text, master, address, text };
    if (!this.#findings.some((known) => known.text === text)) this.#findings.push(finding);
    if (level === "error") throw new OwnershipError(finding);
  }

  #each({ address, lengthBytes }: DmaBuffer, act: Parameters<ByteRuns["each"]>[2]): void {
    if (lengthBytes > 0) this.#bytes.each(address, lengthBytes, act);
  }
}
