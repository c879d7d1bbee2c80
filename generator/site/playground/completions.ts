// What may stand at an offset of a description, and what stands there means: from the schemas and the names that there are.
import { isNameKind, type Names } from "../../editors/names.ts";
import { type NodeAt, nodeAt } from "../../load/node-at.ts";
import { descriptionKinds } from "../../load/source-file.ts";
import { formOf, isObject, type Located, meaningOf, schemasAt } from "../../validate/schema-words.ts";

export interface Completions {
  /** Offset at which the word begins that is being written. */
  readonly from: number;
  readonly options: readonly Completion[];
}

export interface Completion {
  readonly label: string;
  /** What is written; the label where it is left out. */
  readonly apply?: string;
  readonly kind: "key" | "value" | "name";
  readonly means: string;
}

export interface Meaning {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly means: string;
  /** The forms that a value may have. */
  readonly form: string;
}

/** Stands for the word that is yet to be written. */
const placeholder = "x";

export function completionsAt(text: string, offset: number, names: Names): Completions | undefined {
  const before = text.slice(0, offset);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const word = /[\w.-]*$/.exec(line)![0].replace(/^-(?=$| )/, "");
  const behind = /^[\w.-]*/.exec(text.slice(offset))![0];
  const rest = text.slice(offset + behind.length);
  // Where a line begins, what comes may be a key as well, which a colon makes of it.
  const isLineStart = /^\s*(?:- +)*[\w.-]*$/.test(line) && /^[ \t]*(?:#.*)?(?:\r?\n|$)/.test(rest);
  const variants = isLineStart ? [`${placeholder}:`, placeholder] : [placeholder];
  const options = new Map<string, Completion>();
  for (const inserted of variants) {
    const found = nodeAt(before + inserted + rest, offset);
    if (found?.text !== word + placeholder) continue;
    for (const option of found.at === "key" ? keysFor(found, names, !/^[ \t]*:/.test(rest)) : valuesFor(found, names))
      options.set(option.label, option);
  }
  return options.size === 0 ? undefined : { from: offset - word.length, options: [...options.values()] };
}

export function meaningAt(text: string, offset: number, names: Names): Meaning | undefined {
  const found = nodeAt(text, offset);
  if (!found) return undefined;
  const { at, start: from, end: to, text: word } = found;
  const schemas = schemasOf(found, found.pointer);
  const own = at === "value" ? meaningOfValue(word, schemas, names) : undefined;
  const means = own ?? meaningOf(schemas);
  if (means === undefined) return undefined;
  const key = found.pointer.filter((step) => !/^\d+$/.test(step)).at(-1) ?? "";
  return {
    ...{ from, to, title: own === undefined ? key : word, means },
    form: own === undefined && schemas[0] ? formOf(schemas[0]) : "",
  };
}

function keysFor(found: NodeAt, names: Names, withColon: boolean): Completion[] {
  const parent = found.pointer.slice(0, -1);
  if (parent.length === 0 && kindOf(found) === undefined)
    return descriptionKinds.map((kind) => ({
      ...{ label: kind, apply: withColon ? `${kind}: ` : kind, kind: "key" },
      means: meaningOf(schemasAt(`${kind}.schema.json`, [kind])) ?? "",
    }));
  const schemas = schemasOf(found, parent);
  const properties = schemas.flatMap(({ node, file }) =>
    isObject(node["properties"])
      ? Object.entries(node["properties"]).map(([key, value]) => ({ key, value, file }))
      : [],
  );
  const named = schemas.flatMap(({ node, file }) => {
    const ofNames = node["propertyNames"];
    return isObject(ofNames) ? namesOf({ node: ofNames, file }, names) : [];
  });
  return [
    ...properties
      .filter(({ key }) => !found.keysBeside.includes(key))
      .map(({ key }): Completion => {
        const ofKey = schemasOf(found, [...parent, key]);
        return {
          label: key,
          apply: withColon ? `${key}:${spaceFor(ofKey)}` : key,
          kind: "key",
          means: meaningOf(ofKey) ?? "",
        };
      }),
    ...named
      .filter(([name]) => !found.keysBeside.includes(name))
      .map(([name, means]): Completion => ({ label: name, apply: withColon ? `${name}:` : name, kind: "name", means })),
  ];
}

/** Behind a key whose value is a list or a map, a new line comes. */
function spaceFor(schemas: readonly Located[]): string {
  const isScalar = schemas.some(({ node }) =>
    [node["type"]].flat().some((type) => ["string", "integer", "number", "boolean"].includes(String(type))),
  );
  return isScalar || schemas.some(({ node }) => node["enum"] !== undefined) ? " " : "";
}

function valuesFor(found: NodeAt, names: Names): Completion[] {
  const schemas = schemasOf(found, found.pointer);
  const listed = schemas.flatMap(({ node }): Completion[] => {
    const { enum: values, enumDescriptions: meanings, const: constant, type } = node;
    const words = Array.isArray(values)
      ? values.map((value, index) => [value, Array.isArray(meanings) ? meanings[index] : undefined] as const)
      : [];
    const alone = constant === undefined ? [] : [[constant, node["description"]] as const];
    const truth = type === "boolean" ? ([[true], [false]] as const) : [];
    return [...words, ...alone, ...truth].map(([value, means]) => ({
      ...{ label: String(value), kind: "value", means: String(means ?? "") },
    }));
  });
  const named = schemas
    .flatMap((each) => namesOf(each, names))
    .map(([label, means]): Completion => ({ label, kind: "name", means }));
  return [...listed, ...named];
}

function meaningOfValue(word: string, schemas: readonly Located[], names: Names): string | undefined {
  for (const { node } of schemas) {
    const { enum: values, enumDescriptions: meanings } = node;
    const index = Array.isArray(values) ? values.map(String).indexOf(word) : -1;
    if (index !== -1 && Array.isArray(meanings)) return String(meanings[index]);
  }
  return new Map(schemas.flatMap((each) => namesOf(each, names))).get(word);
}

function namesOf({ node }: Located, names: Names): [string, string][] {
  const kind = node["names"];
  return isNameKind(kind) ? [...names[kind]] : [];
}

function schemasOf(found: NodeAt, pointer: readonly string[]): Located[] {
  const kind = kindOf(found);
  return kind === undefined ? [] : schemasAt(`${kind}.schema.json`, pointer);
}

function kindOf({ rootKeys }: NodeAt) {
  return descriptionKinds.find((kind) => rootKeys.includes(kind));
}
