// What follows from values that nobody changes is worked out once for them, and goes when they go.

/** @param work what follows from a value */
export function once<From extends object, Found>(work: (from: From) => Found): (from: From) => Found {
  const known = new WeakMap<From, { readonly found: Found }>();
  return (from) => {
    const kept = known.get(from) ?? { found: work(from) };
    known.set(from, kept);
    return kept.found;
  };
}

/** @param work what follows from a value, and from another one within which it is looked at */
export function onceWithin<From extends object, Within extends object, Found>(
  work: (from: From, within: Within) => Found,
): (from: From, within: Within) => Found {
  const inOne = once((within: Within) => once((from: From) => work(from, within)));
  return (from, within) => inOne(within)(from);
}
