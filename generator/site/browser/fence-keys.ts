// The keys of a fence's page. Those of a control that has the focus are its own.

export interface KeyActions {
  goTo(step: number | "back" | "on" | "end"): void;
  playOrStop(): void;
  showKeys(): void;
  /** @returns whether there is such a step */
  leaveOut(method: "release" | "acquire", number: string): boolean;
}

export function listenForKeys(actions: KeyActions): void {
  document.addEventListener("keydown", (event) => {
    if (isHandled(event, actions)) event.preventDefault();
  });
}

function isHandled({ target, code, key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent, actions: KeyActions) {
  const isOn = (selector: string) => target instanceof HTMLElement && target.closest(selector) !== null;
  if (ctrlKey || metaKey || altKey || isOn("select, textarea, input:not(.switch, .scrubber), dialog")) return false;
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  if (digit && (shiftKey || key === digit)) return actions.leaveOut(shiftKey ? "acquire" : "release", digit);
  if (key === "?") actions.showKeys();
  else if (key === " " && !isOn("button, a, summary, input")) actions.playOrStop();
  else {
    const step = ({ ArrowLeft: "back", ArrowRight: "on", Home: 0, End: "end" } as const)[key];
    // The scrubber has these keys itself.
    if (step === undefined || isOn(".scrubber")) return false;
    actions.goTo(step);
  }
  return true;
}
