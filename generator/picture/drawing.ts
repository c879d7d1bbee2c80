// What all pictures are drawn with: texts, values by the shape of who wrote them, copies by the pattern of their state.
import type { ReplayedCopy, ReplayedValue } from "../verifier/replayed.ts";
import { element, finishedSvg, fitted, type Svg, words } from "./svg.ts";
import { type Colour, painter, styleOf, type Theme } from "./theme.ts";

export interface PictureOptions {
  readonly theme: Theme;
  /** Stands before the ids in the picture, so that a page may have several; left out, `fence`. */
  readonly idPrefix?: string;
  /** What it is a picture of, such as a fence and the step that is left out. */
  readonly title: string;
  /** Set where a page has words, signs and frame around the picture: then it is the drawing alone. */
  readonly isPart?: boolean;
}

const sans = "Inter,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const mono = "ui-monospace,'JetBrains Mono',Menlo,Consolas,monospace";

interface TextOptions {
  readonly size?: number;
  readonly colour?: Colour;
  readonly weight?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly isMono?: boolean;
  /** No wider than this, in the units of the picture. */
  readonly room?: number;
}

export interface Sign {
  readonly draw: (x: number, y: number) => Svg;
  readonly means: string;
  readonly width: number;
}

export class Drawing {
  readonly paint: (colour: Colour) => string;
  readonly #theme: Theme;
  readonly #prefix: string;
  readonly #title: string;
  readonly #isPart: boolean;

  constructor({ theme, idPrefix = "fence", title, isPart = false }: PictureOptions) {
    this.paint = painter(theme);
    this.#theme = theme;
    // An id must be a word; what else stands in it would be somebody's mistake.
    this.#prefix = idPrefix.replace(/[^\w-]/g, "");
    this.#title = title;
    this.#isPart = isPart;
  }

  text(x: number, y: number, text: string, options: TextOptions = {}): Svg {
    const { size = 12, colour = "ink", weight, anchor = "start", isMono = false, room } = options;
    const shown = room === undefined ? text : fitted(text, room, size, isMono);
    return element(
      "text",
      {
        x,
        y,
        "font-size": size,
        fill: this.paint(colour),
        "font-weight": weight,
        "text-anchor": anchor === "start" ? undefined : anchor,
        "font-family": isMono ? mono : undefined,
      },
      words(shown),
    );
  }

