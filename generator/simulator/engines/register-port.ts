// How software comes to the registers of a device: by accesses that are performed like any others.
import type { Cpu } from "../cpu/cpu.ts";

/** What the machine does after an access. */
export interface Afterwards {
  read(): void;
  write(): void;
}

export class RegisterPort {
  readonly #cpu: Cpu;
  readonly #device: string;
  readonly #afterwards: Afterwards;

  constructor(cpu: Cpu, device: string, afterwards: Afterwards) {
    this.#cpu = cpu;
    this.#device = device;
    this.#afterwards = afterwards;
  }

  /** Sends a write; `perform` is what it does when it reaches the device. */
  write(text: string, perform: () => void): void {
    this.#cpu.accessDevice(this.#device, "device-write", text, perform);
    this.#afterwards.write();
  }

  /** Reads; `perform` is what the device answers. */
  read<Answer>(text: string, perform: () => Answer): Answer {
    let answer: { readonly value: Answer } | undefined;
    const entry = this.#cpu.accessDevice(this.#device, "device-read", text, () => {
      answer = { value: perform() };
    });
    this.#afterwards.read();
    this.#cpu.perform(entry);
    return answer!.value;
  }
}
