// A whole execution as one still picture: a bar for each place over time, the steps as columns, and below in words.
import type { Replay, ReplayedCopy } from "../verifier/replayed.ts";
import { Drawing, type PictureOptions } from "./drawing.ts";
import { copyAt, lineOfStep, movesOf, type Place, placesOf } from "./places.ts";
import { brokenInto, element, type Svg, textWidth } from "./svg.ts";
import { outcomeText, stepTexts } from "./words.ts";

const columnWidth = 46;
const rowHeight = 30;
const margin = 18;

interface Row {
  readonly place: Place;
  /** Index of the line that it holds; undefined for the CPU and the master. */
  readonly line: number | undefined;
  readonly label: string;
}

/**
 * A part of a page may be wider than what shows it: the names of its rows are a group of their own there, on a ground, so that a page can
 * keep them in sight, and the step at hand is marked for it.
 *
 * @param current a step to be marked, from 1 on; left out, none is
 */
export function ribbons(
  replay: Replay,
  options: PictureOptions & { readonly hasSteps?: boolean; readonly current?: number },
): Svg {
  const drawing = new Drawing(options);
  const { steps, scenario } = replay;
  const rows = rowsOf(replay);
  const left = margin + Math.min(190, Math.max(60, ...rows.map(({ label }) => textWidth(label, 12) + 14)));
  const width = Math.max(720, left + (steps.length + 1) * columnWidth + margin);
  const inner = width - 2 * margin;
  const texts = stepTexts(replay);
  const parts: Svg[] = [];
  let y = margin + 6;
  const paragraph = (text: string, size: number, more: { colour?: "muted" | "bad"; weight?: number } = {}) => {
    for (const line of brokenInto(text, inner, size)) {
      y += size + 4;
      parts.push(drawing.text(margin, y, line, { size, room: inner, ...more }));
    }
  };
  if (!options.isPart) {
    paragraph(options.title, 15, { weight: 650 });
    paragraph(outcomeText(replay), 12.5, replay.property === undefined ? {} : { colour: "bad", weight: 600 });
    paragraph(scenario, 11, { colour: "muted" });
  }
  const top = y + 16;
  const center = (step: number) => left + (step + 0.5) * columnWidth;
  const middle = (row: number) => top + (row + 0.5) * rowHeight;
  if (options.current !== undefined)
    parts.push(
      element("rect", {
        class: options.isPart ? "at-hand" : undefined,
        ...{
          x: center(options.current) - columnWidth / 2,
          y: top - 4,
          width: columnWidth,
          height: rows.length * rowHeight + 8,
        },
        ...{
          rx: 8,
          fill: drawing.paint("accent"),
          "fill-opacity": 0.08,
          stroke: drawing.paint("accent"),
          "stroke-width": 1.6,
        },
      }),
    );
  const names = rows.map(({ label }, index) =>
    drawing.text(margin, middle(index) + 4, label, { colour: "muted", room: left - margin - 8 }),
  );
  for (const [index, { line, place }] of rows.entries()) {
    if (!options.isPart) parts.push(names[index]!);
    if (line === undefined)
      parts.push(
        element("line", {
          x1: left,
          x2: width - margin,
          y1: middle(index),
          y2: middle(index),
          stroke: drawing.paint("line"),
        }),
      );
    else parts.push(...bars(replay, drawing, { place, line }, (step) => left + step * columnWidth, middle(index)));
  }
  parts.push(...events(replay, drawing, rows, center, middle));
  const feet = top + rows.length * rowHeight + 16;
  for (const index of steps.keys()) parts.push(number(index + 1));
  parts.push(drawing.text(center(0), feet, "before", { size: 10.5, anchor: "middle", colour: "muted" }));
  y = feet + 4;
  if (options.hasSteps ?? !options.isPart) {
    y += 6;
    for (const [index, text] of texts.entries()) {
      const lines = brokenInto(text, inner - 30, 11.5);
      for (const [at, line] of lines.entries()) {
        y += 17;
        if (at === 0)
          parts.push(
            drawing.text(margin + 18, y, String(index + 1), {
              size: 11.5,
              anchor: "end",
              colour: "muted",
              weight: 600,
            }),
          );
        const isLast = steps[index]!.violates !== undefined;
        parts.push(
          drawing.text(margin + 28, y, line, {
            size: 11.5,
            room: inner - 28,
            ...(isLast && { colour: "bad", weight: 600 }),
          }),
        );
      }
    }
  }
  const described = [scenario, ...texts.map((text, index) => `${index + 1}. ${text}`), outcomeText(replay)].join("\n");
  if (options.isPart) {
    const ground = { x: 0, y: top - 4, width: left - 6, height: rows.length * rowHeight + 8 };
    const kept = element("rect", { ...ground, fill: drawing.paint("ground") });
    parts.push(element("g", { class: "names" }, kept, ...names));
    return drawing.finished(width, y + 8, described, parts, margin);
  }
  const legend = drawing.legend(margin, y + 16, inner);
  return drawing.finished(width, y + 16 + legend.height + margin, described, [...parts, ...legend.parts]);

  function number(step: number): Svg {
    const isLast = steps[step - 1]!.violates !== undefined;
    return drawing.text(center(step), feet, String(step), {
      size: 10.5,
      anchor: "middle",
      colour: isLast ? "bad" : "muted",
      weight: isLast ? 700 : 400,
    });
  }
}

