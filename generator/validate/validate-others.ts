// Files that are no descriptions, held against their schemas: a project's settings, and litmus programs. Whoever only reads
// descriptions, as browsers do, needs neither.
import type { Litmus, Project } from "#generated/descriptions.js";
import { litmus, project } from "#generated/validators.js";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../load/source-file.ts";
import { checkText } from "./text.ts";
import { holdAgainst } from "./validate-schema.ts";

/** Project settings, or undefined where they break their schema. An empty file says nothing. */
export function validateProject(file: SourceFile, diagnostics: Diagnostics): Project | undefined {
  checkText(file, diagnostics);
  if (file.value === undefined) return undefined;
  const { value, complete } = holdAgainst(project, "project", { ...file, value: file.value ?? {} }, diagnostics);
  return complete ? (value as Project) : undefined;
}

/** A list of litmus programs, or undefined where it breaks its schema. */
export function validateLitmus(file: SourceFile, diagnostics: Diagnostics): Litmus | undefined {
  if (file.value === undefined) return undefined;
  const { value, complete } = holdAgainst(litmus, "litmus", file, diagnostics);
  return complete ? (value as Litmus) : undefined;
}
