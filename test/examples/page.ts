// The page's script: what `release` executes for a buffer of the length that is typed in.
import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
import { RecordingMachine } from "fencegen/runtime";

/** The parts of a document that the page has. */
interface Page {
  getElementById(id: string): {
    readonly value: string;
    innerHTML: string;
    addEventListener(type: "input", show: () => void): void;
  };
}

/** @returns one line for each operation */
export function executed(lengthBytes: number): string[] {
  const machine = new RecordingMachine();
  new Stm32h743DmaFence(machine).release({ address: 0x2400_0108n, lengthBytes });
  return machine.lines();
}

export function start(page: Page): void {
  const length = page.getElementById("length");
  const show = () => {
    const lines = executed(Number(length.value)).map((line) => `<li>${line}</li>`);
    page.getElementById("operations").innerHTML = lines.join("");
  };
  length.addEventListener("input", show);
  show();
}

const { document } = globalThis as { readonly document?: Page };
if (document) start(document);