/** The CPU, what holds each line, and the master; of a memory at two addresses one row. */
function rowsOf(replay: Replay): Row[] {
  const all = replay.lines.map((_, line) => placesOf(replay, line));
  const held = all.flatMap((places, line) =>
    places
      .slice(1, -1)
      .filter(({ kind }) => line === 0 || kind !== "memory" || !replay.isOneMemory)
      .map(
        (place): Row => ({
          place,
          line,
          label: line === 0 || replay.isOneMemory ? place.name : `descriptor: ${place.name}`,
        }),
      ),
  );
  const [first] = all;
  return [
    { place: first![0]!, line: undefined, label: "CPU" },
    ...held,
    { place: first!.at(-1)!, line: undefined, label: first!.at(-1)!.name },
  ];
}

/** What a place holds over time. */
function bars(
  { initial, steps }: Replay,
  drawing: Drawing,
  { place, line }: { readonly place: Place; readonly line: number },
  start: (step: number) => number,
  y: number,
): Svg[] {
  const copies = [initial, ...steps.map(({ state }) => state)].map((state) => copyAt(place, state.lines[line]!)!);
  // The cell beside the buffer is shown where anything is ever in it.
  const isOtherUsed = [initial, ...steps.map(({ state }) => state)].some(({ lines }) =>
    lines[line]!.seenByCpu.some(({ value, owner }, cell) => cell === 1 && (value !== 0 || owner !== "nobody")),
  );
  const parts: Svg[] = [];
  for (let first = 0; first < copies.length; ) {
    const copy = copies[first]!;
    const same = copies.slice(first).findIndex((other) => JSON.stringify(other) !== JSON.stringify(copy));
    const last = same === -1 ? copies.length : first + same;
    const box = { x: start(first) + 1.5, y: y - 12, width: start(last) - start(first) - 3, height: 24 };
    if (copy.status === "absent")
      parts.push(
        element("line", {
          x1: box.x + 4,
          x2: box.x + box.width - 4,
          y1: y,
          y2: y,
          stroke: drawing.paint("edge"),
          "stroke-width": 1.4,
          "stroke-dasharray": "1 5",
        }),
      );
    else {
      parts.push(drawing.ground(copy, box));
      const shown = isOtherUsed ? copy.cells : copy.cells.slice(0, 1);
      let x = box.x + 11;
      for (const cell of shown) {
        if (cell) parts.push(drawing.value(cell, x, y, 8));
        x += 20;
      }
      const room = box.width - (x - box.x) - 2;
      const label = stateWords(copy, place);
      if (textWidth(label, 11) <= room)
        parts.push(drawing.text(x - 6, y + 4, label, { size: 11, weight: 600, colour: copy.status }));
    }
    first = last;
  }
  return parts;
}

function stateWords({ status, isDirty }: ReplayedCopy, { kind }: Place): string {
  if (kind === "memory") return status === "stale" ? "old value" : "up to date";
  return status === "stale" && isDirty ? "dirty, stale" : status;
}

/** Who acts in each step, and what goes where. */
function events(
  replay: Replay,
  drawing: Drawing,
  rows: readonly Row[],
  center: (step: number) => number,
  middle: (row: number) => number,
): Svg[] {
  const { steps } = replay;
  const issuedAt = new Map<number, number>();
  const spans: Svg[] = [];
  const marks: Svg[] = [];
  const last = rows.length - 1;
  for (const [index, { action, violates }] of steps.entries()) {
    const [step, x] = [index + 1, center(index + 1)];
    const line = lineOfStep(replay, index);
    const places = placesOf(replay, line);
    const rowOf = (place: number) => rowOfPlace(rows, places[place]!, line);
    for (const { from, to } of movesOf(replay, index)) {
      const [a, b] = [middle(rowOf(from)), middle(rowOf(to))];
      const way = Math.sign(b - a);
      // Beside the values, which stand at the left of a bar.
      marks.push(drawing.arrow(x + 15, a + way * 9, x + 15, b - way * 9, violates === undefined ? "accent" : "bad"));
    }
    const row = action.agent === "CPU" || (action.agent === "neighbour" && !action.isMaster) ? 0 : last;
    const y = middle(row);
    if (action.agent === "cache") continue;
    if (violates !== undefined && (action.agent !== "CPU" || action.what !== "issue")) {
      marks.push(drawing.cross(x, y));
      continue;
    }
    if (action.agent !== "CPU") {
      marks.push(
        action.agent === "DMA" && action.what === "done" ? drawing.mark("in flight", x, y) : drawing.mark("done", x, y),
      );
      continue;
    }
    const isAhead = action.overtakes.length > 0;
    if (action.what === "issue") issuedAt.set(action.access, step);
    const since = issuedAt.get(action.access);
    if (action.what === "finish" && since !== undefined)
      spans.push(
        element("line", {
          x1: center(since) + 6,
          x2: x - 6,
          y1: y,
          y2: y,
          stroke: drawing.paint(isAhead ? "dirty" : "accent"),
          "stroke-width": 3,
          "stroke-opacity": 0.45,
        }),
      );
    const phase = action.what === "issue" ? "in flight" : "done";
    marks.push(drawing.mark(isAhead ? (phase === "done" ? "overtaking" : "overtaking in flight") : phase, x, y));
  }
  return [...spans, ...marks];
}

function rowOfPlace(rows: readonly Row[], place: Place, line: number): number {
  switch (place.kind) {
    case "CPU":
      return 0;
    case "master":
      return rows.length - 1;
    case "memory":
    case "cache": {
      const own = rows.findIndex((row) => row.line === line && isSame(row.place, place));
      // A memory at two addresses has the row of the first.
      return own === -1 ? rows.findIndex((row) => row.line !== undefined && isSame(row.place, place)) : own;
    }
  }
}

function isSame(one: Place, other: Place): boolean {
  if (one.kind === "cache" && other.kind === "cache") return one.side === other.side && one.level === other.level;
  return one.kind === other.kind;
}
