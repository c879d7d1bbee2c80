// The machine after one step: the way of a line from the CPU to the master as boxes, in a row or, for narrow pages, one below the other,
// with what each holds, what moves, and what the master sees.
import type { Replay, ReplayedAccess, ReplayedState } from "../verifier/replayed.ts";
import { Drawing, type PictureOptions } from "./drawing.ts";
import { copyAt, kindText, lineOfStep, movesOf, type Place, placesOf, sightText, stateBefore } from "./places.ts";
import { brokenInto, element, type Svg, textWidth } from "./svg.ts";
import { outcomeText, stepTexts } from "./words.ts";

/** How a box is laid out, in units of the picture from its upper left corner. */
interface Shape {
  readonly isUpright: boolean;
  readonly width: number;
  readonly height: number;
  /** To the next one. */
  readonly gap: number;
  /** Of the names. */
  readonly room: number;
  /** Height of the name's, the kind's and the status's base line. */
  readonly name: number;
  readonly kind: number;
  readonly status: number;
  /** Where the copy is, or what the CPU and the master are at. */
  readonly strip: { readonly x: number; readonly y: number; readonly width: number };
  /** Of what the CPU and the master are at: the first base line, from line to line, and how many there is room for. */
  readonly said: { readonly first: number; readonly each: number; readonly most: number };
}

const inRow: Shape = {
  ...{ isUpright: false, width: 156, height: 152, gap: 54, room: 132, name: 22, kind: 38, status: 116 },
  strip: { x: 12, y: 58, width: 132 },
  said: { first: 60, each: 17, most: 5 },
};
const upright: Shape = {
  ...{ isUpright: true, width: 308, height: 84, gap: 34, room: 122, name: 26, kind: 43, status: 66 },
  strip: { x: 144, y: 22, width: 152 },
  said: { first: 22, each: 16, most: 4 },
};
const stripHeight = 40;
const margin = 18;
const top = 66;

interface Station {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
  /** Whether it stands apart: what stands for other cores is on no way of this core's stores. */
  readonly isApart: boolean;
}

export interface RailOptions extends PictureOptions {
  /** The line that is shown; left out, the one that the step is about. */
  readonly line?: number;
  /** One box below the other. */
  readonly isUpright?: boolean;
}

/** @param step how many steps have been taken: 0 for the machine as it is before the first */
export function rail(replay: Replay, step: number, options: RailOptions): Svg {
  const drawing = new Drawing(options);
  const shape = options.isUpright ? upright : inRow;
  const line = options.line ?? (step === 0 ? 0 : lineOfStep(replay, step - 1));
  const state = stateBefore(replay, step);
  const places = placesOf(replay, line);
  const stations = stationsOf(places, shape);
  const bottom = Math.max(...stations.map(({ y }) => y)) + shape.height;
  const width = Math.max(...stations.map(({ x }) => x)) + shape.width + margin;
  const isShown = step > 0 && lineOfStep(replay, step - 1) === line;
  const moves = isShown ? movesOf(replay, step - 1) : [];
  const moved = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const now = step > 0 ? replay.steps[step - 1] : undefined;
  const isBad = now?.violates !== undefined;
  const said = step === 0 ? "before the first step" : `${step}. ${stepTexts(replay)[step - 1]!}`;
  const heading = [
    drawing.text(margin, margin + 12, said, {
      size: 14,
      weight: 620,
      room: width - 2 * margin,
      colour: isBad ? "bad" : "ink",
    }),
    drawing.text(margin, margin + 30, whichLine(replay, line), { size: 11, colour: "muted", room: width - 2 * margin }),
  ];
  const parts: Svg[] = [
    ...(options.isPart ? [] : heading),
    ...ways(drawing, stations, shape),
    ...sight(drawing, stations, shape),
  ];
  for (const [index, station] of stations.entries()) {
    const isActing = moved.has(index) || isActor(station.place, replay, step);
    parts.push(frame(drawing, station, shape, isActing, isBad && isActing));
    parts.push(...contents(drawing, station, shape, replay, state, { step, line, isBad: isBad && isActing }));
  }
  for (const { from, to, value } of moves) {
    const { x1, y1, x2, y2 } = wayBetween(stations[from]!, stations[to]!, shape, 3);
    parts.push(drawing.arrow(x1, y1, x2, y2, isBad ? "bad" : "accent"));
    const [dx, dy] = shape.isUpright ? [20, 0] : [0, -16];
    if (value) parts.push(drawing.value(value, (x1 + x2) / 2 + dx, (y1 + y2) / 2 + dy, 10, isBad));
  }
  const described = [
    whichLine(replay, line),
    said,
    ...stations.map(({ place }) => placeText(place, state, line)),
    outcomeText(replay),
  ];
  if (options.isPart) return drawing.finished(width, bottom + 44, described.join("\n"), parts, top - 14);
  const legend = drawing.legend(margin, bottom + 44, width - 2 * margin);
  return drawing.finished(width, bottom + 44 + legend.height + margin, described.join("\n"), [
    ...parts,
    ...legend.parts,
  ]);
}

