// A small chip of our own, so that tests of one fact do not depend on a real one.
import { sourced } from "./sourced.ts";

export interface TestChip {
  readonly architecture?: keyof typeof targets;
  /** The caches of the core, as a YAML list. */
  readonly coreCaches?: string;
  /** Errata and other keys of the core, indented by four spaces. */
  readonly coreMore?: string;
  readonly revision?: string;
  /** The one target; left out, a usual one of the architecture. */
  readonly rustTarget?: string;
  readonly core?: string;
  readonly caches?: string;
  readonly mechanisms?: string;
  readonly regions?: string;
  readonly dma?: string;
  /** What the one core's entry expects instead of a fence. */
  readonly refused?: string;
  readonly more?: string;
}

const targets = {
  "armv6-m": "thumbv6m-none-eabi",
  "armv7-m": "thumbv7em-none-eabi",
  "armv7-a": "armv7a-none-eabi",
  "armv8-a": "aarch64-unknown-none",
  riscv: "riscv32imac-unknown-none-elf",
  x86: "x86_64-unknown-none",
} as const;

function testCore({ architecture = "armv7-m", coreCaches, coreMore }: TestChip): string {
  return `
  - core: test-core
    title: Test core
    architecture: ${architecture}
    caches: ${coreCaches ?? "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }]"}${coreMore ?? ""}`;
}

/** A chip with a write-back cache that its one DMA controller does not see; each part may be another. */
export function testChip(parts: TestChip = {}): string {
  return sourced(chipText(parts));
}

function chipText(parts: TestChip): string {
  return `chip: test-chip
title: Test chip
vendor: Nobody
cores:
  - core:${(parts.core ?? testCore(parts)).replaceAll("\n", "\n    ").replace(/- /, "  ")}
    rustTargets: [${parts.rustTarget ?? targets[parts.architecture ?? "armv7-m"]}]
${parts.refused ? `    refused: ${parts.refused}\n` : ""}${parts.revision ? `    revision: ${parts.revision}\n` : ""}${parts.caches ? `caches:${parts.caches}\n` : ""}mechanisms:${parts.mechanisms ?? testMechanism()}
memories:${parts.regions ?? "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }"}
masters:${parts.dma ?? "\n  DMA: { reaches: [RAM], snoops: none }"}
${parts.more ?? ""}`;
}

export interface TestMechanism {
  readonly id?: string;
  readonly operations?: string;
  readonly ordering?: string;
  readonly address?: string;
  readonly more?: string;
}

/** A mechanism with all three operations, for the list of a chip's own mechanisms. */
export function testMechanism(parts: TestMechanism = {}): string {
  return `
  - mechanism: ${parts.id ?? "test-mechanism"}
    title: Test mechanism
    address: ${parts.address ?? "{ kind: virtual, ignoredLowBits: line, uncachedAddress: ignored }"}
    base: 0x4000_0000
    registers:
      CLEAN: { offset: 0x0 }
      INVALIDATE: { offset: 0x4 }
      CLEAN_INVALIDATE: { offset: 0x8 }
      START: { offset: 0xC }
      END: { offset: 0x10, bits: 32 }
      STATUS: { offset: 0x14 }
    operations: ${
      parts.operations ??
      `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate-line: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }
      clean-invalidate-line: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN_INVALIDATE, value: address }] }`
    }
    ordering: ${parts.ordering ?? "{ accessClass: maintenance, doneWhen: completed }"}
    reentrancy: atomic${parts.more ?? ""}`;
}
