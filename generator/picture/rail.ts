// The machine after one step: the way of a line from the CPU to the master as a row of boxes, with what each holds, what moves, and
// what the master sees.
import type { Replay, ReplayedAccess, ReplayedState } from "../verifier/replayed.ts";
import { Drawing, type PictureOptions } from "./drawing.ts";
import { copyAt, kindText, lineOfStep, movesOf, type Place, placesOf, sightText, stateBefore } from "./places.ts";
import { element, type Svg, textWidth } from "./svg.ts";
import { outcomeText, stepTexts } from "./words.ts";

const box = { width: 156, height: 152 } as const;
const gap = 54;
const margin = 18;
const top = 66;

interface Station {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
}

/**
 * @param step how many steps have been taken: 0 for the machine as it is before the first
 * @param options with the line that is shown; left out, the one that the step is about
 */
export function rail(replay: Replay, step: number, options: PictureOptions & { readonly line?: number }): string {
  const drawing = new Drawing(options);
  const line = options.line ?? (step === 0 ? 0 : lineOfStep(replay, step - 1));
  const state = stateBefore(replay, step);
  const places = placesOf(replay, line);
  const stations = stationsOf(places);
  const bottom = Math.max(...stations.map(({ y }) => y)) + box.height;
  const width = Math.max(...stations.map(({ x }) => x)) + box.width + margin;
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
  const parts: Svg[] = [...(options.isPart ? [] : heading), ...ways(drawing, stations), ...sight(drawing, stations)];
  for (const [index, station] of stations.entries()) {
    const isActing = moved.has(index) || isActor(station.place, replay, step);
    parts.push(frame(drawing, station, isActing, isBad && isActing));
    parts.push(...contents(drawing, station, replay, state, { step, line, isBad: isBad && isActing }));
  }
  for (const { from, to, value } of moves) {
    const [a, b] = [stations[from]!, stations[to]!];
    const isRight = b.x > a.x;
    const y = (each: Station) => each.y + 78;
    const [x1, x2] = [isRight ? a.x + box.width : a.x, isRight ? b.x : b.x + box.width];
    parts.push(drawing.arrow(x1 + (isRight ? 3 : -3), y(a), x2 - (isRight ? 3 : -3), y(b), isBad ? "bad" : "accent"));
    if (value) parts.push(drawing.value(value, (x1 + x2) / 2, (y(a) + y(b)) / 2 - 16, 10, isBad));
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

/** In a row; what stands for other cores below the CPU, because it is on no way of this core's stores. */
function stationsOf(places: readonly Place[]): Station[] {
  let x = margin;
  const isOther = (place: Place) => place.kind === "cache" && place.cache.whose === "others";
  let others = 0;
  return places.map((place) => {
    if (isOther(place)) return { place, x: margin, y: top + (box.height + 28) * ++others };
    const at = { place, x, y: top };
    x += box.width + gap;
    return at;
  });
}

/** Lines between neighbours in the row, and from the caches of other cores up to it. */
function ways(drawing: Drawing, stations: readonly Station[]): Svg[] {
  const row = stations.filter(({ y }) => y === top);
  const stroke = { stroke: drawing.paint("edge"), "stroke-width": 2 };
  return [
    ...row.slice(1).map(({ x }) => element("line", { x1: x - gap, x2: x, y1: top + 78, y2: top + 78, ...stroke })),
    ...stations
      .filter(({ y }) => y > top)
      .map(({ x, y }) =>
        element("line", {
          x1: x + box.width / 2,
          x2: x + box.width / 2,
          y1: y - 28,
          y2: y,
          ...stroke,
          "stroke-dasharray": "3 4",
        }),
      ),
  ];
}

/** What the master sees, in a dashed border, and the way by which it looks into caches. */
function sight(drawing: Drawing, stations: readonly Station[]): Svg[] {
  const bottom = top + box.height;
  const master = stations.at(-1)!;
  const seen = stations.filter(
    ({ place, y }) => y === top && (place.kind === "memory" || (place.kind === "cache" && place.cache.isSeenByMaster)),
  );
  const left = Math.min(...seen.map(({ x }) => x)) - 10;
  const snooped = seen.filter(({ place }) => place.kind === "cache" && place.side === "core");
  const border = { fill: "none", stroke: drawing.paint("muted"), "stroke-width": 1.4, "stroke-dasharray": "6 5" };
  const right = master.x + box.width + 10;
  const middle = (x: number) => x + box.width / 2;
  const [inner] = snooped;
  const path = inner && `M${middle(master.x)} ${top + box.height}v5H${middle(inner.x)}v-5`;
  return [
    ...(path === undefined ? [] : [element("path", { ...border, d: path, stroke: drawing.paint("accent") })]),
    element("rect", { x: left, y: top - 10, width: right - left, height: bottom - top + 20, rx: 16, ...border }),
    drawing.text(left + 12, bottom + 26, sightText(master.place, inner?.place), {
      size: 11,
      weight: 600,
      colour: "muted",
      room: right - left - 20,
    }),
  ];
}

function frame(drawing: Drawing, { x, y }: Station, isActing: boolean, isBad: boolean): Svg {
  return element("rect", {
    ...{ x, y, ...box, rx: 12, fill: drawing.paint("ground") },
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
  replay: Replay,
  state: ReplayedState,
  moment: Moment,
): Svg[] {
  const room = box.width - 24;
  const [small, left] = [{ size: 11, colour: "muted", room } as const, x + 12];
  const parts = [
    drawing.text(left, y + 22, place.name, {
      size: textWidth(place.name, 13.5) > room ? 11.5 : 13.5,
      weight: 650,
      room,
    }),
    drawing.text(left, y + 38, kindText(place), small),
  ];
  const copy = copyAt(place, state.lines[moment.line]!);
  if (copy) {
    const strip = { x: left, y: y + 58, width: room, height: 40 };
    const [own, beside] = copy.cells;
    parts.push(drawing.ground(copy, strip));
    if (copy.status === "absent")
      parts.push(drawing.text(x + box.width / 2, y + 82, "no copy", { ...small, anchor: "middle" }));
    if (own) parts.push(drawing.value(own, left + room * 0.32, y + 78, 12));
    if (beside) parts.push(drawing.value(beside, left + room * 0.76, y + 78, 9));
    const status = place.kind === "memory" ? (copy.status === "stale" ? "old value" : "up to date") : copy.status;
    const shown = copy.status === "stale" && copy.isDirty ? "dirty, and stale" : status;
    if (copy.status !== "absent")
      parts.push(drawing.text(left, y + 116, shown, { size: 12, weight: 650, colour: copy.status, room }));
    return parts;
  }
  for (const [index, { text, isStrong }] of activity(place, replay, state, moment).slice(0, 5).entries())
    parts.push(
      drawing.text(left, y + 60 + index * 17, text, {
        size: 11.5,
        room,
        weight: isStrong ? 650 : 400,
        colour: isStrong ? (moment.isBad ? "bad" : "ink") : "muted",
      }),
    );
  return parts;
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
