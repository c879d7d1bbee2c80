// What the model does not contain. Printed after every run, and explained in semantics/SEMANTICS.md.
export const modelLimits: readonly string[] = [
  "DMA writes that are still posted when the status is seen, and reordering by the interconnect between different targets",
  "other cores: a Tock fence orders nothing between cores",
  "cache levels with different line sizes; a fence for one is verified with the smaller",
  "copies that one level evicts into another while the same line is being filled, faster than one event at a time",
  "lines that a master which snoops leaves modified in the cache that it sees",
  "ECC, parity, cache locking, and what happens on a bus error",
  "address translation beyond a mapping that is one to one or not",
  "what an erratum does; only the sequence that avoids it is there",
  "time: everything that may happen may happen at any moment, and whatever must happen does in the end",
];
