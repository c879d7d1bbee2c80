// An execution as a Mermaid sequence diagram, which GitHub draws in a comment.
import type { Replay } from "../verifier/replayed.ts";
import { lineOfStep, movesOf, type Place, placesOf } from "./places.ts";
import { outcomeText, stepTexts } from "./words.ts";

/** The text of the diagram, without the fence of a code block. */
export function sequenceDiagram(replay: Replay): string {
  const all = placesOf(replay, 0);
  const second = replay.lines.length > 1 ? placesOf(replay, 1) : [];
  // A cache has one lane, whichever line it holds; one that holds only the second line has one beside them.
  const lanes = [...new Set([...all.slice(0, -1), ...second.slice(1, -1), all.at(-1)!].map(laneName))];
  const id = (place: Place) => `p${lanes.indexOf(laneName(place))}`;
  const lines = ["sequenceDiagram", ...lanes.map((name, index) => `  participant p${index} as ${mermaidText(name)}`)];
  const texts = stepTexts(replay);
  for (const [index, { action, violates }] of replay.steps.entries()) {
    const places = placesOf(replay, lineOfStep(replay, index));
    const text = mermaidText(`${index + 1}. ${texts[index]!}`);
    const moves = movesOf(replay, index);
    const [move] = moves;
    const isOfCpu = action.agent === "CPU" || (action.agent === "neighbour" && !action.isMaster);
    const actor =
      action.agent === "cache"
        ? places.find((place) => place.kind === "cache" && place.side === action.side && place.level === action.level)!
        : isOfCpu
          ? places[0]!
          : places.at(-1)!;
    const isCpusOwnWork = action.agent === "CPU" && !["load", "store"].includes(replay.accesses[action.access]!.kind);
    // An operation is of the CPU, what it moves goes between caches.
    if (!move || isCpusOwnWork) lines.push(`  Note over ${id(actor)}: ${text}`);
    for (const [at, { from, to, value }] of moves.entries()) {
      const label =
        at === 0 && !isCpusOwnWork ? text : mermaidText(`${index + 1}. writes back ${value?.value ?? ""}`.trimEnd());
      lines.push(`  ${id(places[from]!)}->>${id(places[to]!)}: ${label}`);
    }
    if (violates !== undefined) lines.push(`  Note over p0,p${lanes.length - 1}: ${mermaidText(outcomeText(replay))}`);
  }
  return lines.join("\n");
}

function laneName(place: Place): string {
  return place.kind === "CPU" ? "CPU" : place.name;
}

/** Mermaid reads `;`, `#`, `%%`, quotes, angle brackets and words such as `end`: whatever is no plain letter is written as its number. */
export function mermaidText(text: string): string {
  return text
    .replace(/[^A-Za-z0-9 .,:()[\]/+_-]/gu, (character) =>
      character === "\n" || character === "\r" ? " " : `#${character.codePointAt(0)!};`,
    )
    .replace(/\b(end)\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}
