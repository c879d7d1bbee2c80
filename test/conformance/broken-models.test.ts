// Right models pass, and models with one thing wrong do not, each for a reason that says what is wrong.
import { describe, expect, it } from "vitest";
import { type Barrier, checkMachine, MachineCheckError, type Maintenance } from "../../generator/index.ts";
import { planOf } from "../support/pipeline.ts";
import { type Modelled, ModelMachine } from "./models.ts";

const h743 = planOf("stm32h743").planned!.chip;
/** SRAM1-3 is at two addresses. */
const memoryAt = (address: bigint) => (address >> 20n === 0x300n ? address - 0x2000_0000n : address);
const modelled: Modelled = { lineBytes: 32, memoryAt };

class H743 extends ModelMachine {
  constructor(options: Partial<Modelled> = {}) {
    super({ ...modelled, ...options });
  }
}

/** What is found of a machine, with one attempt: they are the same whatever the seed. */
function foundIn(make: () => ModelMachine, memories?: readonly string[]): string {
  try {
    checkMachine(h743, make, { attempts: 1, ...(memories && { memories }) });
  } catch (error) {
    if (error instanceof MachineCheckError) return error.message;
    throw error;
  }
  return "nothing";
}

describe("a model that is right", () => {
  it.each<[string, () => ModelMachine]>([
    ["as simple as can be", () => new H743()],
    [
      "fetches no line for a store",
      () =>
        new (class extends H743 {
          override storeByte(address: bigint, byte: number): void {
            if (this.lines.has(address - (address % 32n))) super.storeByte(address, byte);
            else this.put(address, byte);
          }
        })(),
    ],
    [
      "has lines for 64 addresses",
      () =>
        new (class extends H743 {
          override lineAt(address: bigint) {
            const found = super.lineAt(address);
            const [oldest] = this.lines.keys();
            if (this.lines.size > 64 && oldest !== address - (address % 32n)) this.evict(oldest!);
            return found;
          }
        })(),
    ],
    [
      "cannot store to the flash",
      () =>
        new (class extends H743 {
          override storeByte(address: bigint, byte: number): void {
            if (address >> 24n === 0x08n) throw new Error("bus fault");
            super.storeByte(address, byte);
          }
        })(),
    ],
  ])("passes: it %s", (_, make) => {
    expect(foundIn(make)).toBe("nothing");
  });

  it("without some masters passes for the others, and is told so", () => {
    const make = () =>
      new (class extends H743 {
        override dmaWrite(address: bigint, bytes: readonly number[], master: string): void {
          if (master !== "DMA1") throw new Error(`no ${master}`);
          super.dmaWrite(address, bytes, master);
        }
      })();
    expect(foundIn(make)).toMatch(/no BDMA[\s\S]*checked with `memories` or `masters`/);
    const { wrong, tried } = checkMachine(h743, make, { masters: ["DMA1"], attempts: 1 });
    expect(wrong).toEqual([]);
    expect(tried.length).toBeGreaterThan(20);
    expect(tried.every((name) => / DMA1( in |$)|: DMA1$/.test(name))).toBe(true);
  });

  it("of which flash cannot be stored to has it left out, and says so", () => {
    const make = () =>
      new (class extends H743 {
        override storeByte(address: bigint, byte: number): void {
          if (address >> 24n !== 0x08n) super.storeByte(address, byte);
        }
      })();
    const { remarks, tried } = checkMachine(h743, make, { attempts: 1 });
    expect(remarks).toEqual(["Flash is not tried: it does not keep what is stored, and no master writes to it"]);
    expect(tried.filter((name) => name.includes("Flash"))).toEqual([]);
  });
});

