// A short name for a long text. In plain JavaScript, so that the core runs wherever JavaScript does.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** The text's SHA-256, 64 hexadecimal digits: for a name by which something is trusted. */
export function fullDigest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The first 16 hexadecimal digits of the text's SHA-256. */
export function digest(text: string): string {
  return fullDigest(text).slice(0, 16);
}
