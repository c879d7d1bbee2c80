// What the model does not contain. Printed after every run, and explained in semantics/SEMANTICS.md.

export interface ModelLimit {
  readonly limit: string;
  /** What is left to whoever writes a driver or sets up a board. */
  readonly driver: string;
}

export const modelLimits: readonly ModelLimit[] = [
  {
    limit: "DMA writes that are still posted when the status is seen",
    // PCI: Linux, Documentation/PCI/msi-howto.rst "Why use MSIs?".
    driver:
      "Take the end from a status or an interrupt of which the manual says that the last write is complete by then. On PCI, read a register of the device first, or use MSI.",
  },
  {
    limit: "bridges that answer a write before it has arrived, and reordering between different targets",
    driver:
      "Where the chip's manual names such a bridge between the core and the buffer's memory, read the buffer's last word back between release and the start.",
  },
  {
    limit: "what other cores run, beside what their caches hold: a Tock fence orders nothing between cores",
    driver:
      "Take the buffer over from another core with a lock or an atomic flag before release, and hand it on after acquire.",
  },
  {
    limit: "a copy on its way between two levels: each move is one event",
    driver: "Nothing.",
  },
  {
    limit: "ECC, parity, cache locking, and what happens on a bus error",
    driver: "Lock no line of a buffer. After a transfer that failed, take the whole buffer for undefined.",
  },
  {
    limit: "address translation beyond a mapping that is one to one or not",
    driver: "Map a buffer once, at an address that is described.",
  },
  {
    limit: "what an erratum does; only the sequence that avoids it is there",
    driver: "Set up at start what the errata notice asks for beside the sequence.",
  },
  {
    limit: "time: everything that may happen may happen at any moment, and whatever must happen does in the end",
    driver: "After a timeout, stop the engine before the buffer is acquired or used again.",
  },
];
