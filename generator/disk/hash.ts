// SHA-256, by which is known what a file holds.
import { hash as digest } from "node:crypto";

/** Of a text in UTF-8, or of bytes: 64 hexadecimal digits. */
export function hash(content: string | Uint8Array): string {
  return digest("sha256", content, "hex");
}

const known = new WeakMap<Uint8Array, string>();

/** The same of bytes that were read and that nobody changes: what is written down, looked up and compared of them is worked out once. */
export function hashOfRead(bytes: Uint8Array): string {
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const found = hash(bytes);
  known.set(bytes, found);
  return found;
}
