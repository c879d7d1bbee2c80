// Whether a text is SARIF 2.1.0: by the schema of the standard, and by what that leaves to words.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "vitest";
import { root } from "../support/command.ts";

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations?: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region?: {
        readonly startLine?: number;
        readonly startColumn?: number;
        readonly endLine?: number;
        readonly endColumn?: number;
      };
    };
  }[];
}

export interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly shortDescription: { readonly text: string };
        readonly help: { readonly text: string };
      }[];
    };
  };
  readonly columnKind?: string;
  readonly invocations?: readonly { readonly executionSuccessful: boolean }[];
  readonly results: readonly SarifResult[];
}

const isReference = (text: string) => /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/.test(text);
const schema = JSON.parse(readFileSync(join(root, "test/fixtures/sarif/sarif-schema-2.1.0.json"), "utf8")) as object;
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  // One of its patterns has a bracket that is closed and never opened.
  unicodeRegExp: false,
  formats: {
    uri: (text) => URL.canParse(text),
    "uri-reference": isReference,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  },
});
const validate = ajv.compile(schema);

/** What the schema finds wrong. */
export function schemaErrors(log: unknown): readonly string[] {
  validate(log);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The one run of a log, which is held against the standard. */
export function sarifRun(text: string): SarifRun {
  const log = JSON.parse(text) as { readonly runs: readonly [SarifRun] };
  expect(schemaErrors(log)).toEqual([]);
  const [run] = log.runs;
  expect(run.columnKind).toBe("utf16CodeUnits");
  const ids = run.tool.driver.rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { ruleId, ruleIndex, locations = [], message } of run.results) {
    expect(ids[ruleIndex]).toBe(ruleId);
    // 3.11.5 and 3.11.6: nothing of ours is a placeholder or a link.
    expect(message.text.replaceAll(/\{\{|\}\}/g, "")).not.toMatch(/[{}]|\]\(/);
    for (const { physicalLocation } of locations) {
      // Errata 01: a region begins somewhere.
      if (physicalLocation.region) expect(physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
      // A path on Windows, or a name with a colon, would be of another scheme.
      expect(physicalLocation.artifactLocation.uri).toMatch(/^(?:file:\/\/\/|[^:]*$)/);
    }
  }
  return run;
}
