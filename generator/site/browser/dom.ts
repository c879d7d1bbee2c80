// Elements whose text is only ever text: nothing of a description becomes markup, and what nobody would see is spelt out.
import { visibleLines } from "../../diagnostics/characters.ts";

type Child = Node | string | undefined | false;

/** @param name the tag, with classes behind points: `p.note.is` */
export function element(name: string, ...children: readonly Child[]): HTMLElement {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag!);
  made.classList.add(...classes);
  for (const child of children) if (child) made.append(typeof child === "string" ? visibleLines(child) : child);
  return made;
}

/** Code in backticks, as the sentences of problems and plans have it. */
export function withCode(text: string): (HTMLElement | string)[] {
  const parts = text.split("`");
  // A backtick without another one is itself.
  const lone = parts.length % 2 === 0 ? `\`${parts.pop()}` : "";
  return [...parts.map((part, index) => (index % 2 === 0 ? part : element("code", part))), lone];
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = element("button.button", label) as HTMLButtonElement;
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

export function byId<E extends HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** A file of this page's making, as if it had been downloaded. */
export function download(name: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  // The browser has the bytes by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
