// What the JSON Schemas say of a place in a description, for messages: found by following the description's own path, because
// the compiled validators do not tell which file a reference led to.
import { schemas } from "#generated/schemas.js";

/** Any part of a schema. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** A part of a schema, and the file in which its references are to be read. */
export interface Located {
  readonly node: SchemaNode;
  readonly file: string;
}

/** Every part of the schemas that is about the value at a pointer, the outermost first. */
export function schemasAt(file: string, pointer: readonly string[]): Located[] {
  let candidates = expanded({ node: nodeAt(file, ""), file });
  for (const step of pointer) {
    candidates = candidates.flatMap(({ node, file: own }) => {
      const { properties, additionalProperties, items } = node;
      const next =
        isObject(properties) && Object.hasOwn(properties, step) && isObject(properties[step])
          ? properties[step]
          : /^\d+$/.test(step) && isObject(items)
            ? items
            : isObject(additionalProperties)
              ? additionalProperties
              : undefined;
      return next ? expanded({ node: next, file: own }) : [];
    });
  }
  return candidates;
}

/** A node, what it refers to, and the forms that it allows. */
function expanded({ node, file }: Located): Located[] {
  const branches = [node["anyOf"], node["oneOf"], node["allOf"]].flatMap((list) => (Array.isArray(list) ? list : []));
  const referred = typeof node["$ref"] === "string" ? [followed(node["$ref"], file)] : [];
  return [
    { node, file },
    ...[...referred, ...branches.filter(isObject).map((branch) => ({ node: branch, file }))].flatMap(expanded),
  ];
}

function followed(reference: string, file: string): Located {
  const [other, path = ""] = reference.split("#") as [string, string?];
  const target = other || file;
  return { node: nodeAt(target, path), file: target };
}

function nodeAt(file: string, path: string): SchemaNode {
  const found = path
    .split("/")
    .filter(Boolean)
    .reduce<unknown>((node, step) => (isObject(node) ? node[step] : undefined), schemas[file]);
  return isObject(found) ? found : {};
}

/** As it would be written in YAML, on one line. */
function exampleText(example: unknown): string {
  if (!isObject(example)) return String(example);
  const pairs = Object.entries(example).map(([key, value]) => `${key}: ${exampleText(value)}`);
  return `{ ${pairs.join(", ")} }`;
}

/** What each of the values means that it may have; where they are not listed, what it says, in the words of the outermost part that has some. */
export function meaningOf(parts: readonly Located[]): string | undefined {
  const described = parts.find(({ node }) => typeof node["description"] === "string");
  const listed = parts.find(({ node }) => Array.isArray(node["enumDescriptions"]))?.node;
  const values = ((listed?.["enum"] ?? []) as unknown[]).map((value, index) => {
    const meaning = (listed!["enumDescriptions"] as string[])[index]!;
    // `DMA` stays as it is.
    const goesOn = /^[A-Z](?![A-Z])/.test(meaning) ? meaning.charAt(0).toLowerCase() + meaning.slice(1) : meaning;
    return `${String(value)}: ${goesOn}`;
  });
  return values.length > 0 ? values.join(" ") : (described?.node["description"] as string | undefined);
}

/** `one of all, none`, `a whole number`, `such as 32`: the forms that a schema allows. */
export function formOf({ node, file }: Located): string {
  const { enum: allowed, const: constant, type, examples, anyOf, $ref, properties, additionalProperties } = node;
  if (Array.isArray(allowed)) return `one of ${allowed.join(", ")}`;
  if (constant !== undefined) return `\`${String(constant)}\``;
  if (Array.isArray(examples) && isUnclear(node))
    return `such as ${examples.map((example) => `\`${exampleText(example)}\``).join(", ")}`;
  if (typeof $ref === "string") return formOf(followed($ref, file));
  const forms = Array.isArray(anyOf) ? (anyOf as unknown[]) : undefined;
  if (forms) return [...new Set(forms.filter(isObject).map((form) => formOf({ node: form, file })))].join(", or ");
  if (type === "array") return "a list";
  if (isObject(properties)) return `a map with ${Object.keys(properties).join(", ")}`;
  if (isObject(additionalProperties))
    return `a map, each of whose values is ${formOf({ node: additionalProperties, file })}`;
  if (type === "integer") return "a whole number";
  if (type === "boolean") return "true or false";
  return type === "string" ? "text" : "as described";
}

/** Whether only an example says what form is asked for: a text of any words, a number, a list and a map have plain names. */
function isUnclear({ type, pattern, anyOf, $ref }: SchemaNode): boolean {
  return pattern !== undefined || anyOf !== undefined || (type === undefined && $ref === undefined);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
