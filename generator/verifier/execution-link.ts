// An execution in the part of an address that no server sees: `#without=acquire.2&scenario=…&schedule=…&step=9`, as a page of the site reads it.

/** By names that links have. */
export interface ExecutionLink {
  /** Such as `without=acquire.2`, or `none`. */
  readonly change: string;
  readonly scenario?: string | undefined;
  readonly schedule?: string | undefined;
  /** How many steps have been taken. */
  readonly step?: number | undefined;
}

/** The hash, with its `#`. Every name consists of characters that stand there as they are. */
export function executionHash({ change, scenario, schedule, step }: ExecutionLink): string {
  const parts = [
    change === "none" ? "change=none" : change,
    ...(scenario ? [`scenario=${scenario}`] : []),
    ...(schedule ? [`schedule=${schedule}`] : []),
    ...(step === undefined ? [] : [`step=${step}`]),
  ];
  return `#${parts.join("&")}`;
}

/** @returns undefined for a hash that names no change */
export function readExecutionHash(hash: string): ExecutionLink | undefined {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const key = ["without", "changed", "unkept", "change"].find((each) => values.has(each));
  if (!key) return undefined;
  const value = values.get(key)!;
  const step = values.get("step");
  return {
    change: key === "change" ? value : `${key}=${value}`,
    scenario: values.get("scenario") ?? undefined,
    schedule: values.get("schedule") ?? undefined,
    step: step !== null && /^\d{1,4}$/.test(step) ? Number(step) : undefined,
  };
}
