// Chips that no shipped one is like, for tests of what is printed.
import { type TestChip, testMechanism } from "./test-chip.ts";

const range = (name: string, effect: string) => `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: STATUS, value: ${effect === "clean" ? "0x10" : "0x11"} }
          - write: { register: START, value: { of: first-line, shiftRight: 5 } }
          - write: { register: END, value: last-byte }
          - write: { register: CLEAN, value: { of: size-lines, subtract: 1, or: 0x8000_0000 } }
          - write: { register: INVALIDATE, value: { of: end, subtract: 4 } }
          - poll: { register: STATUS, mask: 0x1, until: clear }
          - poll: { register: STATUS, mask: 0x8000_0000, until: set }`;
const rangeMechanism = testMechanism({
  address: "{ kind: physical, uncachedAddress: wrong }",
  ordering: "{ accessClass: device-write, doneWhen: completed }",
  operations: range("clean", "clean") + range("clean-invalidate", "clean-and-invalidate"),
}).replace("CLEAN: { offset: 0x0 }", "CLEAN: { offset: 0x0, bits: 32 }");
const strict = "{ kind: physical, uncachedAddress: wrong }";
const lineCommand = (name: string, effect: string, command: number) => `
      ${name}:
        effect: ${effect}
        sequence:
          - write: { register: CLEAN, value: 0x${((command << 24) | (1 << 26)).toString(16)} }
          - write: { register: START, value: { of: address, or: 1 } }
          - poll: { register: START, mask: 0x1, until: clear }`;

const named = (name: string, effect: string, command: string, other: string) => `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: size-bytes }
          - modify: { register: CLEAN, set: [${command}, CMD_START], clear: ${other} }
          - modify: { register: CLEAN, clear: 0x100 }
          - read: { register: STATUS }`;

/** A controller that takes 16 MiB less a line at once, by names, and has done its work when it is read back. */
export const pieceMechanism = (limits = ""): string =>
  testMechanism({
    ordering: "{ accessClass: device-write, doneWhen: completed }",
    operations:
      named("clean", "clean", "CMD_CLEAN", "CMD_CLEAR") +
      named("clear", "clean-and-invalidate", "CMD_CLEAR", "CMD_CLEAN"),
  })
    .replace(
      "CLEAN: { offset: 0x0 }",
      "CLEAN: { offset: 0x0, values: { CMD_CLEAN: 0x1, CMD_CLEAR: 0x2, CMD_START: 0x8 } }",
    )
    .replace("END: { offset: 0x10, bits: 32 }", "END: { offset: 0x10, bits: 24 }")
    .replaceAll("unit: range", `unit: range${limits}`)
    .replace("reentrancy: atomic", "reentrancy: shared-registers");
export const largeMemory = {
  regions: `
  RAM: { base: 0x2000_0000, size: 256MiB, cachedBy: all }`,
};

