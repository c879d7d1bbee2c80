// The state of a page in the part of its address that no server sees: `#q=m7&family=registers`.

export type HashState = Readonly<Record<string, string | undefined>>;

export function readHash(): HashState {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

/** Takes the place of what was there, without a step in the history. Empty values are left out. */
export function writeHash(state: HashState): void {
  const named = Object.entries(state).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const text = new URLSearchParams(named).toString();
  const { pathname, search } = location;
  history.replaceState(null, "", text === "" ? `${pathname}${search}` : `#${text}`);
}
