// A comparison as annotations: workflow commands of GitHub, and SARIF 2.1.0.
import { type Comparison, type Group, isBad, type Verdict, verdicts } from "./comparison.ts";
import { fencesInWords, stepInWords } from "./words.ts";

type Level = "error" | "warning" | "notice";

/** GitHub shows ten of each kind for a step. */
const mostOfLevel = 10;

function levelOf(verdict: Verdict): Level {
  if (isBad(verdict)) return "error";
  return verdict === "weaker but proven" || verdict === "removed" ? "warning" : "notice";
}

function messageOf(group: Group): string {
  const { masters, because, steps } = group;
  return [
    `${fencesInWords(group)}: ${group.verdict}.`,
    ...masters,
    ...because,
    ...steps.slice(0, 3).map((step) => `${stepInWords(step)}.`),
  ].join(" ");
}

/** The worst first; of more than are shown, how many there are. */
export function comparisonCommands({ groups }: Comparison): string {
  const levels = ["error", "warning", "notice"] as const;
  return levels
    .flatMap((level) => {
      const own = groups.filter(({ verdict }) => levelOf(verdict) === level);
      const isMany = own.length > mostOfLevel;
      const shown = own.slice(0, isMany ? mostOfLevel - 1 : mostOfLevel);
      const lines = shown.map(
        (group) =>
          `::${level} file=${property(group.place.path)},line=${group.place.line},title=${property(`fencegen: ${group.verdict}`)}::${data(messageOf(group))}`,
      );
      return isMany
        ? [...lines, `::${level} title=fencegen::${own.length - shown.length} more: run fencegen diff`]
        : lines;
    })
    .join("\n");
}

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions has no rules for escapes; the runner's
// ActionCommand.cs has: these, and in properties also the colon and the comma.
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

const meanings: Readonly<Record<Verdict, string>> = {
  UNSOUND: "Some execution that the model allows goes wrong with the fence.",
  undecided: "Not every execution could be searched.",
  refused: "No fence is emitted any more.",
  "weaker but proven": "The fence does less than before, and is proven for the facts as they are now.",
  removed: "The fence is gone.",
  new: "The fence is new, and proven.",
  stronger: "The fence does more than before, and is proven.",
  equivalent: "The fence is the same to the verifier.",
  unchanged: "Nothing changed.",
};

export function comparisonSarif({ groups }: Comparison, version: string): object {
  const level = (verdict: Verdict) => {
    const own = levelOf(verdict);
    return own === "notice" ? "note" : own;
  };
  const id = (verdict: Verdict) => `diff/${verdict.toLowerCase().replaceAll(" ", "-")}`;
  const used = verdicts.filter((verdict) => groups.some((group) => group.verdict === verdict));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "fencegen",
            version,
            rules: used.map((verdict) => ({
              id: id(verdict),
              shortDescription: { text: meanings[verdict] },
              defaultConfiguration: { level: level(verdict) },
            })),
          },
        },
        results: groups.map((group) => ({
          ruleId: id(group.verdict),
          ruleIndex: used.indexOf(group.verdict),
          level: level(group.verdict),
          message: { text: messageOf(group) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: group.place.path.split(/[\\/]/).map(encodeURIComponent).join("/") },
                region: { startLine: group.place.line },
              },
            },
          ],
        })),
      },
    ],
  };
}
