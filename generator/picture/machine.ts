// A machine at rest: the way of a buffer's line from the CPU to the master as a row of small boxes, and what the master sees of it.
import type { Replay } from "../verifier/replayed.ts";
import { Drawing, type PictureOptions } from "./drawing.ts";
import { kindText, type Place, placesOf, sightText } from "./places.ts";
import { brokenInto, element, type Svg, textWidth } from "./svg.ts";

const box = { width: 112, height: 66 } as const;
const gap = 20;
const margin = 16;
const rowHeight = box.height + 22;

interface Station {
  readonly place: Place;
  readonly x: number;
  readonly y: number;
}

/** What is drawn of a replay before its first step. */
export type Machine = Pick<Replay, "core" | "masters" | "lines">;

export function machinePicture(machine: Machine, options: PictureOptions): Svg {
  const drawing = new Drawing(options);
  const stations = stationsOf(placesOf(machine, 0));
  const row = stations.filter(({ y }) => y === margin);
  const [first, master] = [row[0]!, row.at(-1)!];
  const width = master.x + box.width + margin;
  const seen = row.filter(({ place }) => place.kind === "memory" || isSeen(place));
  const snooped = seen.find(({ place }) => place.kind === "cache" && place.side === "core");
  const left = Math.min(...seen.map(({ x }) => x)) - gap / 2 + 1;
  const middle = margin + box.height / 2;
  const others = stations.length - row.length;
  const sight = sightText(master.place, snooped?.place);
  const stroke = { stroke: drawing.paint("edge"), "stroke-width": 2 };
  const parts: Svg[] = [
    element("rect", {
      ...{ x: left, y: margin - 7, width: master.x + box.width + 7 - left, height: box.height + 14, rx: 14 },
      ...{ fill: "none", stroke: drawing.paint("muted"), "stroke-width": 1.4, "stroke-dasharray": "6 5" },
    }),
    ...row.slice(1).map(({ x }) => element("line", { x1: x - gap, x2: x, y1: middle, y2: middle, ...stroke })),
    ...(others > 0 ? [wayToOthers(first)] : []),
    ...stations.flatMap((station) => boxOf(drawing, station)),
    drawing.text(width - margin, margin + box.height + 24, sight, {
      ...{ size: 11, weight: 600, colour: "muted", anchor: "end", room: (width - 2 * margin) * 0.94 },
    }),
  ];
  const described = [stations.map(({ place }) => `${place.name} (${kindText(place)})`).join(", "), sight];
  const height = margin + box.height + 34 + others * rowHeight;
  return drawing.finished(width, height, described.join("\n"), parts);

  function wayToOthers({ x, y }: Station): Svg {
    const at = x + box.width / 2;
    const ends = { y1: y + box.height, y2: stations.at(-1)!.y };
    return element("line", { x1: at, x2: at, ...ends, ...stroke, "stroke-dasharray": "3 4" });
  }
}

function isSeen(place: Place): boolean {
  return place.kind === "cache" && place.cache.isSeenByMaster;
}

/** In a row; caches of other cores below the CPU, because they are on no way of this core's stores. */
function stationsOf(places: readonly Place[]): Station[] {
  const isOther = (place: Place) => place.kind === "cache" && place.cache.whose === "others";
  const row = places
    .filter((place) => !isOther(place))
    .map((place, index) => ({ place, x: margin + index * (box.width + gap), y: margin }));
  const below = places
    .filter(isOther)
    .map((place, index) => ({ place, x: margin, y: margin + box.height + 38 + index * rowHeight }));
  return [...row, ...below];
}

function boxOf(drawing: Drawing, { place, x, y }: Station): Svg[] {
  const room = box.width - 16;
  const name = place.name;
  const lines = brokenInto(kindText(place), room, 10.5).slice(0, 2);
  return [
    element("rect", {
      ...{ x, y, ...box, rx: 9, fill: drawing.paint("ground") },
      ...{ stroke: drawing.paint(place.kind === "cache" ? "accent" : "edge"), "stroke-width": 1.4 },
    }),
    drawing.text(x + 8, y + 21, name, { size: textWidth(name, 12.5) > room ? 10.5 : 12.5, weight: 650, room }),
    ...lines.map((line, index) =>
      drawing.text(x + 8, y + 39 + index * 14, line, { size: 10.5, colour: "muted", room }),
    ),
  ];
}
