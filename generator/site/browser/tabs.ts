// Tabs as the ARIA Authoring Practices have them: arrows, Home and End move and select, and the tab key goes on into the panel.
import { byId } from "./dom.ts";

export class Tabs {
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #selected: (name: string) => void;

  /** @param list whose buttons have the id `tab-NAME`, and their panels `panel-NAME` */
  constructor(list: HTMLElement, selected: (name: string) => void) {
    this.#tabs = [...list.querySelectorAll("button")];
    this.#selected = selected;
    for (const [index, tab] of this.#tabs.entries()) {
      tab.addEventListener("click", () => this.select(nameOf(tab)));
      tab.addEventListener("keydown", ({ key }) => {
        const last = this.#tabs.length - 1;
        const steps: Readonly<Record<string, number>> = {
          ...{ ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1 },
          ...{ Home: 0, End: last },
        };
        const next = this.#tabs[steps[key] ?? -1];
        if (!next) return;
        this.select(nameOf(next));
        next.focus();
      });
    }
  }

  get current(): string {
    return nameOf(this.#tabs.find((tab) => tab.ariaSelected === "true")!);
  }

  /** The first one where there is none of this name. */
  select(name: string | undefined): void {
    const chosen = this.#tabs.find((tab) => nameOf(tab) === name) ?? this.#tabs[0]!;
    for (const tab of this.#tabs) {
      const isChosen = tab === chosen;
      tab.ariaSelected = String(isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      byId(`panel-${nameOf(tab)}`).hidden = !isChosen;
    }
    this.#selected(nameOf(chosen));
  }
}

function nameOf(tab: HTMLElement): string {
  return tab.id.slice("tab-".length);
}
