// Prints what a command found in the form that it was asked for; what is text, the command prints itself.
import { visibleJson } from "../diagnostics/characters.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { summarize } from "../diagnostics/format.ts";
import { workflowCommands } from "../report/annotations.ts";
import type { Finding } from "../report/finding.ts";
import { fitting, heading } from "../report/markdown.ts";
import { countedFindingsOf, findingsOf, problemsInMarkdown } from "../report/problems.ts";
import { sarifLog } from "../report/sarif.ts";
import { type Answer, type CommandOptions, type Environment, printJson } from "./environment.ts";

export interface Report {
  /** Prints all of it. */
  readonly command: string;
  answer(): Answer;
  markdown(): string;
  /** A page that stands alone; left out by commands that have no such form. */
  html?(): string;
  /** The worst first; of those that are alike in many places, one. */
  annotated(): readonly Finding[];
  /** Each of them. */
  findings(): readonly Finding[];
  /** False where the command was interrupted. */
  readonly isWhole?: boolean;
}

/** What is said of the input and of nothing else, but for the answer in JSON. */
export function reportOfProblems(command: string, diagnostics: readonly Diagnostic[]): Omit<Report, "answer"> {
  return {
    command,
    markdown() {
      const { opening, sections } = problemsInMarkdown(diagnostics);
      return fitting([...heading(command, summarize(diagnostics)), ...opening].join("\n"), sections, command);
    },
    annotated: () => countedFindingsOf(diagnostics),
    findings: () => findingsOf(diagnostics),
  };
}

/** @returns false for text, of which nothing was printed */
export function printReport(report: Report, { format }: CommandOptions, environment: Environment): boolean {
  switch (format) {
    case "text":
      return false;
    case "json":
      printJson(report.answer(), environment);
      return true;
    case "markdown":
      environment.out(report.markdown().trimEnd());
      return true;
    case "html":
      if (!report.html) throw new Error(`${report.command} answers in HTML and has none`);
      environment.out(report.html().trimEnd());
      return true;
    case "github": {
      const commands = workflowCommands(report.annotated(), report.command);
      if (commands !== "") environment.out(commands);
      return true;
    }
    case "sarif": {
      const { isWhole = true } = report;
      const log = sarifLog(report.findings(), { version: environment.version, isWhole });
      environment.out(visibleJson(JSON.stringify(log, null, 2)));
      return true;
    }
  }
}
