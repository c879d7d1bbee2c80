// A driver test that failed, as a page that stands alone: why, and what CPU, caches and masters did until then.
import { type LaneEvent, type LaneShape, lanes } from "../picture/lanes.ts";
import type { Svg } from "../picture/svg.ts";
import type { Code } from "../render/code.ts";
import { html, htmlSvg, htmlText } from "../render/html.ts";
import {
  htmlBlock,
  htmlDetails,
  htmlFigure,
  htmlList,
  htmlMarked,
  htmlParagraph,
  htmlProse,
  htmlReport,
  htmlSection,
  htmlTable,
} from "../report/html.ts";
import type { ScheduleError } from "../simulator/schedule-error.ts";
import { agents, type MachineEvent, wordsOf } from "../simulator/trace/events.ts";

type Html = Code<"html">;

/** Of findings and events, how many are written down. A long run has a million events, and nobody reads the first of them. */
const [mostFindings, mostEvents] = [20, 400] as const;
/** Where fewer events than the first are known to matter, the last ones are shown, as many as the second. */
const [few, usual] = [6, 24] as const;

/**
 * A failing test as one HTML file that needs nothing else, for an artefact of a workflow: the reason, the rule that was broken, and the
 * events as a picture and as a table. It loads nothing and runs nothing, and is the same for the same failure.
 */
export function reportHtml(error: ScheduleError): string {
  const { seed, findings, explanations, events } = error;
  const shown = error.shown.length < few ? events.slice(-usual) : error.shown;
  const reason = withoutColours(error.cause instanceof Error ? error.cause.message : String(error.cause));
  const [first = "", ...more] = reason.split("\n");
  const rules = distinct(findings.map(({ text }) => text));
  const left = rules.length - mostFindings;
  return htmlReport({
    title: `A driver test fails with seed ${seed}`,
    lead: first,
    sections: [
      ...htmlSection("What the test says", more.length > 0 ? [htmlBlock("What the test says", linesOf(reason))] : []),
      ...htmlSection("Why", explanations.map(htmlParagraph)),
      ...htmlSection("Rules of ownership that were broken", [
        ...htmlList(
          rules.slice(0, mostFindings).map((text) => html`${htmlMarked("error", "broken")} ${htmlProse(text)}`),
        ),
        ...(left > 0 ? [htmlParagraph(`And ${left} more.`)] : []),
      ]),
      ...htmlSection("What happened", [
        htmlFigure("What happened, as a picture", htmlSvg(pictureOf(seed, shown, explanations.length > 0))),
        tableOf("What happened", shown),
        ...htmlDetails(
          events.length > mostEvents
            ? `The last ${mostEvents} of all ${events.length} events until then`
            : `All ${events.length} events until then`,
          events.length > shown.length ? [tableOf("All events", events.slice(-mostEvents))] : [],
        ),
      ]),
      ...htmlSection("Once more", [
        htmlParagraph(`\`forSeeds(chip, test, { from: ${seed}, seeds: 1 })\` runs this schedule alone.`),
      ]),
    ],
  });
}

/** Runners colour their messages. */
function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the introducer of a colour
  return text.replace(/\u001b\[[\d;]*m/g, "");
}

function linesOf(text: string): Html[] {
  // Spaces at the beginning stay; everything else is a text as any other.
  return text.split("\n").map((line) => html`${htmlIndent(line)}${htmlText(line.trimStart())}`);
}

function htmlIndent(line: string): Html {
  const spaces = line.length - line.trimStart().length;
  return Array.from({ length: Math.min(spaces, 40) }).reduce<Html>((sum) => html`${sum} `, html``);
}

function tableOf(what: string, events: readonly MachineEvent[]): Html {
  const rows = events.map((event, index) => [
    html`${index + 1}`,
    html`${event.time}`,
    ...agents.map((agent) => htmlText(agent === event.agent ? wordsOf(event) : "")),
  ]);
  return htmlTable(what, ["", "time", ...agents], rows, "events");
}

/** The lanes are the CPU, then every cache and every master in the order in which they did something. */
function pictureOf(seed: number, shown: readonly MachineEvent[], isFoundAtEnd: boolean): Svg {
  const all = shown.map(laneOf);
  const places = (agent: MachineEvent["agent"]) => all.filter((_, index) => shown[index]!.agent === agent);
  const events = shown.map((event, index): LaneEvent => {
    const when = "phase" in event ? event.phase : "isEarly" in event && event.isEarly ? "early" : undefined;
    return {
      lane: all[index]!,
      shape: shapeOf(event),
      ...("value" in event && { value: event.value }),
      ...((when === "begun" || when === "early") && { when }),
      ...(event.kind === "store-called" && { when: "begun" as const }),
      text: wordsOf(event),
      // What is told of a byte ends where it was found.
      isBad: isFoundAtEnd && index === shown.length - 1,
    };
  });
  const names = distinct(["CPU", ...places("cache"), ...places("DMA")]);
  return lanes(names, events, { theme: "auto", idPrefix: "run", title: `What happened with seed ${seed}` });
}

function laneOf(event: MachineEvent): string {
  switch (event.agent) {
    case "CPU":
      return "CPU";
    case "cache":
      return event.cache;
    case "DMA":
      return event.master;
  }
}

function shapeOf({ kind }: MachineEvent): LaneShape {
  switch (kind) {
    case "call":
    case "barrier":
    case "register":
    case "maintenance":
    case "note":
    case "store":
    case "load":
      return kind;
    case "store-called":
    case "dma-write":
      return "store";
    case "dma-read":
      return "load";
    case "completion":
      return "maintenance";
    case "fill":
    case "eviction":
      return "cache";
  }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
