// Fences with something left out, as a machine between the fence and the real one makes them.
import type { DmaBuffer, DmaFence, FenceMachine } from "../../generator/index.ts";

/** The class of a fence, as emitted ones are. */
export type FenceClass = new (machine: FenceMachine) => DmaFence;

/** What a fence executes, by the machine's method. */
export type Executed = { readonly method: keyof FenceMachine; readonly index: number };

/** A fence that leaves out what it is told to, of one method. @param isLeftOut asked for each call that does something */
export function without(
  Fence: FenceClass,
  fenceMethod: keyof DmaFence,
  isLeftOut: (executed: Executed) => boolean,
): FenceClass {
  return class implements DmaFence {
    readonly #machine: FenceMachine;

    constructor(machine: FenceMachine) {
      this.#machine = machine;
    }

    release(buffer: DmaBuffer): void {
      this.#call("release", buffer);
    }

    acquire(buffer: DmaBuffer): void {
      this.#call("acquire", buffer);
    }

    #call(called: keyof DmaFence, buffer: DmaBuffer): void {
      let index = 0;
      const changes: readonly string[] = ["barrier", "maintain", "writeRegister"];
      const machine = new Proxy(this.#machine, {
        get: (target, name: keyof FenceMachine) => {
          const method = (target[name] as (...args: unknown[]) => unknown).bind(target);
          if (called !== fenceMethod || !changes.includes(name)) return method;
          return (...args: unknown[]) => (isLeftOut({ method: name, index: index++ }) ? undefined : method(...args));
        },
      });
      new Fence(machine)[called](buffer);
    }
  };
}
