// A small chip of our own, so that tests of one fact do not depend on a real one.

export interface TestChip {
  readonly core?: string;
  readonly caches?: string;
  readonly mechanisms?: string;
  readonly regions?: string;
  readonly dma?: string;
  readonly more?: string;
}

const cached = `
  - core: test-core
    title: Test core
    architecture: armv7-m
    caches:
      - { name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }`;

/** A chip with a write-back cache that its one DMA controller does not see; each part may be another. */
export function testChip(parts: TestChip = {}): string {
  return `chip: test-chip
title: Test chip
vendor: Nobody
cores:
  - core:${(parts.core ?? cached).replaceAll("\n", "\n    ").replace(/- /, "  ")}
    rustTargets: [thumbv7em-none-eabi]
${parts.caches ? `caches:${parts.caches}\n` : ""}mechanisms:${parts.mechanisms ?? testMechanism()}
regions:${parts.regions ?? "\n  - { name: RAM, base: 0x2000_0000, size: 64KiB, cachedBy: all }"}
dma:${parts.dma ?? "\n  - { name: DMA, reaches: [RAM], snoops: none }"}
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
    address: ${parts.address ?? "{ kind: virtual, anyByteOfLine: true, uncachedAddress: ignored }"}
    base: 0x4000_0000
    registers:
      CLEAN: { offset: 0x0 }
      INVALIDATE: { offset: 0x4 }
      CLEAN_INVALIDATE: { offset: 0x8 }
      START: { offset: 0xC }
      END: { offset: 0x10 }
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
