// Findings as workflow commands of GitHub, which shows them beside the lines of a pull request.
import { type Finding, type FindingPlace, type Level, levels } from "./finding.ts";

/** GitHub shows ten of each kind for a step. */
const mostOfLevel = 10;

/**
 * The worst first; of more than are shown, how many there are.
 * @param command prints all of them
 */
export function workflowCommands(findings: readonly Finding[], command: string): string {
  return levels
    .flatMap((level) => {
      const own = findings.filter((finding) => finding.level === level);
      const isMany = own.length > mostOfLevel;
      const shown = own.slice(0, isMany ? mostOfLevel - 1 : mostOfLevel);
      return [
        ...shown.map((finding) => workflowCommand(level, propertiesOf(finding), finding.message)),
        ...(isMany
          ? [workflowCommand(level, [["title", "fencegen"]], `${own.length - shown.length} more: run ${command}`)]
          : []),
      ];
    })
    .join("\n");
}

type Properties = readonly (readonly [name: string, value: string | number])[];

function workflowCommand(level: Level, properties: Properties, message: string): string {
  const spelled = properties.map(([name, value]) => `${name}=${property(String(value))}`).join(",");
  return `::${level} ${spelled}::${data(message)}`;
}

function propertiesOf({ code, title = code, place }: Finding): Properties {
  return [...(place ? placeOf(place) : []), ["title", `fencegen: ${title}`]];
}

/** The runner takes columns only of a range within a line, in which the last one is counted in. */
function placeOf({ path, range, line = range?.start.line }: FindingPlace): Properties {
  const file = ["file", path.replaceAll("\\", "/")] as const;
  if (line === undefined) return [file];
  if (!range) return [file, ["line", line]];
  const { start, end } = range;
  if (start.line !== end.line) return [file, ["line", line], ["endLine", end.line]];
  return [file, ["line", line], ["col", start.column], ["endColumn", Math.max(start.column, end.column - 1)]];
}

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions has no rules for escapes; the runner's
// ActionCommand.cs has: these, and in properties also the colon and the comma.
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
