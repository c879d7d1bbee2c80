// What was found of a change, in words: on the page as it is built, and as it is operated.
import type { ChangeFinding } from "../../verifier/counterexample-schedules.ts";

export interface VerdictWords {
  /** Before the words, so that colour is not needed. */
  readonly sign: "\u2715" | "\u2713" | "\u25c6";
  readonly isBad: boolean;
  readonly title: string;
  readonly text: string;
}

/**
 * @param change such as `without acquire step 2`; empty for the fence as it is
 * @param because why the step is there, or what is promised
 */
export function verdictWords(finding: ChangeFinding, change: string, because: string): VerdictWords {
  const [kind, reason] = finding;
  if (finding.length === 3)
    return { sign: "\u2715", isBad: true, title: `${finding[2]} broken ${change}`.trim(), text: because };
  const words = (sign: VerdictWords["sign"], title: string, text: string) => ({
    ...{ sign, title, text },
    isBad: sign === "\u2715",
  });
  switch (kind) {
    case "footprint":
      return words("\u2715", `wrong lines ${change}`, `It needs no schedule to see: ${reason}.`);
    case "architectural":
      return words(
        "\u25c6",
        `nothing goes wrong ${change}`,
        `No execution of the model shows what the step is for; ${reason} demands it. ${because}`,
      );
    case "environment":
      return words("\u25c6", `nothing to search ${change}`, `${sentence(reason)} ${because}`);
    case "undecided":
      return words("\u25c6", `undecided ${change}`, sentence(reason));
    default:
      return change === ""
        ? words("\u2713", "nothing goes wrong", "Every execution of every scenario was searched.")
        : words("\u2713", `nothing goes wrong ${change}`, sentence(reason));
  }
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