  /** A value in the shape of who wrote it: CPU square, DMA round, neighbour a hexagon, nobody dashed. */
  value({ value, owner }: ReplayedValue, x: number, y: number, radius = 9, isBad = false): Svg {
    const look = {
      fill: this.paint("ground"),
      stroke: this.paint(isBad ? "bad" : "ink"),
      "stroke-width": isBad ? 2.2 : 1.5,
    };
    const box = { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
    const six = [-1, -0.5, 0.5, 1, 0.5, -0.5].map(
      (dx, at) => `${dx * radius + x},${[0, -1, -1, 0, 1, 1][at]! * radius + y}`,
    );
    const shape = {
      CPU: () => element("rect", { ...box, rx: 2.5, ...look }),
      DMA: () => element("circle", { cx: x, cy: y, r: radius, ...look }),
      neighbour: () => element("polygon", { points: six.join(" "), ...look }),
      nobody: () =>
        element("rect", { ...box, rx: 2.5, ...look, stroke: this.paint("edge"), "stroke-dasharray": "2 2" }),
    }[owner]();
    return element(
      "g",
      {},
      shape,
      this.text(x, y + radius * 0.42, String(value), {
        size: radius * 1.3,
        anchor: "middle",
        weight: 700,
        isMono: true,
        colour: isBad ? "bad" : "ink",
      }),
    );
  }

  /** The ground of a copy: clean plain, dirty hatched, stale dashed, both where it is both. */
  ground(
    { status, isDirty }: ReplayedCopy,
    box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  ): Svg {
    if (status === "absent")
      return element("rect", {
        ...box,
        rx: 5,
        fill: "none",
        stroke: this.paint("edge"),
        "stroke-dasharray": "1 4",
        "stroke-width": 1.2,
      });
    const inner = { x: box.x + 1.5, y: box.y + 1.5, width: box.width - 3, height: box.height - 3 };
    return element(
      "g",
      {},
      element("rect", {
        ...box,
        rx: 5,
        fill: this.paint(`${status}-ground`),
        stroke: this.paint(status),
        "stroke-width": 1.6,
        "stroke-dasharray": status === "stale" ? "5 3" : undefined,
      }),
      ...(isDirty ? [element("rect", { ...inner, rx: 4, fill: `url(#${this.#prefix}-hatch)` })] : []),
    );
  }

  arrow(x1: number, y1: number, x2: number, y2: number, colour: Colour = "accent"): Svg {
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [dx, dy] = [((x2 - x1) / length) * 6, ((y2 - y1) / length) * 6];
    const head = `M${fixed(x2 - dx - dy * 0.7)} ${fixed(y2 - dy + dx * 0.7)}L${fixed(x2)} ${fixed(y2)}L${fixed(x2 - dx + dy * 0.7)} ${fixed(y2 - dy - dx * 0.7)}`;
    const stroke = { stroke: this.paint(colour), "stroke-width": 2, fill: "none" };
    return element("g", {}, element("line", { x1, y1, x2, y2, ...stroke }), element("path", { d: head, ...stroke }));
  }

  cross(x: number, y: number, size = 6): Svg {
    return element("path", {
      d: `M${fixed(x - size)} ${fixed(y - size)}L${fixed(x + size)} ${fixed(y + size)}M${fixed(x + size)} ${fixed(y - size)}L${fixed(x - size)} ${fixed(y + size)}`,
      stroke: this.paint("bad"),
      "stroke-width": 3,
      "stroke-linecap": "round",
      fill: "none",
    });
  }

  /** What each pattern and shape means, from a place on, broken into rows. @returns it and its height */
  legend(left: number, top: number, width: number): { readonly parts: readonly Svg[]; readonly height: number } {
    let [x, y] = [left, top + 9];
    const parts = this.signs().flatMap(({ draw, means, width: itemWidth }) => {
      if (x > left && x + itemWidth > left + width) [x, y] = [left, y + 22];
      const at = x;
      x += itemWidth;
      return [draw(at, y), this.text(at + 24, y + 4, means, { size: 11, colour: "muted" })];
    });
    return { parts, height: y - top + 11 };
  }

  /** Each pattern and shape, which is drawn from a left end and a middle on, its meaning, and the width of both. */
  signs(): readonly Sign[] {
    const box = { width: 18, height: 14 };
    const copy =
      (status: ReplayedCopy["status"], isDirty = false) =>
      (x: number, y: number) =>
        this.ground({ status, isDirty, cells: [] }, { x, y: y - 7, ...box });
    const value = (owner: ReplayedValue["owner"]) => (x: number, y: number) =>
      this.value({ value: 1, owner, isOld: false }, x + 9, y, 8);
    return [
      { draw: copy("clean"), means: "clean, up to date", width: 128 },
      { draw: copy("dirty", true), means: "dirty: newer than further out", width: 194 },
      { draw: copy("stale"), means: "stale: older than the newest", width: 190 },
      { draw: value("CPU"), means: "written by the CPU", width: 142 },
      { draw: value("DMA"), means: "written by DMA", width: 126 },
      { draw: value("neighbour"), means: "by a neighbour", width: 124 },
      { draw: (x, y) => this.mark("in flight", x + 9, y), means: "in flight", width: 80 },
      { draw: (x, y) => this.mark("done", x + 9, y), means: "done", width: 62 },
      { draw: (x, y) => this.mark("overtaking", x + 9, y), means: "ahead of an earlier access", width: 180 },
    ];
  }

  /** An event of the CPU or the master: in flight hollow, done filled, ahead of an earlier access a diamond. */
  mark(what: "in flight" | "done" | "overtaking" | "overtaking in flight", x: number, y: number): Svg {
    const isAhead = what.startsWith("overtaking");
    const colour = this.paint(isAhead ? "dirty" : "accent");
    const look = {
      fill: what.endsWith("in flight") ? this.paint("ground") : colour,
      stroke: colour,
      "stroke-width": 1.8,
    };
    if (!isAhead) return element("circle", { cx: x, cy: y, r: 5, ...look });
    return element("path", { d: `M${fixed(x)} ${fixed(y - 7)}l7 7l-7 7l-7 -7z`, ...look });
  }

  /** The whole picture. @param described for whoever does not see it; @param top of what is shown */
  finished(width: number, height: number, described: string, parts: readonly Svg[], top = 0): Svg {
    const hatch = element(
      "pattern",
      {
        id: `${this.#prefix}-hatch`,
        width: 7,
        height: 7,
        patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      element("rect", { width: 2.6, height: 7, fill: this.paint("dirty-hatch"), "fill-opacity": 0.75 }),
    );
    const [titleId, descriptionId] = [`${this.#prefix}-title`, `${this.#prefix}-desc`];
    const svg = element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `0 ${fixed(top)} ${fixed(width)} ${fixed(height - top)}`,
        width,
        height: height - top,
        role: "img",
        "aria-labelledby": `${titleId} ${descriptionId}`,
        "font-family": sans,
      },
      element("title", { id: titleId }, words(this.#title)),
      element("desc", { id: descriptionId }, words(described)),
      ...styleOf(this.#theme),
      element("defs", {}, hatch),
      ...(this.#isPart ? [] : [this.#frame(width, height)]),
      ...parts,
    );
    return finishedSvg(svg);
  }

  #frame(width: number, height: number): Svg {
    return element("rect", {
      x: 0.75,
      y: 0.75,
      width: width - 1.5,
      height: height - 1.5,
      rx: 12,
      fill: this.paint("ground"),
      stroke: this.paint("line"),
      "stroke-width": 1.5,
    });
  }
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
