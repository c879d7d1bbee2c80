// Holds each file against the JSON Schema of its kind. Every departure is reported at its key, in the
// schema's own words; what remains after leaving out the offending parts goes on to the rules, so that
// one run shows the problems of both.

import type { Architecture, Chip, Core, Mechanism, SourcesFile } from "#generated/descriptions.js";
import { architecture, chip, core, mechanism, type PlainError, sources } from "#generated/validators.js";
import { compareCodePoints, type Diagnostics, mostShownOfFile } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { type Kind, kindOf, type Pointer, reportAt, type SourceFile } from "../load/source-file.ts";
import { formOf, isObject, type Located, meaningOf, type SchemaNode, schemasAt } from "./schema-words.ts";
import { checkText, trimmedProse } from "./text.ts";

interface Descriptions {
  architecture: Architecture;
  mechanism: Mechanism;
  core: Core;
  chip: Chip;
  sources: SourcesFile;
}

/** What is left of a description after leaving out what breaks the schema: anything may be missing. */
export type Loose<T> = T extends (infer Item)[]
  ? Loose<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Loose<T[Key]> }
    : T;

export type Description = {
  [K in Kind]: {
    readonly kind: K;
    readonly file: SourceFile;
    readonly value: Loose<Descriptions[K]>;
    readonly complete: boolean;
  };
}[Kind];

/** A description of which every part has the form that its schema asks for. */
export function isComplete<D extends Description>(
  description: D,
): description is D & { readonly value: Descriptions[D["kind"]] } {
  return description.complete;
}

const validators = { architecture, chip, core, mechanism, sources };
const kinds = ["chip", "core", "mechanism", "architecture", "sources"] as const satisfies readonly Kind[];

export function validateSchema(file: SourceFile, diagnostics: Diagnostics): Description | undefined {
  checkText(file, diagnostics);
  if (file.value === undefined) return undefined;
  const kind = kindOf(file);
  if (!kind) {
    reportUnknownKind(file, diagnostics);
    return undefined;
  }
  const { value, complete } = holdAgainst(validators[kind], kind, file, diagnostics);
  return { kind, file, value: withKeysInOrder(value), complete } as Description;
}

/** At the key that may have been meant, if there is one. */
function reportUnknownKind(file: SourceFile, diagnostics: Diagnostics): void {
  const message = "this is no description of a chip, core, mechanism or architecture, nor a list of sources";
  const keys = isObject(file.value) ? Object.keys(file.value) : [];
  const meant = keys.flatMap((key) => nearest(key, kinds) ?? []);
  const key = keys.find((each) => nearest(each, kinds) !== undefined);
  reportAt(diagnostics, file, "schema/unknown-kind", key === undefined ? [] : [key], message, {
    ...{ at: "key" },
    ...(meant[0] !== undefined && { mend: `Did you mean \`${meant[0]}:\`?` }),
  });
}

/**
 * The same with the keys of every map by code point. To YAML a map has no order, so nothing behind this may see the one in which its
 * keys were written: it would reach the choice of an operation, the promises of a fence, or a hash.
 * @param known what was looked at: aliases make what they repeat the same object
 */
function withKeysInOrder(value: unknown, known = new Map<object, unknown>()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const inOrder = Array.isArray(value)
    ? value.map((item) => withKeysInOrder(item, known))
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => compareCodePoints(a, b))
          .map(([key, item]) => [key, withKeysInOrder(item, known)]),
      );
  known.set(value, inOrder);
  return inOrder;
}

/** What is left of a value that breaks its schema, each departure reported. */
export function holdAgainst(
  validate: typeof chip,
  kind: Kind | "project" | "litmus",
  file: SourceFile,
  diagnostics: Diagnostics,
): { value: unknown; complete: boolean } {
  if (file.isShipped) return { value: file.value, complete: true };
  const whole = trimmedProse(file.value);
  if (validate(whole)) return { value: whole, complete: true };
  const errors = mostSpecific((validate.errors ?? []).map((error) => withData(error, whole)));
  for (const error of errors.slice(0, mostShownOfFile)) {
    const { code, pointer, at, message, mend } = describe(withContext(error, `${kind}.schema.json`));
    reportAt(diagnostics, file, code, pointer, message, { at, ...(mend && { mend }) });
  }
  diagnostics.omit("schema/wrong-value", file.path, errors.length - mostShownOfFile);
  const value = structuredClone(whole);
  for (const error of errors) prune(value, error);
  return { value, complete: false };
}

