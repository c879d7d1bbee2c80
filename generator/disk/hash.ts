// SHA-256, by which is known what a file holds.
import { hash as digest } from "node:crypto";

/** Of a text in UTF-8, or of bytes: 64 hexadecimal digits. */
export function hash(content: string | Uint8Array): string {
  return digest("sha256", content, "hex");
}
