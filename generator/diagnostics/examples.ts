// For problems that a few lines of a description show: those lines, and the same as they are right. A test puts the wrong ones in the place
// of the right ones in a whole description, and looks that this problem comes and goes.
import type { Code } from "./codes.ts";

export interface Example {
  readonly wrong: string;
  readonly right: string;
}

export const examples: Readonly<Partial<Record<Code, Example>>> = {
  "yaml/syntax": { wrong: 'vendor: "Nobody', right: "vendor: Nobody" },
  "yaml/conflict": {
    wrong: "<<<<<<< HEAD\nvendor: Nobody\n=======\nvendor: Somebody\n>>>>>>> other",
    right: "vendor: Nobody",
  },
  "yaml/duplicate-key": { wrong: "title: Fixture\ntitle: Fixture", right: "title: Fixture" },
  "schema/unknown-key": { wrong: "vendr: Nobody", right: "vendor: Nobody" },
  "schema/missing-key": { wrong: "", right: "vendor: Nobody" },
  "schema/wrong-value": { wrong: "    alignmentBytes: many", right: "    alignmentBytes: 16" },
  "rule/id-differs-from-file": { wrong: "chip: fixture", right: "chip: fixture-chip" },
  "rule/unknown-reference": { wrong: "    core: cortex-m77", right: "    core: cortex-m7" },
  "rule/unknown-memory": { wrong: "    reads: [SDRAM, Vdeo]", right: "    reads: [SDRAM, Video]" },
  "rule/unknown-cache-level": { wrong: "cachedBy: [L1D, L3]", right: "cachedBy: [L1D, L2]" },
  "rule/unknown-register": {
    wrong: "      - write: { register: CLEEN, value: address }",
    right: "      - write: { register: CLEAN, value: address }",
  },
  "rule/unknown-barrier": { wrong: "use: dsb everything", right: "use: dsb sy" },
  "rule/unknown-source": { wrong: "  cores: manul 1", right: "  cores: manual 1" },
  "rule/lines-without-revision": {
    wrong: "  memories: sdk memory.h:12-34",
    right: "  memories: sdk@0123abc memory.h:12-34",
  },
  "rule/misplaced-revision": { wrong: "  cores: manual@C 1", right: "  cores: manual 1" },
  "rule/evidence-of-nothing": { wrong: "    LCD: unverified", right: "    LTDC: unverified" },
  "rule/evidence-twice": {
    wrong: '    LTDC: unverified\n    "DMA, LTDC": { reach: unverified }',
    right: "    LTDC: unverified",
  },
  "rule/name-of-the-language": {
    wrong: "  everyMaster:\n    reads: [SDRAM, Video]",
    right: "  LTDC:\n    reads: [SDRAM, Video]",
  },
  "rule/comma-in-name": {
    wrong: "  LTDC,DMA2D:\n    reads: [SDRAM, Video]",
    right: "  LTDC:\n    reads: [SDRAM, Video]",
  },
  "rule/beyond-master-addresses": { wrong: "    addressBits: 30", right: "    addressBits: 32" },
  "rule/source-to-do": { wrong: "  cores: TODO", right: "  cores: manual 1" },
  "rule/line-not-power-of-two": { wrong: "    lineBytes: 48", right: "    lineBytes: 32" },
  "rule/line-range-reversed": { wrong: "    lineBytes: { smallest: 64, largest: 32 }", right: "    lineBytes: 32" },
  "rule/alignment-not-power-of-two": { wrong: "    alignmentBytes: 12", right: "    alignmentBytes: 16" },
  "rule/memories-overlap": { wrong: "  SDRAM: { base: 0x2000_8000, size", right: "  SDRAM: { base: 0x6000_0000, size" },
  "rule/unknown-viewer": {
    wrong: "  RAM: { base: { M33: 0x2000_0000, masters: 0x2000_0000 }, size",
    right: "  RAM: { base: 0x2000_0000, size",
  },
  "rule/memory-over-registers": {
    wrong: "  SDRAM: { base: 0x4000_0000, size",
    right: "  SDRAM: { base: 0x6000_0000, size",
  },
  "rule/reach-stated-twice": { wrong: "    reads: [SDRAM, SDRAM]", right: "    reads: [SDRAM, Video]" },
  "rule/memory-empty": { wrong: "size: 0, cachedBy: none }\n  SDRAM", right: "size: 64KiB, cachedBy: none }\n  SDRAM" },
  "rule/write-combining-cached": {
    wrong: "cachedBy: [L2], memoryType: write-combining",
    right: "cachedBy: none, memoryType: write-combining",
  },
  "rule/number-too-large": {
    wrong: "  Video: { base: 99999999999999999999, size",
    right: "  Video: { base: 0x7000_0000, size",
  },
  "rule/several-cores-without-name": {
    wrong: "  - { core: cortex-m4, rustTargets",
    right: "  - { core: cortex-m4, name: M4, rustTargets",
  },
  "rule/no-register-base": {
    wrong: "    maintenance: pl310",
    right: "    maintenance: { mechanism: pl310, base: 0xF8F0_2000 }",
  },
  "rule/master-reaches-nothing": { wrong: "  LTDC: {}", right: "  LTDC:\n    reads: [SDRAM, Video]" },
  "rule/alias-of-alias": { wrong: "aliasOf: Window", right: "aliasOf: RAM" },
  "rule/alias-larger-than-memory": {
    wrong: "  Window: { base: 0x3000_0000, size: 128KiB",
    right: "  Window: { base: 0x3000_0000, size: 64KiB",
  },
  "rule/alias-without-memory": { wrong: "    reaches: [Window, SDRAM]", right: "    reaches: [RAM, Window, SDRAM]" },
  "rule/beyond-address-space": {
    wrong: "  Video: { base: 0xFFFF_0000, size",
    right: "  Video: { base: 0x7000_0000, size",
  },
  "rule/register-misaligned": { wrong: "base: 0xF8F0_2001", right: "base: 0xF8F0_2000" },
  "rule/poll-of-no-bit": { wrong: "mask: 0, until: clear", right: "mask: 0x1, until: clear" },
  "rule/limit-without-range": { wrong: "    effect: clean\n    mostBytes: 16MiB", right: "    effect: clean" },
  "rule/range-without-end": {
    wrong: "    sequence: [write: { register: START, value: first-line }]",
    right: "    sequence: [write: { register: START, value: first-line }, write: { register: END, value: last-byte }]",
  },
  "rule/value-not-at-hand": {
    wrong: "{ register: CLEAN, value: last-byte }",
    right: "{ register: CLEAN, value: address }",
  },
  "rule/line-without-address": { wrong: "{ register: CLEAN, value: 1 }", right: "{ register: CLEAN, value: address }" },
  "rule/operations-alike": {
    wrong:
      "{ register: CLEAN, value: address }\n      - poll: { register: STATUS, mask: 0x1, until: clear }\n  drop:\n    effect: invalidate\n    sequence: [write: { register: CLEAN, value: address }]",
    right: "{ register: CLEAN, value: address }\n      - poll: { register: STATUS, mask: 0x1, until: clear }",
  },
  "rule/erratum-without-effect": {
    wrong: "title: It goes wrong., affects: all }",
    right: "title: It goes wrong., affects: all, obligation: Nobody uses it. }",
  },
  "rule/revision-of-other-form": { wrong: "    revision: B2", right: "    revision: r1p1" },
  "rule/mechanism-of-other-architecture": {
    wrong: "    maintenance: zicbom",
    right: "    maintenance: { mechanism: pl310, base: 0xF8F0_2000 }",
  },
  "rule/rust-target-of-other-architecture": {
    wrong: "    rustTargets: [riscv32imc-unknown-none-elf]",
    right: "    rustTargets: [thumbv7em-none-eabihf]",
  },
  "rule/unknown-core": { wrong: "    snoops: { M33: [L1D] }", right: "    snoops: { M7: [L1D] }" },
  "rule/unknown-operation": {
    wrong: "affects: all, withoutOperation: [DCZVA], obligation",
    right: "affects: all, obligation",
  },
  "rule/blank-at-end": { wrong: 'title: "Fixture "', right: "title: Fixture" },
  "rule/several-lines": { wrong: 'document: "The manual\\nof Nobody"', right: "document: The manual" },
  "rule/invisible-character": { wrong: 'title: "Fix\\u200bture"', right: "title: Fixture" },
  "rule/reserved-id": { wrong: "chip: lib", right: "chip: fixture-chip" },
  "rule/same-output-name": {
    wrong: "  LTDC, L-TDC:\n    reads: [SDRAM, Video]",
    right: "  LTDC:\n    reads: [SDRAM, Video]",
  },
  "rule/stated-twice": {
    wrong: "  - { base: 0x4000_0000, size: 256MiB }\n  - { base: 0x4000_0000, size: 1MiB }",
    right: "  - { base: 0x4000_0000, size: 256MiB }",
  },
  "rule/unverified-within": { wrong: "  cores: manual 1, unverified for M4", right: "  cores: manual 1" },
  "rule/modify-of-no-bit": { wrong: "      - modify: { register: CTRL }\n      - poll", right: "      - poll" },
  "rule/read-back-unneeded": {
    wrong: "value: address }\n      - read: { register: CLEAN }",
    right: "value: address }",
  },
  "rule/no-instruction": { wrong: '      - instruction: "nop; b ."\n      - poll', right: "      - poll" },
  "rule/unknown-value": { wrong: "{ register: CLEAN, value: ALL }", right: "{ register: CLEAN, value: address }" },
  "rule/address-stated-twice": {
    wrong: "  RAM: { base: { M7: 0x2000_0000, cortex-m7: 0x1000_0000, cores: 0x2000_0000, masters: 0x2000_0000 }, size",
    right: "  RAM: { base: 0x2000_0000, size",
  },
  "rule/no-address-for-master": {
    wrong: "  Video: { base: { cores: 0x7000_0000 }, size",
    right: "  Video: { base: 0x7000_0000, size",
  },
  "rule/nothing-differs": {
    wrong: "    core: cortex-m7\n    differs: { caches: { L1D: { lineBytes: 32, source: manual 1 } } }",
    right: "    core: cortex-m7",
  },
  "rule/difference-without-source": {
    wrong: "    core: cortex-m7\n    differs: { caches: { L1D: { lineBytes: 64 } } }",
    right: "    core: cortex-m7",
  },
  "rule/unknown-erratum": {
    wrong: "    core: cortex-m7\n    differs: { errata: { ARM 1: { holds: false, source: manual 1 } } }",
    right: "    core: cortex-m7",
  },
  "rule/mechanism-of-a-core": {
    wrong:
      "    reads: [SDRAM, Video]\n    caches: [{ name: Buffer, lineBytes: 32, writePolicy: write-back, maintenance: arm-scb }]",
    right: "    reads: [SDRAM, Video]",
  },
  "schema/unknown-kind": { wrong: "mechanisms: fixture-cache", right: "mechanism: fixture-cache" },
  "rule/value-too-wide": {
    wrong: "{ register: CLEAN, value: 0x1_0000_0000 }",
    right: "{ register: CLEAN, value: address }",
  },
  "rule/word-of-rust": { wrong: "chip: struct", right: "chip: fixture-chip" },
  "rule/duplicate-id": { wrong: "mechanism: pl310", right: "mechanism: fixture-cache" },
  "rule/duplicate-name": {
    wrong: "  - { core: cortex-m4, name: M7, rustTargets",
    right: "  - { core: cortex-m4, name: M4, rustTargets",
  },
  "rule/copied-core": {
    wrong: "    core: { core: cortex-m7-copy, title: Arm Cortex-M7, architecture: armv7-m, caches: [] }",
    right: "    core: cortex-m7",
  },
};
