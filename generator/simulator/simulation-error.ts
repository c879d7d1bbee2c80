/** A mistake in how the machine is used: an address in no memory, a master that cannot reach it. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}