function whichLine({ lines, scenario }: Replay, line: number): string {
  return `the line of the ${lines[line]!.what}; ${scenario}`;
}

/** From the CPU on; what stands apart is below the CPU, or below all. */
function stationsOf(places: readonly Place[], { isUpright, width, height, gap }: Shape): Station[] {
  const isOther = (place: Place) => place.kind === "cache" && place.cache.whose === "others";
  const own = places.filter((place) => !isOther(place));
  const others = places.filter(isOther);
  const column = top + own.length * (height + gap) - gap + 16;
  return places.map((place) => {
    const [at, below] = [own.indexOf(place), others.indexOf(place) + 1];
    if (below > 0) {
      const y = isUpright ? column + below * (height + 28) - height : top + (height + 28) * below;
      return { place, x: margin, y, isApart: true };
    }
    const [x, y] = isUpright ? [margin, top + at * (height + gap)] : [margin + at * (width + gap), top];
    return { place, x, y, isApart: false };
  });
}

/** From edge to edge of two boxes, which need not stand side by side. @param apart from both */
function wayBetween(a: Station, b: Station, shape: Shape, apart = 0) {
  const { isUpright, width, height, strip } = shape;
  const [from, to] = isUpright ? [a.y, b.y] : [a.x, b.x];
  const length = isUpright ? height : width;
  const [start, end] = to > from ? [from + length + apart, to - apart] : [from - apart, to + length + apart];
  const along = isUpright ? strip.x + strip.width / 2 : strip.y + stripHeight / 2;
  return isUpright
    ? { x1: a.x + along, y1: start, x2: b.x + along, y2: end }
    : { x1: start, y1: a.y + along, x2: end, y2: b.y + along };
}

/** Lines between neighbours, and from what stands apart to the CPU. */
function ways(drawing: Drawing, stations: readonly Station[], shape: Shape): Svg[] {
  const row = stations.filter(({ isApart }) => !isApart);
  const stroke = { stroke: drawing.paint("edge"), "stroke-width": 2 };
  const { x: left, y: first } = row[0]!;
  return [
    ...row.slice(1).map((station, index) => element("line", { ...wayBetween(row[index]!, station, shape), ...stroke })),
    ...stations
      .filter(({ isApart }) => isApart)
      .map(({ x, y }) =>
        element("path", {
          d: shape.isUpright
            ? `M${left} ${first + shape.height / 2}h-14V${y + shape.height / 2}h14`
            : `M${x + shape.width / 2} ${y - 28}v28`,
          ...stroke,
          fill: "none",
          "stroke-dasharray": "3 4",
        }),
      ),
  ];
}

/** What the master sees, in a dashed border, and the way by which it looks into caches. */
function sight(drawing: Drawing, stations: readonly Station[], shape: Shape): Svg[] {
  const { isUpright, width, height } = shape;
  const master = stations.at(-1)!;
  const seen = stations.filter(
    ({ place, isApart }) =>
      !isApart && (place.kind === "memory" || (place.kind === "cache" && place.cache.isSeenByMaster)),
  );
  const snooped = seen.filter(({ place }) => place.kind === "cache" && place.side === "core");
  const border = { fill: "none", stroke: drawing.paint("muted"), "stroke-width": 1.4, "stroke-dasharray": "6 5" };
  const [left, right] = [Math.min(...seen.map(({ x }) => x)) - 10, master.x + width + 10];
  const [upper, lower] = [Math.min(...seen.map(({ y }) => y)) - 10, master.y + height + 10];
  const [inner] = snooped;
  const path = inner && (isUpright ? besideColumn(inner, master, shape) : belowRow(inner, master, shape));
  return [
    ...(path === undefined ? [] : [element("path", { ...border, d: path, stroke: drawing.paint("accent") })]),
    element("rect", { x: left, y: upper, width: right - left, height: lower - upper, rx: 16, ...border }),
    drawing.text(left + 12, lower + 16, sightText(master.place, inner?.place, isUpright ? "\u2191" : "\u2190"), {
      size: 11,
      weight: 600,
      colour: "muted",
      room: right - left - 20,
    }),
  ];
}

function belowRow(inner: Station, master: Station, { width, height }: Shape): string {
  return `M${master.x + width / 2} ${top + height}v5H${inner.x + width / 2}v-5`;
}

function besideColumn(inner: Station, master: Station, { width, height }: Shape): string {
  return `M${master.x + width} ${master.y + height / 2}h5V${inner.y + height / 2}h-5`;
}

function frame(drawing: Drawing, { x, y }: Station, shape: Shape, isActing: boolean, isBad: boolean): Svg {
  const { width, height } = shape;
  return element("rect", {
    ...{ x, y, width, height, rx: 12, fill: drawing.paint("ground") },
    stroke: drawing.paint(isBad ? "bad" : isActing ? "accent" : "edge"),
    "stroke-width": isActing ? 2.4 : 1.3,
  });
}

