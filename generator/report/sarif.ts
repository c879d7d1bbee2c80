// Findings as SARIF 2.1.0 (OASIS Standard, Static Analysis Results Interchange Format, with Errata 01; sections below are its).
import { compareCodePoints, type Range } from "../diagnostics/diagnostic.ts";
import { type AnyCode, explainCode } from "../diagnostics/explain-code.ts";
import type { Finding, FindingPlace, Level } from "./finding.ts";

export interface SarifOptions {
  /** Of fencegen. */
  readonly version: string;
  /** False where the run was interrupted: what is not there may still be wrong. */
  readonly isWhole?: boolean;
}

export function sarifLog(findings: readonly Finding[], { version, isWhole = true }: SarifOptions): object {
  const used = [...new Set(findings.map(({ code }) => code))].sort(compareCodePoints);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "fencegen", version, rules: used.map(ruleOf) } },
        ...(!isWhole && { invocations: [{ executionSuccessful: false }] }),
        // As JavaScript counts characters, and with it every range of a diagnostic (3.14.17).
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: used.indexOf(finding.code),
          level: sarifLevel(finding.level),
          message: { text: messageText(finding.message) },
          ...(finding.place && { locations: [locationOf(finding.place)] }),
        })),
      },
    ],
  };
}

function ruleOf(code: AnyCode) {
  const { severity, why, mend } = explainCode(code);
  return {
    id: code,
    shortDescription: { text: messageText(why) },
    help: { text: messageText(`${mend} More: fencegen explain ${code}`) },
    defaultConfiguration: { level: sarifLevel(severity) },
  };
}

function sarifLevel(level: Level): "error" | "warning" | "note" {
  return level === "notice" ? "note" : level;
}

/** Braces, which would be a placeholder, are doubled (3.11.5); nothing may look like a link of ours (3.11.6). */
function messageText(text: string): string {
  return text.replace(/[{}]/g, "$&$&").replaceAll("](", "] (");
}

function locationOf({ path, range, line }: FindingPlace) {
  const region = range ? regionOf(range) : line === undefined ? undefined : { startLine: line };
  return { physicalLocation: { artifactLocation: { uri: uriOf(path) }, ...(region && { region }) } };
}

/** Both ends count from 1, and the last column is the one behind it (3.30.2), as in a range. */
function regionOf({ start, end }: Range) {
  return {
    startLine: start.line,
    startColumn: start.column,
    ...(end.line !== start.line && { endLine: end.line }),
    endColumn: end.column,
  };
}

/** A relative reference, or a URI of a file where the path is absolute. A colon is encoded, as it might be a scheme's. */
function uriOf(path: string): string {
  const [first, ...rest] = path.split(/[\\/]/) as [string, ...string[]];
  const behind = rest.map(encodedPart).join("/");
  if (/^[A-Za-z]:$/.test(first)) return `file:///${first}/${behind}`;
  if (first === "" && rest.length > 0) return `file:///${behind}`;
  return rest.length === 0 ? encodedPart(first) : `${encodedPart(first)}/${behind}`;
}

function encodedPart(part: string): string {
  return encodeURIComponent(part.replace(/\p{Cs}/gu, "\ufffd"));
}
