/** A driver that does something else when it is executed once more and told the same. */
export class NondeterministicDriverError extends Error {
  override readonly name = "NondeterministicDriverError";
}
