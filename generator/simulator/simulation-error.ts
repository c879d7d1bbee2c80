/** A mistake in how the machine is used: an address in no region, a controller that cannot reach it. */
export class SimulationError extends Error {}
