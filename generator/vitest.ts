// Matchers for vitest, `fencegen/vitest`: importing it extends `expect`. What is asked, the machine answers.
import { expect } from "vitest";
import type { DmaBuffer } from "./runtime/dma-fence.ts";
import type { SimulatedMachine } from "./simulator/machine.ts";
import type { HandOver } from "./simulator/ownership/hand-over.ts";

declare module "vitest" {
  // The type parameter is vitest's.
  interface Matchers<T> {
    /** Of a machine that watches a fence: each byte of the buffer was released after the last store to it, and not taken back since. */
    toHaveHandedOver(buffer: DmaBuffer): void;
    /** Of a machine that watches a fence: no master has a byte of the buffer, and acquire came after the end; no byte was found stale. */
    toHaveTakenBack(buffer: DmaBuffer): void;
  }
}

/** What `expect.extend` takes. */
export const matchers = {
  toHaveHandedOver: matcherOf("handed-over", "handed over"),
  toHaveTakenBack: matcherOf("taken-back", "taken back"),
};

expect.extend(matchers);

function matcherOf(asked: HandOver, words: string) {
  return (machine: Pick<SimulatedMachine, "whyNot">, buffer: DmaBuffer) => {
    if (typeof (machine as Partial<SimulatedMachine> | null)?.whyNot !== "function")
      throw new TypeError(`expect(…) is given the simulated machine on which the buffer shall be ${words}`);
    const why = machine.whyNot(asked, buffer);
    const where = `${buffer.lengthBytes} bytes at 0x${buffer.address.toString(16)}`;
    const message = () => (why === undefined ? `${where}: ${words}, which they should not be` : `not ${words}: ${why}`);
    return { pass: why === undefined, message };
  };
}
