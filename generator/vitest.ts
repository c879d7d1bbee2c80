// Matchers for vitest, `fencegen/vitest`: importing it extends `expect`. What is asked, the machine answers, or a trial has answered.
import { expect } from "vitest";
import type { DmaBuffer } from "./runtime/dma-fence.ts";
import type { SimulatedMachine } from "./simulator/machine.ts";
import type { HandOver } from "./simulator/ownership/hand-over.ts";
import { eventTable } from "./simulator/trace/event-table.ts";
import type { DriverVerdict } from "./trial/verify-driver.ts";

declare module "vitest" {
  // The type parameter is vitest's.
  interface Matchers<T> {
    /** Of a machine that watches a fence: each byte of the buffer was released after the last store to it, and not taken back since. */
    toHaveHandedOver(buffer: DmaBuffer): void;
    /** Of a machine that watches a fence: no master has a byte of the buffer, and acquire came after the end; no byte was found stale. */
    toHaveTakenBack(buffer: DmaBuffer): void;
    /** Of what `verifyDriver` found: this verdict. Where it is another one, the failure says why, with the schedule that goes wrong. */
    toHaveVerdict(verdict: DriverVerdict["verdict"]): void;
  }
}

/** What `expect.extend` takes. */
export const matchers = {
  toHaveHandedOver: matcherOf("handed-over", "handed over"),
  toHaveTakenBack: matcherOf("taken-back", "taken back"),
  toHaveVerdict,
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

function toHaveVerdict(found: DriverVerdict, verdict: DriverVerdict["verdict"]) {
  if (typeof (found as Partial<DriverVerdict> | null)?.verdict !== "string")
    throw new TypeError(`expect(…) is given what verifyDriver found, which shall be ${verdict}`);
  const pass = found.verdict === verdict;
  const message = () => {
    const { counterexample, undecided } = found;
    const is = pass ? `${found.verdict}, which it should not be` : `${found.verdict}, and not ${verdict}`;
    const why = counterexample?.why ?? undecided;
    const schedule = counterexample ? [eventTable(counterexample.events, true)] : [];
    return [`the driver is ${is}${why === undefined ? "" : `: ${why}`}`, ...schedule].join("\n\n");
  };
  return { pass, message };
}