/** Chips whose fences take every form of statement that a view can print. */
export const shapes: Readonly<Record<string, TestChip>> = {
  "a range command behind a guard around two regions": {
    mechanisms: rangeMechanism,
    regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  A region with quite a long name: { base: 0x6000_0000, size: 256MiB, cachedBy: all }
  TCM: { base: 0, size: 64KiB, cachedBy: none }`,
    dma: "\n  DMA: { reaches: [RAM, A region with quite a long name, TCM], snoops: none }",
  },
  "a range command behind a guard around one region": {
    mechanisms: rangeMechanism,
    regions:
      "\n  RAM: { base: 0xF000_0000, size: 256MiB, cachedBy: all }\n  TCM: { base: 0, cachedBy: none, size: 64KiB }",
    dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
  },
  "ranges in pieces, bits by name, read back": { mechanisms: pieceMechanism(), ...largeMemory },
  "ranges in pieces that cross no window": {
    mechanisms: pieceMechanism("\n        windowBytes: 1MiB"),
    ...largeMemory,
  },
  "lines whose size a register of the mechanism says": {
    coreCaches:
      "[{ name: L1D, lineBytes: { smallest: 16, largest: 64, readFrom: { register: STATUS, lowBit: 2, bits: 2, unitBytes: 16 } }, writePolicy: write-back, maintenance: test-mechanism }]",
    mechanisms: testMechanism({ address: "{ kind: virtual, ignoredLowBits: 4, uncachedAddress: ignored }" }),
  },
  "edge lines, by the start of the line": {
    mechanisms: testMechanism({
      address: "{ kind: virtual, ignoredLowBits: 0, uncachedAddress: ignored }",
      operations: `
      clean: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate: { effect: invalidate, repeat: 2, sequence: [write: { register: INVALIDATE, value: address }] }`,
    }),
  },
  "edge lines, by any address": {
    mechanisms: testMechanism({
      operations: `
      clean: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }`,
    }),
  },
  "lines whose size is read from a register": {
    coreCaches:
      "[{ name: L1D, lineBytes: { smallest: 16, largest: 128, readFrom: architecture }, writePolicy: write-back, maintenance: test-mechanism }]",
  },
  "edge lines whose size a system register says": {
    architecture: "armv8-a",
    coreCaches:
      "[{ name: L1D, lineBytes: { smallest: 32, largest: 64, readFrom: architecture }, writePolicy: write-back, maintenance: test-mechanism }]",
    mechanisms: testMechanism({
      address: "{ kind: virtual, ignoredLowBits: 0, uncachedAddress: ignored }",
      operations: `
      clean: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }`,
    }),
  },
  "a whole-cache operation": {
    mechanisms: testMechanism({
      operations:
        "\n      all: { effect: clean-and-invalidate, unit: whole-cache, sequence: [write: { register: CLEAN, value: 1 }] }",
    }),
  },
  "two levels of different lines": {
    caches:
      "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 64, writePolicy: write-back, maintenance: outer }",
    mechanisms:
      testMechanism() +
      testMechanism({
        id: "outer",
        address: "{ kind: physical, uncachedAddress: ignored }",
        more: "\n    completion: { sequence: [write: { register: STATUS, value: 0 }] }",
      }).replace("0x4000_0000", "0x5000_0000"),
    dma: "\n  Master: { reaches: [RAM], snoops: none }\n  Port: { reaches: [RAM], snoops: all }",
  },
  "levels side by side, each for its own memory, behind masked interrupts": {
    coreCaches: `
      - { name: Code, lineBytes: 16, writePolicy: write-back, maintenance: { mechanism: lmem, base: 0xE008_2000, lock: interrupts-masked } }
      - { name: System, lineBytes: 16, writePolicy: write-back, maintenance: { mechanism: lmem, base: 0xE008_2800, lock: interrupts-masked } }`,
    mechanisms: testMechanism({
      id: "lmem",
      address: strict,
      ordering: "{ accessClass: device-write, doneWhen: completed }",
      operations: lineCommand("push", "clean", 2) + lineCommand("clear", "clean-and-invalidate", 3),
    }).replace("reentrancy: atomic", "reentrancy: shared-registers"),
    regions: `
  Flash: { base: 0x0, size: 1MiB, cachedBy: [Code] }
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: none }
  SDRAM: { base: 0x8000_0000, size: 8MiB, cachedBy: [System] }`,
    dma: "\n  DMA: { reaches: [Flash, RAM, SDRAM], snoops: none }",
  },
  "an inner level for all memory and an outer one for some": {
    caches:
      "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
    mechanisms:
      testMechanism() +
      testMechanism({
        id: "outer",
        address: strict,
        ordering: "{ accessClass: device-write, doneWhen: completed }",
        more: "\n    completion: { sequence: [write: { register: STATUS, value: 0 }] }",
      }).replace("0x4000_0000", "0x5000_0000"),
    regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  OCM: { base: 0, size: 64KiB, cachedBy: [L1D] }`,
    dma: "\n  DMA: { reaches: [RAM, OCM], snoops: none }",
  },
  "stores whose address says what to do": {
    mechanisms: testMechanism({
      address: "{ kind: virtual, ignoredLowBits: 0, uncachedAddress: ignored }",
      operations: `
      clean: { effect: clean, sequence: [store: { to: { of: address, subtract: 0x2000_0000, add: 0x1800_0003 }, widthBits: 8 }] }
      invalidate: { effect: invalidate, sequence: [store: { to: { of: address, subtract: 0x2000_0000, add: 0x1800_0002 }, widthBits: 8 }] }`,
    }),
  },
  "shifted line addresses, twice, without interrupts": {
    architecture: "riscv",
    mechanisms: testMechanism({
      ordering: "{ accessClass: device-write, doneWhen: ordered }",
      operations: `
      flush:
        effect: clean-and-invalidate
        repeat: 2
        sequence:
          - write: { register: CLEAN, value: { of: address, shiftRight: 4 } }
          - poll: { register: STATUS, mask: 0x1, until: clear }`,
      more: "\n    execution: { interruptsMasked: true }",
    }),
  },
  "memory on x86 that may be mapped write-combining": {
    architecture: "x86",
    coreCaches: "[]",
    mechanisms: " []",
    regions: "\n  RAM: { base: 0, size: 64KiB, cachedBy: none, memoryType: configurable }",
  },
  "write-combining memory on x86": {
    architecture: "x86",
    coreCaches: "[]",
    mechanisms: " []",
    regions: "\n  RAM: { base: 0, cachedBy: none, memoryType: write-combining, size: 64KiB }",
  },
  // As on processors before the P6: a locked instruction also waits for reads of such memory.
  "write-combining memory on x86 without SSE": {
    architecture: "x86",
    rustTarget: "i486-unknown-none",
    coreCaches: "[]",
    coreMore: `
    differs:
      barriers:
        - instruction: "lock or dword ptr [esp], 0"
          earlier: [read, write, device-read, device-write]
          later: [read, write, device-read, device-write]
          source: intel-sdm Vol. 3A 8.1.2 Bus Locking`,
    more: "sources: { intel-sdm: { document: Intel 64 and IA-32 Architectures Software Developer's Manual } }",
    mechanisms: " []",
    regions: "\n  RAM: { base: 0, size: 64KiB, cachedBy: none, memoryType: write-combining }",
  },
  "words that mean something to a compiler": {
    dma: '\n  "*/ {{x}} {buffer} \\" \\\\ [link] `": { reaches: [RAM], snoops: none }',
  },
};