/** An error of the validator with the value that breaks the schema. */
interface ErrorWithData extends PlainError {
  readonly data: unknown;
}

function withData(error: PlainError, root: unknown): ErrorWithData {
  const data = toPointer(error.instancePath).reduce(ownPart, root);
  return { ...error, data };
}

/** The same with the schema that it is about. */
interface SchemaError extends ErrorWithData {
  readonly schema: Located;
  /** What the key means, in the words of the schema; undefined where it has none. */
  readonly description: string | undefined;
}

/** The validators are compiled without what only messages need: it is looked up when there is a message to write. */
function withContext(error: ErrorWithData, schemaFile: string): SchemaError {
  const candidates = schemasAt(schemaFile, toPointer(error.instancePath));
  return {
    ...error,
    schema: candidates.find(({ node }) => Object.hasOwn(node, error.keyword)) ?? { node: {}, file: "" },
    description: meaningOf(candidates),
  };
}

/**
 * Of the errors that ajv lists for a value that may have one of several forms, the ones that help: those
 * inside it if any are, else one for the value as a whole.
 */
function mostSpecific(errors: readonly ErrorWithData[]): ErrorWithData[] {
  // `oneOf` asks for one of several keys, and says so of a map alone.
  const isChoice = ({ keyword, data }: ErrorWithData) => keyword === "oneOf" && isObject(data);
  const isOfChoice = ({ keyword, schemaPath, data }: ErrorWithData) =>
    (keyword === "required" && schemaPath.includes("/oneOf/")) || (keyword === "oneOf" && !isObject(data));
  const isBranch = (error: ErrorWithData) => error.keyword === "anyOf" || isChoice(error);
  // Of a key that has not the form of one, the error of the key says all.
  const isOfKey = ({ propertyName }: ErrorWithData) => propertyName !== undefined;
  const isCondition = ({ keyword }: ErrorWithData) => keyword === "if";
  const branches = new Map(errors.filter(isBranch).map((error) => [error.instancePath, error]));
  // An unknown or missing key of the form that was meant.
  const isOfForm = (error: ErrorWithData) =>
    isObject(error.data) && ["additionalProperties", "required"].includes(error.keyword) && !isOfChoice(error);
  const pathsOfForms = new Set(errors.filter(isOfForm).map(({ instancePath }) => instancePath));
  const pathsAround = new Set(errors.flatMap(({ instancePath }) => ancestorsOf(instancePath)));
  const seen = new Set<string>();
  return errors.filter((error) => {
    // What the condition asks for has an error of its own.
    if (isCondition(error) || isOfKey(error) || isOfChoice(error)) return false;
    const { instancePath } = error;
    const branch = branches.get(instancePath);
    const helps =
      branch === undefined
        ? true
        : error === branch
          ? !pathsAround.has(instancePath) && (isChoice(error) || !pathsOfForms.has(instancePath))
          : // Another form's complaint about this very value.
            !isBranch(error) && isOfForm(error);
    if (!helps) return false;
    const key =
      instancePath +
      (error.keyword === "additionalProperties"
        ? `+${error.params["additionalProperty"]}`
        : error.keyword === "required"
          ? `-${error.params["missingProperty"]}`
          : error.keyword === "propertyNames"
            ? `~${error.params["propertyName"]}`
            : "");
    return seen.has(key) ? false : seen.add(key);
  });
}

/** `/a` and `` for `/a/b`. */
function ancestorsOf(instancePath: string): string[] {
  const steps = instancePath.split("/");
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join("/"));
}

