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
import { agents, type MachineEvent } from "../simulator/trace/events.ts";
import { type Row, rowsOf, wordsOfRow } from "../simulator/trace/rows.ts";
import type { DriverCounterexample } from "../trial/verify-driver.ts";

type Html = Code<"html">;

/** Of findings and events, how many are written down. A long run has a million events, and nobody reads the first of them. */
const [mostFindings, mostEvents] = [20, 400] as const;
/** Where fewer events than the first are known to matter, the last ones are shown, as many as the second. */
const [few, usual] = [6, 24] as const;

/** Of the calls that led to a failure, how many are written down. */
const mostFrames = 6;

/** What a page tells of a failure. */
interface Told {
  readonly title: string;
  readonly reason: string;
  /** Where in the driver or its test, innermost first. */
  readonly where: readonly string[];
  readonly explanations: readonly string[];
  readonly rules: readonly string[];
  readonly events: readonly MachineEvent[];
  readonly shown: readonly MachineEvent[];
  readonly onceMore?: string;
}

/**
 * A failing test as one HTML file that needs nothing else, for an artefact of a workflow: the reason, where in the test it is, the rule that
 * was broken, and the events as a picture and as a table; of what `verifyDriver` found, the counterexample. It loads nothing and runs
 * nothing, and is the same for the same failure.
 */
export function reportHtml(failure: ScheduleError | DriverCounterexample): string {
  const told = "why" in failure ? ofCounterexample(failure) : ofError(failure);
  const { title, reason, where, explanations, rules, events, onceMore } = told;
  const shown = rowsOf(told.shown);
  const [first = "", ...more] = reason.split("\n");
  const left = rules.length - mostFindings;
  return htmlReport({
    title,
    lead: first,
    sections: [
      ...htmlSection("What the test says", more.length > 0 ? [htmlBlock("What the test says", linesOf(reason))] : []),
      ...htmlSection("Where", where.length > 0 ? [htmlBlock("Where", where.map(htmlText))] : []),
      ...htmlSection("Why", explanations.map(htmlParagraph)),
      ...htmlSection("Rules of ownership that were broken", [
        ...htmlList(
          rules.slice(0, mostFindings).map((text) => html`${htmlMarked("error", "broken")} ${htmlProse(text)}`),
        ),
        ...(left > 0 ? [htmlParagraph(`And ${left} more.`)] : []),
      ]),
      ...htmlSection("What happened", [
        htmlFigure("What happened, as a picture", htmlSvg(pictureOf(shown, explanations.length > 0))),
        tableOf("What happened", shown),
        ...htmlDetails(
          events.length > mostEvents
            ? `The last ${mostEvents} of all ${events.length} events until then`
            : `All ${events.length} events until then`,
          events.length > told.shown.length ? [tableOf("All events", rowsOf(events.slice(-mostEvents)))] : [],
        ),
      ]),
      ...htmlSection("Once more", onceMore === undefined ? [] : [htmlParagraph(onceMore)]),
    ],
  });
}

function ofError(error: ScheduleError): Told {
  const { seed, cause, findings, explanations, events } = error;
  return {
    title: `A driver test fails with seed ${seed}`,
    reason: withoutColours(cause instanceof Error ? cause.message : String(cause)),
    where: framesOf(cause),
    explanations,
    rules: distinct(findings.map(({ text }) => text)),
    events,
    shown: error.shown.length < few ? events.slice(-usual) : error.shown,
    onceMore: `\`forSeeds(chip, test, { from: ${seed}, seeds: 1 })\` runs this schedule alone.`,
  };
}

function ofCounterexample({ why, events }: DriverCounterexample): Told {
  return {
    title: "A driver goes wrong under some schedule",
    reason: withoutColours(why),
    where: [],
    explanations: [],
    rules: [],
    events,
    shown: events.slice(-mostEvents),
  };
}

/** The calls of a driver and its test in which something was thrown, without those of packages and without folders. */
function framesOf(thrown: unknown): string[] {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  return stack
    .split("\n")
    .flatMap((line) => {
      const [, name, file, place] = /^\s*at (?:(.*) \()?(.*?):(\d+:\d+)\)?$/.exec(line) ?? [];
      if (file === undefined || /^node:|[\\/]node_modules[\\/]/.test(file)) return [];
      return [`${file.replace(/^.*[\\/]/, "")}:${place}${name ? ` in ${name}` : ""}`];
    })
    .slice(0, mostFrames);
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

function tableOf(what: string, shown: readonly Row[]): Html {
  const rows = shown.map((row, index) => [
    html`${index + 1}`,
    ...agents.map((agent) => htmlText(agent === row[0].agent ? `${wordsOfRow(row)}${whenOf(shown, index)}` : "")),
  ]);
  return htmlTable(what, ["", ...agents], rows, "events");
}

/** A load stands where the driver has what it gives: where it was performed, if that was earlier. */
function whenOf(shown: readonly Row[], index: number): string {
  const [event] = shown[index]!;
  if (event.kind !== "load" || !event.isEarly) return "";
  const before = shown.findIndex(([other], at) => at < index && other.time > event.time);
  return before === -1 ? "" : `, before ${before + 1}`;
}

/** The lanes are the CPU, then every cache and every master in the order in which they did something. */
function pictureOf(shown: readonly Row[], isFoundAtEnd: boolean): Svg {
  const events = shown.map((row, index): LaneEvent => {
    const [event] = row;
    const when = "phase" in event ? event.phase : "isEarly" in event && event.isEarly ? "early" : undefined;
    return {
      lane: laneOf(event),
      shape: shapeOf(event),
      ...("value" in event && { value: event.value }),
      ...((when === "begun" || when === "early") && { when }),
      ...(event.kind === "store-called" && { when: "begun" as const }),
      text: wordsOfRow(row),
      // What is told of a byte ends where it was found.
      isBad: isFoundAtEnd && index === shown.length - 1,
    };
  });
  const places = (agent: MachineEvent["agent"]) =>
    shown.flatMap(([event]) => (event.agent === agent ? [laneOf(event)] : []));
  const names = distinct(["CPU", ...places("cache"), ...places("DMA")]);
  return lanes(names, events, { theme: "auto", idPrefix: "run", title: "What happened" });
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
