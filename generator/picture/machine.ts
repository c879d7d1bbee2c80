// A machine at rest: the way of a buffer's line from the CPU to the master as a row of small boxes, and what the master sees of it.
import type { Replay } from "../verifier/replayed.ts";
import { Drawing, type PictureOptions } from "./drawing.ts";
import { kindText, type Place, placesOf, sightText } from "./places.ts";
import { brokenInto, element, type Svg, textWidth } from "./svg.ts";

/** How boxes are laid out, in units of the picture. */
interface Shape {
  readonly isUpright: boolean;
  readonly width: number;
  readonly height: number;
  /** To the next one. */
  readonly gap: number;
}

const inRow: Shape = { isUpright: false, width: 112, height: 66, gap: 20 };
const upright: Shape = { isUpright: true, width: 306, height: 52, gap: 18 };
const margin = 16;
/** What a row of words takes below the boxes. */
const below = 34;

interface Station {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
}

/** What is drawn of a replay before its first step. */
export type Machine = Pick<Replay, "core" | "masters" | "lines">;

export interface MachineOptions extends PictureOptions {
  /** One box below the other, for narrow pages. */
  readonly isUpright?: boolean;
}

export function machinePicture(machine: Machine, options: MachineOptions): Svg {
  const drawing = new Drawing(options);
  const shape = options.isUpright ? upright : inRow;
  const { own, others } = stationsOf(placesOf(machine, 0), shape);
  const [first, master] = [own[0]!, own.at(-1)!];
  const width = master.x + shape.width + margin;
  const seen = own.filter(({ place }) => place.kind === "memory" || isSeen(place));
  const snooped = seen.find(({ place }) => place.kind === "cache" && place.side === "core");
  const [left, top] = [Math.min(...seen.map(({ x }) => x)) - 7, Math.min(...seen.map(({ y }) => y)) - 7];
  const bottom = master.y + shape.height;
  const sight = sightText(master.place, snooped?.place, shape.isUpright ? "\u2191" : undefined);
  const stroke = { stroke: drawing.paint("edge"), "stroke-width": 2 };
  const parts: Svg[] = [
    element("rect", {
      ...{ x: left, y: top, width: master.x + shape.width + 7 - left, height: bottom + 7 - top, rx: 14 },
      ...{ fill: "none", stroke: drawing.paint("muted"), "stroke-width": 1.4, "stroke-dasharray": "6 5" },
    }),
    ...own.slice(1).map(({ x, y }) =>
      element("line", {
        ...(shape.isUpright
          ? { x1: x + shape.width / 2, x2: x + shape.width / 2, y1: y - shape.gap, y2: y }
          : { x1: x - shape.gap, x2: x, y1: y + shape.height / 2, y2: y + shape.height / 2 }),
        ...stroke,
      }),
    ),
    ...(others.length > 0 ? [wayToOthers(first, others.at(-1)!)] : []),
    ...[...own, ...others].flatMap((station) => boxOf(drawing, station, shape)),
    drawing.text(width - margin, bottom + 24, sight, {
      ...{ size: shape.isUpright ? 10.5 : 11, weight: 600, colour: "muted", anchor: "end" },
      room: (width - 2 * margin) * (shape.isUpright ? 1 : 0.94),
    }),
  ];
  const described = [[...own, ...others].map(({ place }) => `${place.name} (${kindText(place)})`).join(", "), sight];
  const lowest = Math.max(bottom + below, ...others.map(({ y }) => y + shape.height + margin));
  return drawing.finished(width, lowest, described.join("\n"), parts);

  /** From the CPU down: past the left edges, where what is upright stands in between. */
  function wayToOthers({ x, y }: Station, { y: to }: Station): Svg {
    const dashed = { ...stroke, fill: "none", "stroke-dasharray": "3 4" };
    const half = shape.height / 2;
    const d = shape.isUpright
      ? `M${x} ${y + half}h-12V${to + half}h12`
      : `M${x + shape.width / 2} ${y + shape.height}V${to}`;
    return element("path", { d, ...dashed });
  }
}

function isSeen(place: Place): boolean {
  return place.kind === "cache" && place.cache.isSeenByMaster;
}

/** On the way of this core's stores; and caches of other cores below, because they are on none. */
function stationsOf(places: readonly Place[], { isUpright, width, height, gap }: Shape) {
  const isOther = (place: Place) => place.kind === "cache" && place.cache.whose === "others";
  const own = places
    .filter((place) => !isOther(place))
    .map((place, index): Station => {
      const [x, y] = isUpright ? [0, index * (height + gap)] : [index * (width + gap), 0];
      return { place, x: margin + x, y: margin + y };
    });
  const lowest = own.at(-1)!.y + height;
  const others = places
    .filter(isOther)
    .map((place, index): Station => ({ place, x: margin, y: lowest + below + 4 + index * (height + 22) }));
  return { own, others };
}

function boxOf(drawing: Drawing, { place, x, y }: Station, shape: Shape): Svg[] {
  const { width, height } = shape;
  const room = width - 16;
  const name = place.name;
  const lines = brokenInto(kindText(place), room, 10.5).slice(0, 2);
  return [
    element("rect", {
      ...{ x, y, width, height, rx: 9, fill: drawing.paint("ground") },
      ...{ stroke: drawing.paint(place.kind === "cache" ? "accent" : "edge"), "stroke-width": 1.4 },
    }),
    drawing.text(x + 8, y + 21, name, { size: textWidth(name, 12.5) > room ? 10.5 : 12.5, weight: 650, room }),
    ...lines.map((line, index) =>
      drawing.text(x + 8, y + 39 + index * 14, line, { size: 10.5, colour: "muted", room }),
    ),
  ];
}
