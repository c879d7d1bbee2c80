// What editors show of a schema: every value has its meaning, every key an example or the values that it may have.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nameKinds } from "../../generator/editors/names.ts";
import { root } from "../support/command.ts";

type Node = Readonly<Record<string, unknown>>;

const folder = join(root, "generator/schema");
const schemas: Readonly<Record<string, Node>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".schema.json"))
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Node]),
);

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every part of a schema with where it stands. */
function partsOf(value: unknown, place: string): (readonly [place: string, node: Node])[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => partsOf(item, `${place}/${at}`));
  if (!isNode(value)) return [];
  return [[place, value], ...Object.entries(value).flatMap(([key, part]) => partsOf(part, `${place}/${key}`))];
}

const parts = Object.entries(schemas).flatMap(([file, schema]) =>
  partsOf(schema, file).filter(([place]) => !/\/(examples|enum)\b/.test(place)),
);

function followed(reference: string, file: string): readonly [Node, string] {
  const [other, path = ""] = reference.split("#") as [string, string?];
  const steps = path.split("/").filter(Boolean);
  const node = steps.reduce<unknown>((each, step) => (each as Node)[step], schemas[other || file]);
  return [node as Node, other || file];
}

it("every value of few has its meaning", () => {
  const lists = parts.filter(([, node]) => Array.isArray(node["enum"]));
  expect(lists.length).toBeGreaterThan(25);
  for (const [place, node] of lists) {
    const meanings = (node["enumDescriptions"] ?? []) as readonly string[];
    expect({ place, count: meanings.length }).toEqual({ place, count: (node["enum"] as unknown[]).length });
    for (const meaning of meanings) expect(meaning, place).toMatch(/^[A-Z`].*\.$/);
    expect(new Set(meanings).size, place).toBe(meanings.length);
  }
});

it("so has every single value", () => {
  for (const [place, node] of parts)
    if (Object.hasOwn(node, "const")) expect(node["description"], place).toMatch(/\.$/);
});

/** Whether somebody who has the cursor behind the key is shown what may stand there. */
function isShown(node: Node, file: string): boolean {
  const { $ref, properties, items, anyOf, additionalProperties } = node;
  if (["examples", "enum", "const", "names"].some((key) => Object.hasOwn(node, key)) || node["type"] === "boolean")
    return true;
  if (typeof $ref === "string") return isShown(...followed($ref, file));
  // Its keys are shown.
  if (isNode(properties)) return true;
  if (Array.isArray(anyOf)) return anyOf.every((form) => isShown(form as Node, file));
  return [items, additionalProperties].some((part) => isNode(part) && isShown(part, file));
}

describe.each(Object.keys(schemas))("%s", (file) => {
  const keys = partsOf(schemas[file], "").flatMap(([place, { properties }]) =>
    isNode(properties)
      ? Object.entries(properties).map(([key, node]) => [`${place}/${key}`, node as Node] as const)
      : [],
  );

  it("has an example for each key, or the values that it may have", () => {
    expect(keys.filter(([, node]) => !isShown(node, file)).map(([place]) => place)).toEqual([]);
  });

  it("says of each key what it means", () => {
    const silent = keys.filter(([, node]) => {
      const { $ref, description } = node;
      return description === undefined && (typeof $ref !== "string" || !followed($ref, file)[0]["description"]);
    });
    expect(silent.map(([place]) => place)).toEqual([]);
  });
});

it("what is said to be a name is of a kind that there is, and each kind is asked for", () => {
  const asked = parts.flatMap(([, { names }]) => (typeof names === "string" ? [names] : []));
  expect([...new Set(asked)].sort()).toEqual([...nameKinds].sort());
});

it("examples have the form that their schema asks for, and every key of a description is one", async () => {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strict: false });
  for (const schema of Object.values(schemas)) ajv.addSchema(schema);
  const wrong = Object.entries(schemas).flatMap(([file, schema]) =>
    partsOf(schema, "").flatMap(([place, { examples }]) => {
      if (!Array.isArray(examples)) return [];
      const pointer = place.replaceAll("%", "%25").replaceAll("{", "%7B").replaceAll("}", "%7D");
      const validate = ajv.getSchema(`${file}#${pointer}`)!;
      return examples
        .filter((example) => !validate(example))
        .map((example) => `${file}${place}: ${JSON.stringify(example)}`);
    }),
  );
  expect(wrong).toEqual([]);
});
