// What the patterns and shapes of pictures mean, one by one, for a page that has several pictures.
import { Drawing, type PictureOptions } from "./drawing.ts";
import { element, type Svg } from "./svg.ts";

/** Each sign as a small picture, and its meaning. Hatches are those of the picture on the page that has the prefix. */
export function signs(options: Required<Pick<PictureOptions, "theme" | "idPrefix">>): readonly SignOnPage[] {
  return new Drawing({ ...options, title: "" }).signs().map(({ draw, means }) => ({
    svg: element("svg", { viewBox: "0 0 20 18", width: 20, height: 18, "aria-hidden": "true" }, draw(1, 9)),
    means,
  }));
}

/** A sign with what it means. */
export interface SignOnPage {
  readonly svg: Svg;
  readonly means: string;
}
