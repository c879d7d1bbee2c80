// What may stand in Cargo.toml.
import { type Code, encoded, tag } from "./code.ts";
import { plainStem } from "./names.ts";
import { oneLine } from "./text.ts";

export const toml = tag<"toml">();

/** A comment of one line. */
export function tomlComment(text: string): Code<"toml"> {
  return encoded(`# ${oneLine(text)}`);
}

/** A bare key. */
export function tomlKey(text: string): Code<"toml"> {
  return encoded(plainStem(text));
}

/** A basic string. What nobody would see is escaped. */
export function tomlString(text: string): Code<"toml"> {
  const escaped = oneLine(text).replace(/["\\]/g, "\\$&");
  return encoded(`"${escaped}"`);
}
