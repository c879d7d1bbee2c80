// What of a file is not asked about, because it is not meant as a fact about the chip or is known to be wrong often.
import type { WitnessKind } from "./witness.ts";

export const kindsOfWitness: Readonly<Record<WitnessKind, string>> = {
  "linux-tree": "device trees of Linux and U-Boot",
  "zephyr-tree": "device trees of Zephyr",
  svd: "SVD files",
  pack: "descriptions of packs",
};

export const notTaken: Readonly<Record<WitnessKind, readonly string[]>> = {
  "linux-tree": [
    "How much main memory there is: a tree is of a board, which has a part of what the chip can have. More than that differs.",
    "Revisions, and what a master reaches.",
    "Whether what is not called a bus master is one.",
    "That a bus without `dma-ranges` shows masters the cores' addresses.",
    "Into a draft: that masters see the caches, where a tree for RISC-V says nothing and Linux takes it so.",
  ],
  "zephyr-tree": [
    "Coherency: Zephyr's trees do not say `dma-coherent`, whatever the hardware does.",
    "That a bus without `ranges` has no addresses: in Zephyr's trees it has those of the bus above it.",
    "Revisions, and what a master reaches.",
  ],
  svd: [
    "Caches: `dcachePresent` and `icachePresent` are missing or wrong in most files.",
    "The core's revision, which is often that of another chip.",
    "Memories, which an SVD file does not describe; blocks whose usage is `buffer`.",
    "Whether a peripheral is a bus master: only its name is known.",
  ],
  pack: [
    "Revisions, and caches, which a pack does not describe.",
    "What varies between the devices that are meant; `FILE#DEVICE` names one.",
    "Bus masters, which a pack does not describe.",
  ],
};
