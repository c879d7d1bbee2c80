// What the model does not contain. Printed after every run, and explained in semantics/SEMANTICS.md.
export const modelLimits: readonly string[] = [
  "DMA writes that are still posted when the status is seen, and reordering by the interconnect between different targets",
  "what other cores run, beside what their caches hold: a Tock fence orders nothing between cores",
  "a copy on its way between two levels: each move is one event",
  "ECC, parity, cache locking, and what happens on a bus error",
  "address translation beyond a mapping that is one to one or not: map a buffer once, at an address that is described",
  "what an erratum does; only the sequence that avoids it is there",
  "time: everything that may happen may happen at any moment, and whatever must happen does in the end",
];
