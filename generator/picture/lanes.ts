// What happened in a run, as a still picture: a lane for each place, a column for each event, with a shape for what it was.
import { Drawing, type PictureOptions } from "./drawing.ts";
import { element, type Svg, textWidth } from "./svg.ts";
import type { Colour } from "./theme.ts";

/** What an event of a lane is. */
export type LaneShape = "call" | "barrier" | "register" | "store" | "load" | "maintenance" | "cache" | "note";

export interface LaneEvent {
  /** Name of the place that did it. */
  readonly lane: string;
  readonly shape: LaneShape;
  /** Of a store or load. */
  readonly value?: number;
  /** Not done yet, or done before what was called before it. */
  readonly when?: "begun" | "early";
  /** In words, for whoever does not see the picture. */
  readonly text: string;
  /** Whether it is what went wrong. */
  readonly isBad: boolean;
}

const columnWidth = 30;
const rowHeight = 46;
const margin = 18;

/** @param places the lanes from top to bottom; each event is in one of them */
export function lanes(places: readonly string[], events: readonly LaneEvent[], options: PictureOptions): Svg {
  const drawing = new Drawing(options);
  const left = margin + Math.min(170, Math.max(50, ...places.map((name) => textWidth(name, 12) + 14)));
  const width = Math.max(640, left + (events.length + 0.5) * columnWidth + margin);
  const top = margin;
  const bottom = top + places.length * rowHeight;
  const middle = (lane: string) => top + (Math.max(0, places.indexOf(lane)) + 0.5) * rowHeight;
  const legend = legendOf(drawing, bottom + 30, width - 2 * margin);
  const parts: Svg[] = [
    ...places.flatMap((name) => [
      drawing.text(margin, middle(name) + 4, name, { colour: "muted", room: left - margin - 8 }),
      element("line", {
        ...{ x1: left, x2: width - margin, y1: middle(name), y2: middle(name), stroke: drawing.paint("line") },
      }),
    ]),
    ...events.flatMap((event, index) => {
      const [x, y] = [left + (index + 0.5) * columnWidth, middle(event.lane)];
      const number = drawing.text(x, bottom + 10, String(index + 1), {
        ...{ size: 10, anchor: "middle", colour: event.isBad ? "bad" : "muted", weight: event.isBad ? 700 : 400 },
      });
      return [...markOf(drawing, event, x, y), number];
    }),
    ...legend.parts,
  ];
  const described = events.map(({ lane, text }, index) => `${index + 1}. ${lane}: ${text}`).join("\n");
  return drawing.finished(width, bottom + 30 + legend.height + margin, described, parts);
}

function markOf(drawing: Drawing, { shape, value, when, isBad }: LaneEvent, x: number, y: number): Svg[] {
  const colour: Colour = isBad ? "bad" : when === "early" ? "dirty" : "accent";
  return [
    ...shapeOf(drawing, shape, x, y, colour, when === "begun"),
    ...(value === undefined
      ? []
      : [
          drawing.text(x, y + 18, String(value), {
            ...{ size: 10, anchor: "middle", isMono: true, weight: isBad ? 700 : 400, colour: isBad ? "bad" : "ink" },
          }),
        ]),
    ...(isBad ? [drawing.cross(x, y - 14, 4)] : []),
  ];
}

/** Hollow: it takes nothing to where it goes, or is not done yet. */
function shapeOf(drawing: Drawing, shape: LaneShape, x: number, y: number, colour: Colour, isHollow: boolean): Svg[] {
  const stroke = { stroke: drawing.paint(colour), "stroke-width": 1.8 };
  const full = { ...stroke, fill: drawing.paint(isHollow ? "ground" : colour) };
  const hollow = { ...stroke, fill: drawing.paint("ground") };
  switch (shape) {
    case "store":
      return [element("circle", { cx: x, cy: y, r: 5, ...full, "stroke-dasharray": isHollow ? "2 2" : undefined })];
    case "load":
      return [element("circle", { cx: x, cy: y, r: 5, ...hollow })];
    case "maintenance":
      return [element("path", { d: `M${x} ${y - 7}L${x + 6.5} ${y + 5}H${x - 6.5}Z`, ...full })];
    case "barrier":
      return [element("path", { d: `M${x} ${y - 10}V${y + 10}`, ...stroke, "stroke-width": 3.4, fill: "none" })];
    case "register":
      return [element("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9, ...full })];
    case "call":
      return [element("path", { d: `M${x - 5} ${y - 6}L${x + 4} ${y}L${x - 5} ${y + 6}`, ...stroke, fill: "none" })];
    case "cache":
      return [element("path", { d: `M${x} ${y - 6.5}L${x + 6.5} ${y}L${x} ${y + 6.5}L${x - 6.5} ${y}Z`, ...hollow })];
    case "note":
      return [element("circle", { cx: x, cy: y, r: 2.5, ...full })];
  }
}

const meanings: readonly (readonly [LaneShape, string])[] = [
  ["call", "call"],
  ["store", "store or write; dotted: pending"],
  ["load", "load or read"],
  ["maintenance", "maintenance; hollow: begun"],
  ["barrier", "barrier"],
  ["register", "register"],
  ["cache", "a cache, by itself"],
  ["note", "the master says"],
];

function legendOf(
  drawing: Drawing,
  top: number,
  room: number,
): { readonly parts: readonly Svg[]; readonly height: number } {
  let [x, y] = [margin, top + 9];
  const parts = meanings.flatMap(([shape, name]) => {
    const width = textWidth(name, 11) + 34;
    if (x > margin && x + width > margin + room) [x, y] = [margin, y + 22];
    const at = x;
    x += width;
    return [
      ...shapeOf(drawing, shape, at + 7, y, "accent", false),
      drawing.text(at + 18, y + 4, name, { size: 11, colour: "muted" }),
    ];
  });
  return { parts, height: y - top + 11 };
}
