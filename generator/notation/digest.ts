// A short name for a long text.
import { sha256 as sha256Of } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** In plain JavaScript, so that the core runs wherever JavaScript does. */
let sha256 = (text: string): string => bytesToHex(sha256Of(utf8ToBytes(text)));

/** What computes it from now on, in hexadecimal digits: Node has a faster one. */
export function useSha256(faster: (text: string) => string): void {
  sha256 = faster;
}

/** The text's SHA-256, 64 hexadecimal digits: for a name by which something is trusted. */
export function fullDigest(text: string): string {
  return sha256(text);
}

/** The first 16 hexadecimal digits of the text's SHA-256. */
export function digest(text: string): string {
  return fullDigest(text).slice(0, 16);
}
