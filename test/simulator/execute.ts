// An operation of a fence, executed on a machine.
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import type { SimulatedMachine } from "../../generator/simulator/machine.ts";

export function execute(machine: SimulatedMachine, operation: RecordedOperation): void {
  switch (operation.kind) {
    case "barrier":
      machine.barrier(operation);
      break;
    case "compiler-barrier":
      machine.compilerBarrier();
      break;
    case "maintain":
      machine.maintain(operation.instruction, operation.address);
      break;
    case "write-register":
      machine.writeRegister(operation.address, operation.value, operation.widthBits);
      break;
    case "poll-register":
      machine.pollRegister(operation.address, operation.mask, operation.until, operation.widthBits);
      break;
    case "read-register":
      machine.readRegister(operation.address, operation.widthBits);
      break;
    case "read-system-register":
      machine.readSystemRegister(operation.instruction);
      break;
    case "mask-interrupts":
      machine.maskInterrupts();
      break;
    case "restore-interrupts":
      machine.restoreInterrupts(false);
  }
}