function describe(error: SchemaError): {
  code: "schema/unknown-key" | "schema/missing-key" | "schema/wrong-value";
  pointer: Pointer;
  at: "key" | "value";
  message: string;
  mend?: string;
} {
  const pointer = toPointer(error.instancePath);
  const named = [...pointer].reverse().find((step) => typeof step === "string" && !/^\d+$/.test(step));
  const name = named === undefined ? "this description" : `\`${named}\``;
  const schema = error.schema.node;
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(error.params["additionalProperty"]);
      const meant = nearest(key, Object.keys(properties));
      return {
        code: "schema/unknown-key",
        pointer: [...pointer, key],
        at: "key",
        message: `\`${key}\` is no key of ${name}`,
        mend: formerKeys.has(key)
          ? "The language has changed: in a clone of fencegen, `npm run migrate -- FILE` rewrites a description."
          : meant
            ? `Did you mean \`${meant}\`? The keys are ${Object.keys(properties).join(", ")}.`
            : `The keys are ${Object.keys(properties).join(", ")}.`,
      };
    }
    case "required": {
      const key = String(error.params["missingProperty"]);
      const property = properties[key];
      const description =
        isObject(property) && typeof property["description"] === "string" ? property["description"] : "";
      return {
        code: "schema/missing-key",
        pointer,
        at: "key",
        message: `${name} has no \`${key}\``,
        mend: `Add \`${key}:\`. ${description}`.trim(),
      };
    }
    case "oneOf": {
      const keys = (schema["oneOf"] as { readonly required: readonly string[] }[]).flatMap(({ required }) => required);
      const given = keys.filter((key) => ownPart(error.data, key) !== undefined);
      const list = (words: readonly string[], by: string) => words.map((word) => `\`${word}\``).join(by);
      if (given.length > 1) {
        const message = `${name} has ${list(given, " and ")}, and may have one of them`;
        return { code: "schema/wrong-value", pointer, at: "key", message, mend: "Leave all but one of them out." };
      }
      const message = `${name} has neither ${list(keys, " nor ")}`;
      return { code: "schema/missing-key", pointer, at: "key", message, mend: `Add ${list(keys, " or ")}.` };
    }
    case "propertyNames": {
      const key = String(error.params["propertyName"]);
      const ofKey = schema["propertyNames"] as SchemaNode;
      return {
        code: "schema/wrong-value",
        pointer: [...pointer, key],
        at: "key",
        message: `\`${key}\` is no key for an entry of ${name}: it must be ${formOf({ ...error.schema, node: ofKey })}`,
        mend: String(ofKey["description"]),
      };
    }
    default: {
      const { data, description } = error;
      const isCollection = isObject(data) || Array.isArray(data);
      const inWords = error.keyword !== "type" ? "this" : Array.isArray(data) ? "a list" : "a map";
      const shown = isCollection ? inWords : `\`${String(data)}\``;
      const isMisread = error.keyword === "type" && schema["type"] === "string" && typeof data === "number";
      return {
        code: "schema/wrong-value",
        pointer,
        at: "value",
        message: `${shown} is no value for ${name}: it must ${demandOf(error)}`,
        ...(description && { mend: description }),
        ...(isMisread && { mend: "Put it in quotes; without them YAML reads a number." }),
      };
    }
  }
}

/** Of chips in the language before this one. */
const formerKeys: ReadonlySet<string> = new Set([
  ...["regions", "dma", "noDmaSource"],
  ...["deviceAddressOffset", "anyByteOfLine"],
]);

/** `be text`, `be one of all, none, or a list`: what the schema asks for, as far as it can be said. */
function demandOf({ keyword, schema, message }: SchemaError): string {
  if (["enum", "const", "anyOf", "oneOf", "pattern", "type"].includes(keyword)) return `be ${formOf(schema)}`;
  return (message ?? "").replace(/^must /, "").replace("NOT", "not");
}

/** What stands under a key of a map or list; never what every object has, such as `constructor`. */
function ownPart(node: unknown, step: string): unknown {
  if (typeof node !== "object" || node === null || !Object.hasOwn(node, step)) return undefined;
  return (node as Record<string, unknown>)[step];
}

/** Leaves out of the value what the error is about, so that the rules only see well-formed parts. */
function prune(root: unknown, error: PlainError): void {
  const pointer = toPointer(error.instancePath);
  if (error.keyword === "additionalProperties") pointer.push(String(error.params["additionalProperty"]));
  if (error.keyword === "propertyNames") pointer.push(String(error.params["propertyName"]));
  // A missing key leaves its map incomplete, which the type of a pruned value allows for.
  if (error.keyword === "required" || error.keyword === "oneOf" || pointer.length === 0) return;
  let node: unknown = root;
  for (const step of pointer.slice(0, -1)) node = ownPart(node, step);
  const last = pointer.at(-1)!;
  if (Array.isArray(node)) node[Number(last)] = undefined;
  else if (isObject(node)) delete node[last];
}

function toPointer(instancePath: string): string[] {
  return instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
