// The schemas as editors need them: where a schema says that a text is a name of something (`names`), the names that there are, each with
// what it is. Another text stays allowed: what it means is judged by fencegen, which says more than a list would.
import { schemas } from "#generated/schemas.js";
import { isObject, type SchemaNode } from "../validate/schema-words.ts";
import type { Names } from "./names.ts";

/** File names of the schemas. */
export const schemaFiles = ["architecture", "chip", "common", "core", "litmus", "mechanism", "project", "sources"].map(
  (name) => `${name}.schema.json`,
);

/** By this an editor's schema is told from a file of somebody else. */
export const writtenBy = "Written by `fencegen schema`.";

/** Holds the names, which all others refer to. */
const namesFile = "names.schema.json";

/** The schemas by file name, each as the text of its file. */
export function completeSchemas(names: Names): ReadonlyMap<string, string> {
  const ofNames = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: namesFile,
    title: "The names of what is described",
    $defs: Object.fromEntries(Object.entries(names).map(([kind, known]) => [kind, listed(known)])),
  };
  return new Map(
    [...schemaFiles.map((file) => [file, completed(schemas[file], file)] as const), [namesFile, ofNames] as const].map(
      ([file, schema]) => {
        const { $schema, $id, ...rest } = schema as SchemaNode;
        return [file, `${JSON.stringify({ $schema, $id, $comment: writtenBy, ...rest }, null, 2)}\n`];
      },
    ),
  );
}

/** Of a kind that has no names yet, none is offered. */
function listed(known: ReadonlyMap<string, string>): SchemaNode {
  return known.size === 0 ? { not: {} } : { enum: [...known.keys()], enumDescriptions: [...known.values()] };
}

function completed(node: unknown, file: string): unknown {
  if (Array.isArray(node)) return node.map((item) => completed(item, file));
  if (!isObject(node)) return node;
  if (typeof node["names"] !== "string") return ofEach(node, file);
  const { names: kind, title, description, $ref, examples: _, ...form } = node;
  const referred = typeof $ref === "string" ? definition($ref, file) : {};
  const { title: _title, description: ofReferred, examples: _examples, ...referredForm } = referred;
  return {
    ...(title !== undefined && { title }),
    description: description ?? ofReferred,
    anyOf: [{ $ref: `${namesFile}#/$defs/${String(kind)}` }, { type: "string", ...referredForm, ...form }],
  };
}

function ofEach(node: SchemaNode, file: string): SchemaNode {
  const all = eachOf(node, file);
  const { properties } = all;
  const numbers = isObject(properties) ? Object.entries(properties).filter(([key]) => /^\d+$/.test(key)) : [];
  if (numbers.length === 0) return all;
  // To the language server a key that is a number is none of `properties`, and one of the patterns.
  return { ...all, patternProperties: Object.fromEntries(numbers.map(([key, value]) => [`^${key}$`, value])) };
}

function eachOf(node: SchemaNode, file: string): SchemaNode {
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, completed(value, file)]));
}

function definition(reference: string, file: string): SchemaNode {
  const [other, path = ""] = reference.split("#") as [string, string?];
  const found = path
    .split("/")
    .filter(Boolean)
    .reduce<unknown>((node, step) => (isObject(node) ? node[step] : undefined), schemas[other || file]);
  return isObject(found) ? found : {};
}
