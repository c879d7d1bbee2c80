// Whose each byte is: the CPU's, released, or a master's that reads or writes it. Who breaks a rule is found in the call in
// which it happens, whatever the schedule made of it.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import { type Byte, type Claim, type Direction, isSeen, isWrittenMeanwhile, whyOut } from "./byte.ts";
import type { ByteNames } from "./byte-names.ts";
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
  readonly #bytes = new Map<bigint, Byte>();
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
  #call = 0;
  #text = "";
  #toldIn = new Set<string>();

  constructor(levels: OwnershipLevels, names: ByteNames, unseenLine: UnseenLine) {
    this.#levels = levels;
    this.#names = names;
    this.#unseenLine = unseenLine;
  }

  get findings(): readonly OwnershipFinding[] {
    return this.#findings;
  }

  /** @param events how many there have been */
  release(buffer: DmaBuffer, events: number): void {
    this.#begin(`release(${this.#names.ofBuffer(buffer)})`);
    this.#each(buffer, (byte, address) => {
      byte.releasedAt = this.#call;
      byte.eventsAtRelease = events;
      // Handed over once more without having been looked at.
      for (const claim of byte.claims) if (isSeen(claim, address)) this.#drop(byte, claim);
    });
  }

  /** @param events how many there have been */
  acquire(buffer: DmaBuffer, events: number): void {
    this.#begin(`acquire(${this.#names.ofBuffer(buffer)})`);
    this.#each(buffer, (byte, address) => {
      for (const claim of byte.claims) {
        if (claim.direction === "read" || claim.isDescriptor) continue;
        if (isSeen(claim, address)) this.#drop(byte, claim);
        else if (!claim.isGuessed)
          this.#find("acquire-before-end", claim, address, (name) => whyOut(claim, address, name));
      }
      byte.acquiredAt = this.#call;
      byte.eventsAtAcquire = events;
    });
  }

  store(buffer: DmaBuffer): void {
    if (!this.isWatching) return;
    this.#begin(`store to ${this.#names.ofBuffer(buffer)}`);
    this.#each(buffer, (byte, address) => {
      byte.storedAt = this.#call;
      for (const claim of byte.claims) {
        if (isSeen(claim, address) || claim.isGuessed) this.#drop(byte, claim);
        else this.#find("store-while-out", claim, address, (name) => whyOut(claim, address, name));
      }
      this.#storeBeside(address);
    });
  }

  load(buffer: DmaBuffer, bytes: Uint8Array): void {
    if (!this.isWatching) return;
    this.#begin(`load of ${this.#names.ofBuffer(buffer)}`);
    this.#each(buffer, (byte, address) => {
      byte.loadedAt = this.#call;
      for (const claim of byte.claims)
        if (isWrittenMeanwhile(claim, address))
          this.#find("load-while-out", claim, address, (name) => whyOut(claim, address, name));
    });
    // One call is one look: what it shows is known after it.
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

  /** A master reads or writes a byte of memory. */
  access(master: string, direction: Direction, address: bigint, value: number, isDescriptor = false): void {
    if (!this.isWatching) return;
    const byte = this.#byte(address);
    const own = [...byte.claims].some((claim) => claim.master === master && claim.state === "running");
    if (direction === "write") {
      // A descriptor says by itself that it is done.
      const ended = [...this.#claims].filter(
        (claim) =>
          claim.master === master && (claim.state === "ended" || (claim.isDescriptor && byte.claims.has(claim))),
      );
      this.#written.set(address, { value, by: master, ended });
    }
    if (own || (direction === "read" && isDescriptor)) return;
    this.#begin("DMA");
    const what = { master, buffer: { address, lengthBytes: 1 }, direction, isDescriptor };
    this.#requireReleased(byte, what, address);
    if (direction === "read") return;
    for (const claim of byte.claims) if (claim.isGuessed) this.#drop(byte, claim);
    const claim: Claim = { ...what, isGuessed: true, state: "ended" };
    byte.claims.add(claim);
    this.#claims.add(claim);
    this.#writers.set(claim, 1);
  }

  /** What is wrong with the hand-over of a buffer, of the first byte of which something is; undefined where nothing is. */
  whyNot(asked: HandOver, buffer: DmaBuffer): string | undefined {
    for (let index = 0; index < buffer.lengthBytes; index++) {
      const address = buffer.address + BigInt(index);
      const why = whyNot(asked, this.#byte(address), address, this.#names.ofByte(address, buffer));
      if (why) return why;
    }
    return undefined;
  }

  /** How many events there had been when a byte was handed over or taken back last. */
  eventsAt(asked: HandOver, address: bigint): number {
    const { eventsAtRelease, eventsAtAcquire } = this.#byte(address);
    return asked === "handed-over" ? eventsAtRelease : eventsAtAcquire;
  }

  #newestStore(buffer: DmaBuffer): number {
    let newest = 0;
    this.#each(buffer, ({ storedAt }) => {
      newest = Math.max(newest, storedAt);
    });
    return newest;
  }

  #drop({ claims }: Byte, claim: Claim): void {
    if (!claims.delete(claim)) return;
    const left = (this.#writers.get(claim) ?? 0) - 1;
    if (left > 0) this.#writers.set(claim, left);
    else this.#writers.delete(claim);
  }

  #markSeen(claim: Claim): void {
    claim.state = "seen";
    this.#claims.delete(claim);
    if (claim.direction === "read" || claim.isDescriptor) this.#each(claim.buffer, (byte) => this.#drop(byte, claim));
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
      const cleaned = Math.max(...all.map((address) => this.#bytes.get(address)?.releasedAt ?? 0));
      const dirty = all.find(
        (address) =>
          (address < buffer.address || address >= end) && (this.#bytes.get(address)?.storedAt ?? 0) > cleaned,
      );
      if (dirty === undefined) continue;
      this.#find("shared-line", claim, dirty, (name) => [
        `${name}, to which the driver has stored since release, lies in the ${line.lengthBytes}-byte line at 0x${line.base.toString(16)}`,
        `with bytes of ${this.#names.ofBuffer(buffer)} that ${master} is to write`,
      ]);
    }
  }

  /** A store to a byte that is the CPU's, in a line of one that a master writes. */
  #storeBeside(address: bigint): void {
    for (const claim of this.#writers.keys()) {
      const line = this.#unseenLine(address, claim.master);
      if (!line) continue;
      const { address: first, lengthBytes } = claim.buffer;
      const end = first + BigInt(lengthBytes);
      const isWithin = address >= first && address < end;
      if (isWithin || first >= line.base + BigInt(line.lengthBytes) || end <= line.base) continue;
      this.#find("shared-line", claim, address, (name) => [
        `${name} lies in the ${line.lengthBytes}-byte line at 0x${line.base.toString(16)}`,
        `with bytes of ${this.#names.ofBuffer(claim.buffer)} that ${claim.master} writes and acquire has not taken back`,
      ]);
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

  #each({ address, lengthBytes }: DmaBuffer, act: (byte: Byte, address: bigint) => void): void {
    for (let index = 0; index < lengthBytes; index++) act(this.#byte(address + BigInt(index)), address + BigInt(index));
  }

  #byte(address: bigint): Byte {
    const known = this.#bytes.get(address);
    if (known) return known;
    const calls = { releasedAt: 0, acquiredAt: 0, storedAt: 0, loadedAt: 0, eventsAtRelease: 0, eventsAtAcquire: 0 };
    const byte: Byte = { ...calls, claims: new Set() };
    this.#bytes.set(address, byte);
    return byte;
  }
}
