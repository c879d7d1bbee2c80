// A row of a table of barriers may stand for several, one for each domain and each kind of accesses that its instruction has
// letters for.

interface Row {
  readonly instruction?: string;
  readonly domain?: string | Readonly<Record<string, unknown>>;
  readonly accesses?: Readonly<Record<string, unknown>>;
}

type Single<T> = Omit<T, "domain" | "accesses"> & { readonly domain?: Exclude<T[keyof T & "domain"], object> };

/** The barriers that a row stands for, in its order: every kind of accesses in one domain, then the next. */
export function barrierRows<T extends Row>(row: T): Single<T>[] {
  const { domain, accesses, ...facts } = row;
  const domains = typeof domain === "object" ? Object.entries(domain) : [["", domain] as const];
  const kinds = accesses ? Object.entries(accesses) : [["", {}] as const];
  return domains.flatMap(([domainLetters, each]) =>
    kinds.map(([letters, classes]) => ({
      ...facts,
      ...(classes as object),
      ...(facts.instruction !== undefined && {
        instruction: facts.instruction.replace("{domain}", domainLetters).replace("{accesses}", letters),
      }),
      ...(each !== undefined && { domain: each }),
    })),
  ) as unknown as Single<T>[];
}
