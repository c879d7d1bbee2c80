// Colours of pictures. Each state has a shape of its own as well: nothing is said by colour alone.
import { element, type Svg, words } from "./svg.ts";

/** light, dark: colours in the file. auto: as whoever looks prefers. page: those of the page that it stands in, as custom properties. */
export type Theme = "light" | "dark" | "auto" | "page";

export const themes: readonly Theme[] = ["light", "dark", "auto", "page"];

const light = {
  ground: "#ffffff",
  ink: "#16181d",
  muted: "#5c6370",
  line: "#e2e0da",
  edge: "#b9b5aa",
  accent: "#3a4fd0",
  clean: "#0b62a8",
  "clean-ground": "#e4f0fa",
  dirty: "#8a5300",
  "dirty-ground": "#ffeec9",
  "dirty-hatch": "#f3cf86",
  stale: "#b3391a",
  "stale-ground": "#fff1ec",
  bad: "#c2330f",
} as const;

export type Colour = keyof typeof light;

const dark: Readonly<Record<Colour, string>> = {
  ground: "#181b21",
  ink: "#eceef2",
  muted: "#9aa2b1",
  line: "#2a2f38",
  edge: "#59626f",
  accent: "#98a6ff",
  clean: "#7cc0f5",
  "clean-ground": "#12293d",
  dirty: "#ffc766",
  "dirty-ground": "#3a2b0d",
  "dirty-hatch": "#6b4d12",
  stale: "#ff9a7a",
  "stale-ground": "#3b1c14",
  bad: "#ff7a52",
};

const names = Object.keys(light) as readonly Colour[];

/** What stands in an attribute for a colour. */
export function painter(theme: Theme): (colour: Colour) => string {
  switch (theme) {
    case "light":
      return (colour) => light[colour];
    case "dark":
      return (colour) => dark[colour];
    case "auto":
    case "page":
      return (colour) => `var(--fence-${colour}, ${light[colour]})`;
  }
}

/** The colours that a page gives to pictures on it, for its style sheet. */
export function themeProperties(theme: "light" | "dark"): string {
  const colours = theme === "light" ? light : dark;
  return names.map((name) => `--fence-${name}:${colours[name]}`).join(";");
}

/** What a file that stands alone has to say of itself. */
export function styleOf(theme: Theme): Svg[] {
  if (theme !== "auto") return [];
  const rules = `svg{${themeProperties("light")}}@media (prefers-color-scheme:dark){svg{${themeProperties("dark")}}}`;
  return [element("style", {}, words(rules))];
}
