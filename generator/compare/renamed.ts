// A text about one chip as it would be if it were about another: what then differs from that one's text is no mere name.
import { moduleName, typeStem } from "../notation/names.ts";

export interface NamedChip {
  readonly id: string;
  readonly title: string;
}

/** The names of a chip, wherever a word of the text begins with them and goes on as a name does: `Stm32h743DmaFence`, `stm32h743_masters`. */
export function renamed(text: string, from: NamedChip, to: NamedChip): string {
  const [others, own] = [namesOf(from), namesOf(to)];
  // The longest first, of which others may be parts; each place once.
  const order = others.flatMap((name, index) => (name === "" ? [] : [index]));
  order.sort((a, b) => others[b]!.length - others[a]!.length);
  if (order.length === 0) return text;
  const names = order.map((index) => others[index]!.replace(/[^A-Za-z0-9]/gu, "\\$&")).join("|");
  return text.replace(
    new RegExp(`(?<![A-Za-z0-9])(?:${names})(?![a-z0-9])`, "g"),
    (found) => own[others.indexOf(found)]!,
  );
}

function namesOf({ id, title }: NamedChip): string[] {
  return [title, typeStem(id), id, moduleName(id), moduleName(id).toUpperCase()];
}