describe("a model", () => {
  it.each<[string, () => ModelMachine, RegExp]>([
    [
      "whose DMA reads through the CPU's cache",
      () =>
        new (class extends H743 {
          override dmaRead(address: bigint, lengthBytes: number): number[] {
            return this.load(address, lengthBytes);
          }
        })(),
      /has no lines that differ from memory[\s\S]*release 3: removed \(DMA reads what the CPU stored: /,
    ],
    [
      "whose loads fetch no line",
      () =>
        new (class extends H743 {
          override load(address: bigint, lengthBytes: number): number[] {
            return Array.from({ length: lengthBytes }, (_, index) => {
              const at = address + BigInt(index);
              const line = this.lines.get(at - (at % 32n));
              return line ? line.bytes[Number(at % 32n)]! : this.get(at);
            });
          }
        })(),
      /acquire 3: removed \(the CPU loads what DMA wrote, over what it had loaded: /,
    ],
    [
      "that cleans the whole cache",
      () =>
        new (class extends H743 {
          override startsOf(operation: Maintenance): Iterable<bigint> {
            return operation.effect === "clean" ? [...this.lines.keys()] : super.startsOf(operation);
          }
        })(),
      /maintains lines for which clean of L1D was never issued[\s\S]*release 3: loop without the last line/,
    ],
    [
      "that caches nothing but SRAM4",
      () => new H743({ isCached: (address) => address >> 16n === 0x3800n }),
      /release: left out \(DMA reads what the CPU stored: \w+ in (?!SRAM4)/,
    ],
    [
      "of which one master snoops",
      () =>
        new (class extends H743 {
          override dmaRead(address: bigint, lengthBytes: number, master: string): number[] {
            return master === "Ethernet"
              ? this.load(address, lengthBytes)
              : super.dmaRead(address, lengthBytes, master);
          }
        })(),
      /release: left out \(DMA reads what the CPU stored: Ethernet in /,
    ],
    [
      "of which one master moves nothing",
      () =>
        new (class extends H743 {
          override dmaWrite(address: bigint, bytes: readonly number[], master: string): void {
            if (master !== "SDMMC2") super.dmaWrite(address, bytes, master);
          }
        })(),
      /Wrong with the chip's own fence: the CPU loads what DMA wrote: SDMMC2 in /,
    ],
    [
      "whose memory repeats",
      () => new H743({ memoryAt: (address) => memoryAt(address) & 0xffffn }),
      /at once: BDMA: DMA reads/,
    ],
    [
      "in which an alias is another memory",
      () => new H743({ memoryAt: (address) => address }),
      /memory that is at SRAM1-3 \(AXI\) as well/,
    ],
    [
      "that compares 16 bits of tags",
      () =>
        new (class extends H743 {
          override lineAt(address: bigint) {
            return super.lineAt((address & 0x3fffffn) | 0x2400_0000n);
          }
        })(),
      /Wrong with the chip's own fence/,
    ],
    [
      "that forgets operations behind the fourth",
      () =>
        new (class extends H743 {
          protected override onMaintenance(operation: Maintenance): void {
            if (this.pending.length < 4) super.onMaintenance(operation);
          }
        })(),
      /a buffer of 2240 bytes/,
    ],
    [
      "whose evictions lose what was stored",
      () =>
        new (class extends H743 {
          override evict(address: bigint): void {
            this.lines.delete(address - (address % 32n));
          }
        })(),
      /a line with stored data is given up: .* the CPU loads 0 at 0x[0-9a-f]+, not 10 \(the CPU stored 10\)/,
    ],
    [
      "whose fetches lose what was stored",
      () =>
        new (class extends H743 {
          override fill(address: bigint): void {
            this.lines.delete(address - (address % 32n));
            super.fill(address);
          }
        })(),
      /a line with stored data is fetched/,
    ],
    [
      "whose loads do not see what was just stored",
      () =>
        new (class extends H743 {
          readonly #buffer: [bigint, readonly number[]][] = [];
          override store(address: bigint, bytes: readonly number[]): void {
            this.#buffer.push([address, bytes]);
          }
          protected override onBarrier(barrier: Barrier): void {
            for (const [address, bytes] of this.#buffer.splice(0)) super.store(address, bytes);
            super.onBarrier(barrier);
          }
        })(),
      /the CPU loads what it has just stored/,
    ],
    [
      "whose DMA loses odd bytes at the end",
      () =>
        new (class extends H743 {
          override dmaWrite(address: bigint, bytes: readonly number[], master: string): void {
            super.dmaWrite(address, bytes.slice(0, bytes.length & ~1), master);
          }
        })(),
      /DMA wrote/,
    ],
    [
      "whose DMA writes a byte too many",
      () =>
        new (class extends H743 {
          override dmaWrite(address: bigint, bytes: readonly number[], master: string): void {
            super.dmaWrite(address, [...bytes, 0xaa], master);
          }
        })(),
      /the CPU loads 170/,
    ],
    [
      "whose DMA damages the middle of what it reads",
      () =>
        new (class extends H743 {
          override dmaRead(address: bigint, lengthBytes: number, master: string): number[] {
            return super.dmaRead(address, lengthBytes, master).map((byte, index) => (index % 8 === 3 ? 0 : byte));
          }
        })(),
      /DMA reads 0 /,
    ],
    [
      "whose cleaning leaves some bytes out",
      () =>
        new (class extends H743 {
          override clean(start: bigint): void {
            const line = this.lines.get(start);
            if (line?.dirty)
              for (const [at, byte] of line.bytes.entries()) if (at !== 11) this.put(start + BigInt(at), byte);
            if (line) line.dirty = false;
          }
        })(),
      /DMA reads 0 at 0x[0-9a-f]+b/,
    ],
    [
      "whose bytes are signed",
      () =>
        new (class extends H743 {
          override load(address: bigint, lengthBytes: number): number[] {
            return super.load(address, lengthBytes).map((byte) => (byte << 24) >> 24);
          }
        })(),
      /the CPU loads -\d+/,
    ],
  ])("%s is none", (_, make, says) => {
    expect(foundIn(make)).toMatch(says);
  });

  it("says what was issued, and what was there before", () => {
    const Never = class extends H743 {
      protected override onBarrier(): void {}
    };
    expect(foundIn(() => new Never(), ["AXI SRAM"])).toMatch(
      /DMA reads 0 at 0x24000040, not 10 \(the CPU stored 10\); the fence had issued dsb sy; write32 0xe000ef68 = 0x24000040; /,
    );
  });
});

describe("what a machine throws at a mistake", () => {
  it("shows nothing, and is said apart", () => {
    const NoInvalidate = class extends H743 {
      override writeRegister(...args: Parameters<ModelMachine["writeRegister"]>): void {
        if (args[0] === 0xe000_ef5cn) throw new Error("no such register");
        super.writeRegister(...args);
      }
    };
    const { threw, shown } = checkMachine(h743, () => new NoInvalidate(), { attempts: 1, memories: ["AXI SRAM"] });
    expect(threw.map(({ mistake }) => mistake)).toEqual([
      "Stm32h743DmaFence, release 3: DCCMVAC replaced by DCIMVAC",
      "Stm32h743DmaFence, acquire 3: DCCIMVAC replaced by DCIMVAC",
    ]);
    expect(threw[0]!.error).toContain("no such register");
    expect(shown).not.toContain(threw[0]!.mistake);
  });
});

describe("what cannot be judged at once", () => {
  it("is refused with the name of the method", () => {
    const Promising = class extends H743 {
      override dmaRead(): number[] {
        return Promise.resolve([]) as unknown as number[];
      }
    };
    expect(() => foundIn(() => new Promising())).toThrow(TypeError);
    expect(() => foundIn(() => new Promising())).toThrow("dmaRead returned a promise");
    const making = (async () => new H743()) as unknown as () => ModelMachine;
    expect(() => foundIn(making)).toThrow("The function that makes machines returned a promise");
  });

  it("are memories, masters and fences that the chip does not have", () => {
    const make = () => new H743();
    expect(() => checkMachine(h743, make, { memories: ["SRAM9"] })).toThrow(/no memory SRAM9; it has ITCM, /);
    expect(() => checkMachine(h743, make, { masters: ["XDMA"] })).toThrow(/no DMA master XDMA; it has /);
    expect(() => checkMachine(h743, make, { fence: "None" })).toThrow(/no fence None of stm32h743/);
    expect(() => checkMachine(h743, make, { masters: ["BDMA"], memories: ["AXI SRAM"] })).toThrow(
      "Stm32h743DmaFence cannot be checked: BDMA reaches nothing of AXI SRAM that the core sees",
    );
  });
});

describe("interrupts", () => {
  const { chip } = planOf("rz-five").planned!;
  class Masking extends ModelMachine {
    masked = false;
    override maskInterrupts(): unknown {
      const before = this.masked;
      this.masked = true;
      return before;
    }
    override restoreInterrupts(before: unknown): void {
      this.masked = before === true;
    }
    interruptsMasked(): boolean {
      return this.masked;
    }
  }
  const check = (Machine: typeof Masking) => () =>
    checkMachine(chip, () => new Machine({ lineBytes: 64 }), { attempts: 1, memories: ["DDR"] });
  const always = class extends Masking {
    override restoreInterrupts(): void {
      this.masked = false;
    }
  };
  const never = class extends Masking {
    override restoreInterrupts(): void {}
  };

  it("must be put back to what they were", () => {
    expect(check(always)).toThrow(/interrupts are not masked behind a \w+ that was called with interrupts masked/);
    expect(check(never)).toThrow(/interrupts are masked behind release/);
    expect(check(Masking)).not.toThrow(/interrupts are/);
  });
});

describe("a poll", () => {
  const { chip } = planOf("kinetis-k66").planned!;
  const isCached = (address: bigint) => address < 0x1fff_0000n && (address < 0x1000_0000n || address >= 0x1800_0000n);
  const ofCode = (address: bigint) =>
    address >> 28n === 8n || address >> 28n === 9n ? address - 0x8000_0000n : address;
  const Model = class extends ModelMachine {
    constructor() {
      super({ lineBytes: 16, isCached, memoryAt: ofCode });
    }
  };

  it("is waited for by what does not take place before", () => {
    expect(checkMachine(chip, () => new Model(), { attempts: 1 }).shown).toEqual(
      expect.arrayContaining([
        "KinetisK66DmaFence, release: polls left out",
        "KinetisK66DmaFence, acquire: polls left out",
      ]),
    );
  });

  it("that nothing waits for is one left out", () => {
    const AtOnce = class extends Model {
      protected override onMaintenance(operation: Maintenance): void {
        this.maintain1(operation);
      }
    };
    expect(() => checkMachine(chip, () => new AtOnce(), { attempts: 1 })).toThrow(
      /treats maintenance as complete although nothing has waited for it[\s\S]*polls left out/,
    );
  });
});

describe("discard-dirty", () => {
  const { chip } = planOf("esp32-s3").planned!;
  const isCached = (address: bigint) => address >= 0x3c00_0000n && address < 0x3e00_0000n;
  const ofData = (address: bigint) =>
    address >= 0x4037_8000n && address < 0x403e_0000n ? address - 0x4037_8000n + 0x3fc8_8000n : address;
  const Model = class extends ModelMachine {
    constructor() {
      super({ lineBytes: 16, isCached, memoryAt: ofData });
    }
  };

  it("keeps the line", () => {
    const { shown } = checkMachine(chip, () => new Model(), { attempts: 1 });
    expect(shown.filter((name) => name.includes("replaced by"))).not.toEqual([]);
    const Dropping = class extends Model {
      override maintain1(operation: Maintenance): void {
        const isDiscarded = operation.effect === "discard-dirty";
        super.maintain1(isDiscarded ? { ...operation, effect: "invalidate" } : operation);
      }
    };
    expect(() => checkMachine(chip, () => new Dropping(), { attempts: 1 })).toThrow(
      /treats discard-dirty of DCACHE as /,
    );
  });
});
