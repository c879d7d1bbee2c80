// Small chips like real ones that are not among the shipped.
import { testChip, testMechanism } from "../support/test-chip.ts";
import type { Subject } from "./subject.ts";

export const testChipPath = "chips/test-chip.yaml";
const own = (text: string): Subject => ({ chip: "test-chip", texts: { [testChipPath]: text } });

/** Range commands; one of them, called clean, only takes the mark of a dirty line away. */
export const espressif = own(
  testChip({
    architecture: "riscv",
    mechanisms: testMechanism({
      operations: ["writeback: clean", "clean: discard-dirty", "invalidate: invalidate", "flush: clean-and-invalidate"]
        .map((entry, index) => {
          const [name, effect] = entry.split(": ");
          return `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: size-bytes }
          - write: { register: CLEAN, value: ${1 << index} }
          - poll: { register: STATUS, mask: 0x1, until: set }`;
        })
        .join(""),
      ordering: "{ accessClass: device-write, doneWhen: completed }",
    }),
  }),
);

/** One range command at a time, between the start of a line and an end. */
export const rangeMechanism = (end: string): string =>
  testMechanism({
    operations: ["clean: clean", "invalidate: invalidate", "clean-invalidate: clean-and-invalidate"]
      .map((entry, index) => {
        const [name, effect] = entry.split(": ");
        return `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: ${end} }
          - write: { register: CLEAN, value: ${index + 1} }
          - poll: { register: STATUS, mask: 0x1, until: set }`;
      })
      .join(""),
    ordering: "{ accessClass: device-write, doneWhen: completed }",
  });

/**
 * An operation that begins with one that loses data, and is said to lose none: the plan goes by what is said, and what is executed
 * shows the verifier that it is not so.
 */
export const misread: string = testChip({
  mechanisms: testMechanism({
    operations: `
      drop: { effect: discard-dirty, sequence: [write: { register: INVALIDATE, value: address }] }
      clean: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      clear: { effect: clean-and-invalidate, sequence: [write: { register: INVALIDATE, value: address }, write: { register: CLEAN, value: 1 }] }`,
  }),
});

/** Two levels that hold no memory together, so that the barrier between what is done to the one and to the other orders nothing. */
export const superfluousBarrier: string = testChip({
  coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: inner }]",
  caches: "\n  - { name: L2, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
  mechanisms:
    testMechanism({ id: "inner" }) + testMechanism({ id: "outer" }).replace("base: 0x4000_0000", "base: 0x5000_0000"),
  regions:
    "\n  A: { base: 0x2000_0000, size: 64KiB, cachedBy: [L1D] }\n  B: { base: 0x3000_0000, size: 64KiB, cachedBy: [L2] }",
  dma: "\n  DMA: { reaches: [A, B], snoops: none }",
});

/** The end of a range is inclusive. */
export const stDcache = own(testChip({ mechanisms: rangeMechanism("last-byte") }));

/** The size of a range is a number of lines. */
export const rangeInLines = own(testChip({ mechanisms: rangeMechanism("size-lines") }));

const flushOnly = `
      flush: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN, value: address }] }`;

/** A second level that is maintained by the address of a line in a register, and reaches the first; nothing else exists. */
export const sifive = own(
  testChip({
    architecture: "riscv",
    coreCaches: "[{ name: L1D, lineBytes: 64, writePolicy: write-back, maintenance: test-mechanism }]",
    caches:
      "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 64, writePolicy: write-back, maintenance: test-mechanism }",
    mechanisms: testMechanism({
      address: "{ kind: physical, uncachedAddress: ignored }",
      operations: flushOnly,
      ordering: "{ accessClass: device-write, doneWhen: ordered }",
    }),
  }),
);

/** Two levels, each with operations of its own. */
export const twoLevels = own(
  testChip({
    caches:
      "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
    mechanisms: testMechanism() + testMechanism({ id: "outer" }).replaceAll("base: 0x4000_0000", "base: 0x5000_0000"),
  }),
);

/** Two levels with lines of different sizes. */
export const differentLines = own(
  testChip({
    caches:
      "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 64, writePolicy: write-back, maintenance: outer }",
    mechanisms: testMechanism() + testMechanism({ id: "outer" }).replaceAll("base: 0x4000_0000", "base: 0x5000_0000"),
  }),
);

/** An inner level that stores pass by, in front of one that keeps them. */
export const readOnlyInside = own(
  testChip({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: read-only, maintenance: test-mechanism }]",
    caches:
      "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
    mechanisms: testMechanism() + testMechanism({ id: "outer" }).replaceAll("base: 0x4000_0000", "base: 0x5000_0000"),
  }),
);

/** Only the operation on the whole cache, which the fence does not use, is waited for by a poll. */
export const pollElsewhere = own(
  testChip({
    mechanisms: testMechanism({
      operations: `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      clean-invalidate-line: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN_INVALIDATE, value: address }] }
      all:
        effect: clean-and-invalidate
        unit: whole-cache
        sequence: [write: { register: START, value: 1 }, poll: { register: STATUS, mask: 0x1, until: set }]`,
    }),
  }),
);

/** Stores go on to memory, so that nothing is cleaned. */
export const writeThrough = own(
  testChip({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-through, maintenance: test-mechanism }]",
  }),
);

/** A cache for reads, which the bus for code has even for data; it is only invalidated as a whole. */
export const readOnlyCache = own(
  testChip({
    coreCaches: "[{ name: ICACHE, lineBytes: 32, writePolicy: read-only, maintenance: test-mechanism }]",
    mechanisms: testMechanism({
      operations: `
      invalidate-all:
        effect: invalidate
        unit: whole-cache
        sequence: [write: { register: INVALIDATE, value: 1 }, poll: { register: STATUS, mask: 0x1, until: set }]`,
      ordering: "{ accessClass: device-write, doneWhen: completed }",
    }),
  }),
);

/** A Cortex-M7 whose cache is off. */
export const cacheOff = own(
  testChip({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back, enabled: never, maintenance: test-mechanism }]",
  }),
);

/** Armv8-A with masters that see all caches, as in servers. */
export const coherentArm = own(
  testChip({
    architecture: "armv8-a",
    coreCaches: "[{ name: L1D, lineBytes: 64, writePolicy: write-back }]",
    mechanisms: " []",
    dma: "\n  DMA: { reaches: [RAM], snoops: all }",
  }),
);

/** No operation cleans and invalidates in one. */
export const twoOperations = own(
  testChip({
    mechanisms: testMechanism({
      operations: `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate-line: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }`,
    }),
  }),
);

/** Armv7-A or -R with one level, maintained by instructions. */
export const armv7 = own(
  testChip({
    architecture: "armv7-a",
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: armv7-cp15 }]",
    mechanisms: " []",
  }),
);
