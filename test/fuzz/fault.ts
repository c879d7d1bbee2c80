// What the fuzzing looks for, and how often something is looked at.

/** A property that an input breaks. Any other exception is one as well: of the property `no exception`. */
export class Fault extends Error {
  readonly property: Property;

  constructor(property: Property, message: string) {
    super(message);
    this.property = property;
  }
}

/** How many inputs share one look at a property; what is fast is looked at in each. */
export const properties = {
  "no exception": 1,
  "a diagnostic is whole": 1,
  "planned, or refused with a reason": 1,
  "the pipeline says the same": 300,
  "renders as well-formed text": 5,
  "answers are printable": 8,
  "no text gets out": 1,
  "no text gets out of any sink": 60,
  "the order of keys does not matter": 40,
  "sound and reachable": 100,
  "TypeScript type-checks": 400,
  "Rust is formatted and compiles": 800,
  "litmus answers do not depend on names": 10,
  "settings are whole": 1,
  "a manifest is read as it is printed": 1,
  "what cannot be read is no empty memory": 1,
  "a changed output is noticed": 1,
  "a documented exit code": 1,
  "JSON is one object": 1,
  "CPU time is bounded": 1,
} as const satisfies Record<string, number>;
export type Property = keyof typeof properties;

/** Counts what is looked at; the same input is always looked at in the same ways. */
export class Looks {
  readonly counts = new Map<string, number>();
  /** Looked at in every input: what is made smaller, or is known to have been broken. */
  readonly #always: ReadonlySet<Property> | "all";
  readonly #never: ReadonlySet<Property>;

  constructor(always: ReadonlySet<Property> | "all" = new Set(), never: ReadonlySet<Property> = new Set()) {
    this.#always = always;
    this.#never = never;
  }

  /** Whether to look at a property of this input. Counts it. */
  at(property: Property, text: string): boolean {
    if (this.#never.has(property)) return false;
    const rate = properties[property];
    const isDue =
      this.#always === "all" || this.#always.has(property) || rate === 1 || hashOf(property + text) % rate === 0;
    if (isDue) this.note(property);
    return isDue;
  }

  note(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Numbers from 0 to 1 that follow from a text. */
export function randomOf(text: string): () => number {
  let state = hashOf(text);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