/** Whether a place does something in the step that was taken last. */
function isActor(place: Place, { steps }: Replay, step: number): boolean {
  const action = steps[step - 1]?.action;
  if (!action) return false;
  switch (action.agent) {
    case "CPU":
      return place.kind === "CPU";
    case "DMA":
      return place.kind === "master";
    case "neighbour":
      return place.kind === (action.isMaster ? "master" : "CPU");
    case "cache":
      return place.kind === "cache" && place.side === action.side && place.level === action.level;
  }
}

interface Moment {
  readonly step: number;
  readonly line: number;
  readonly isBad: boolean;
}

function contents(
  drawing: Drawing,
  { place, x, y }: Station,
  shape: Shape,
  replay: Replay,
  state: ReplayedState,
  moment: Moment,
): Svg[] {
  const { room } = shape;
  const [small, left] = [{ size: 11, colour: "muted", room } as const, x + 12];
  const isLong = textWidth(place.name, 11.5) > room;
  const size = textWidth(place.name, 13.5) > room ? 11.5 : 13.5;
  const names = isLong ? twoLines(place.name, room, size) : [place.name];
  const lift = names.length > 1 ? 6 : 0;
  const parts = [
    ...names.map((name, index) =>
      drawing.text(left, y + shape.name - lift + index * 13, name, { size, weight: 650, room }),
    ),
    drawing.text(left, y + shape.kind + lift, kindText(place), small),
  ];
  const copy = copyAt(place, state.lines[moment.line]!);
  const strip = { x: x + shape.strip.x, y: y + shape.strip.y, width: shape.strip.width, height: stripHeight };
  if (copy) {
    const [own, beside] = copy.cells;
    const middle = strip.y + stripHeight / 2;
    parts.push(drawing.ground(copy, strip));
    if (copy.status === "absent")
      parts.push(drawing.text(strip.x + strip.width / 2, middle + 4, "no copy", { ...small, anchor: "middle" }));
    if (own) parts.push(drawing.value(own, strip.x + strip.width * 0.32, middle, 12));
    if (beside) parts.push(drawing.value(beside, strip.x + strip.width * 0.76, middle, 9));
    const status = place.kind === "memory" ? (copy.status === "stale" ? "old value" : "up to date") : copy.status;
    const shown = copy.status === "stale" && copy.isDirty ? "dirty, and stale" : status;
    if (copy.status !== "absent")
      parts.push(drawing.text(left, y + shape.status, shown, { size: 12, weight: 650, colour: copy.status, room }));
    return parts;
  }
  const { first, each, most } = shape.said;
  for (const [index, { text, isStrong }] of activity(place, replay, state, moment).slice(0, most).entries())
    parts.push(
      drawing.text(strip.x, y + first + index * each, text, {
        size: 11.5,
        room: strip.width,
        weight: isStrong ? 650 : 400,
        colour: isStrong ? (moment.isBad ? "bad" : "ink") : "muted",
      }),
    );
  return parts;
}

function twoLines(name: string, room: number, size: number): string[] {
  const [first, ...more] = brokenInto(name, room, size);
  return more.length === 0 ? [first!] : [first!, more.join(" ")];
}

interface Activity {
  readonly text: string;
  readonly isStrong: boolean;
}

/** What the CPU or the master is at. */
function activity(place: Place, { accesses, steps }: Replay, state: ReplayedState, { step }: Moment): Activity[] {
  const action = steps[step - 1]?.action;
  const strong = (text: string): Activity => ({ text, isStrong: true });
  if (place.kind === "master") {
    const isActing = action?.agent === "DMA" && (action.what === "read" || action.what === "write");
    return [
      ...(isActing ? [strong(`${action.what}s ${action.value}`)] : []),
      { text: state.engine === "idle" ? "idle" : `transfer ${state.round} ${state.engine}`, isStrong: false },
    ];
  }
  const current = action?.agent === "CPU" ? accesses[action.access]! : undefined;
  const inFlight = accesses.filter((_, index) => state.accesses[index] === "in flight");
  const ahead = action?.agent === "CPU" ? action.overtakes.length : 0;
  return [
    ...(current && action?.agent === "CPU" ? [strong(accessText(current, action.value))] : []),
    ...(current?.kind === "load" &&
    current.expected !== undefined &&
    action?.agent === "CPU" &&
    current.expected !== action.value
      ? [strong(`\u2715 ${current.expected} expected`)]
      : []),
    ...(ahead > 0 ? [strong(`\u25c6 ahead of ${ahead} earlier`)] : []),
    ...state.storeBuffer.map((index) => ({ text: `buffered: ${accesses[index]!.text}`, isStrong: false })),
    ...inFlight.map((access) => ({ text: `in flight: ${access.text}`, isStrong: false })),
  ];
}

function accessText({ kind, text }: ReplayedAccess, value: number | undefined): string {
  return kind === "load" ? `${text} gives ${value}` : text;
}

function placeText(place: Place, state: ReplayedState, line: number): string {
  const copy = copyAt(place, state.lines[line]!);
  if (!copy) return place.name;
  const cells = copy.cells.map((cell) => cell?.value ?? ".").join(" ");
  return copy.status === "absent" ? `${place.name}: no copy` : `${place.name}: ${copy.status} [${cells}]`;
}
