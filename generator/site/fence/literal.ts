// Plain values as JavaScript, for a script that a page loads: numbers of any size, and what stands in several places once, as the same object.
import type { Citation } from "../../model/chip.ts";

/**
 * An expression that makes the value. Citations are left out: whoever executes it asks for none.
 * @throws {TypeError} for what is no plain value, such as a map or a function
 */
export function literal(value: unknown): string {
  const uses = new Map<object, number>();
  count(value, uses);
  const names = new Map<object, string>();
  const shared: string[] = [];
  const result = written(value);
  return shared.length === 0 ? result : `(()=>{const ${shared.join(",")};return ${result}})()`;

  function written(each: unknown): string {
    if (typeof each !== "object" || each === null) return primitive(each);
    const known = names.get(each);
    if (known) return known;
    const text = Array.isArray(each)
      ? `[${each.map(written).join(",")}]`
      : `{${Object.entries(each)
          .filter(([, part]) => part !== undefined)
          .map(([key, part]) => `${keyText(key)}:${written(withoutCitations(part))}`)
          .join(",")}}`;
    if (uses.get(each) === 1) return text;
    const name = `s${shared.length}`;
    shared.push(`${name}=${text}`);
    names.set(each, name);
    return name;
  }
}

function count(value: unknown, uses: Map<object, number>): void {
  if (typeof value !== "object" || value === null) return;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null)
    throw new TypeError(`a ${prototype.constructor?.name} is no plain value`);
  const known = uses.get(value) ?? 0;
  uses.set(value, known + 1);
  if (known > 0) return;
  for (const part of Object.values(value)) count(withoutCitations(part), uses);
}

/** Each time a list of its own: lists of citations are not shared. */
function withoutCitations(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 && value.every(isCitation) ? [] : value;
}

function isCitation(value: unknown): value is Citation {
  return typeof value === "object" && value !== null && "document" in value && "place" in value && "verified" in value;
}

function primitive(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return `${value}n`;
    case "string":
      return textLiteral(value);
    case "number":
    case "boolean":
      return String(value);
    case "undefined":
      return "void 0";
    case "object":
      return "null";
    case "function":
    case "symbol":
      throw new TypeError(`a ${typeof value} is no plain value`);
  }
}

/** In ASCII, and without `<`: right whatever the page around it takes the script for. */
function textLiteral(text: string): string {
  return JSON.stringify(text).replace(
    /[<\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `__proto__` as a computed key: else it would be the prototype. */
function keyText(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : textLiteral(key);
}
