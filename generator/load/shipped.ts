// The architectures, cores and mechanisms that come with fencegen, parsed when it was built like its schemas and
// templates: their YAML is most of what a run would have to parse. Only a text that is the same to the last
// byte counts, so that an edited file is read like any other.
import { shipped } from "#generated/shipped.js";

let byText: Map<string, unknown> | undefined;

/** The value of a text that fencegen was built with. */
export function shippedValue(text: string): unknown {
  byText ??= parsed();
  return byText.get(text);
}

/** The values of all texts that fencegen was built with. */
export function shippedValues(): unknown[] {
  byText ??= parsed();
  return [...byText.values()];
}

function parsed(): Map<string, unknown> {
  return new Map(JSON.parse(shipped) as [string, unknown][]);
}
