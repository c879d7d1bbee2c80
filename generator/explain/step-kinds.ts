// What each kind of step is, for `explain`: what it does, what goes wrong without it, and why it may be missing on another chip.
import type { FenceStep } from "../plan/operation.ts";

export const stepKinds: Readonly<Record<FenceStep["kind"], string>> = {
  "return-if-empty":
    "Leaves before any maintenance where the buffer has no bytes. Its pointer may point into a line of somebody else's, which maintenance would write back or drop. A fence without maintenance does not need it.",
  "region-guard":
    "Leaves for a buffer in memory that the caches of this mechanism do not hold. The mechanism has nothing to do there, or its command would be an error.",
  "read-line-size":
    "Asks the core how large its cache lines are. A loop with steps that are too large would miss lines; with too small ones it only takes longer.",
  "mask-interrupts":
    "Holds interrupts off while an operation is told in several commands. A handler that uses the same registers in between would change what the operation acts on.",
  "restore-interrupts": "Puts interrupts back to what they were before they were masked.",
  barrier:
    "Orders accesses: nothing that it holds back is seen before what comes first. Between the CPU's stores and the maintenance of their lines, between maintenance and the access that starts DMA, and between the read that saw the end and the reads of the buffer. Where the core keeps an order by itself, there is none.",
  "compiler-barrier":
    "No instruction: the core keeps the order by itself. The compiler must still not move accesses to the buffer across the call.",
  "maintain-lines":
    "Cleans, invalidates, or cleans and invalidates each cache line that the buffer touches. Clean writes a dirty line back, so that DMA reads it; invalidate drops a line, so that the CPU reads what DMA wrote. Where only the first and the last line are maintained, the buffer shares just these with others.",
  "maintain-range": "The same for a range of addresses in one command, or in pieces where a command takes no more.",
  "maintain-whole-cache": "The same for all lines of a cache, where its controller knows no addresses.",
  "complete-maintenance":
    "Waits until the cache's controller has done what it was told. A controller outside the core takes commands and goes on; a barrier of the core does not wait for it.",
};
