// The description that the playground begins with: small, and with a cache and a DMA master, so that there is something to maintain.
export const startText = `# A small chip to begin with. Change it, or choose another above.
# Ctrl-Space shows what may stand here; rest the pointer on a
# word to read what it means.
chip: my-chip
title: My chip
vendor: Example
cores:
  - core: cortex-m7
    revision: r1p1
memories:
  # Caches hold all of it, unless it says something else.
  SRAM: { base: 0x2000_0000, size: 128KiB, cachedBy: none }
  AXI SRAM: { base: 0x2400_0000, size: 512KiB }
  Flash: { base: 0x0800_0000, size: 1MiB }
masters:
  # What a master reaches decides which fence it needs.
  DMA1, DMA2:
    reaches: [AXI SRAM]
    reads: [Flash]
# Where each fact is from. Nobody has read anything about this chip.
evidence:
  cores: unverified
  memories: unverified
  masters: unverified
`;
