// The fuzzing in short: the same inputs in every run, and every input that once broke something. `npm run fuzz` goes on.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyTally, kindOfBatch, runBatch } from "./campaign.ts";
import { Fault, Looks, type Property, properties } from "./fault.ts";
import { baseCounts, type InputKind, inputKinds, type KindName, kindNames } from "./inputs.ts";
import { filesBelow, root } from "./library.ts";

const shares: Readonly<Record<KindName, number>> = {
  facts: 30,
  structure: 30,
  bytes: 30,
  "random chips": 12,
  "random chips, mutated": 20,
  "hostile texts": 40,
  litmus: 40,
  settings: 40,
  manifest: 40,
  verdicts: 40,
  witnesses: 200,
  outputs: 40,
  commands: 6,
};

/** What takes long is left to the long form. */
const never = new Set<Property>(["sound and reachable", "TypeScript type-checks", "Rust is formatted and compiles"]);

const named = (kind: string) => kindNames.find((name) => folderOf(name) === kind);
const folderOf = (kind: KindName) => kind.replaceAll(/[ ,]+/g, "-");

const tally = emptyTally();

describe("mutated files", () => {
  it.each(kindNames)("%s: no input breaks a property", async (kind) => {
    await runBatch(kind, 8, shares[kind], tally, { always: "all", never });
    expect(tally.findings.map(({ property, message, input }) => `${property}: ${message}\n${input.bytes}`)).toEqual([]);
    expect(tally.inputs.get(kind)).toBe(shares[kind]);
  });

  it("are of every kind of outcome", () => {
    for (const kind of ["facts", "structure", "bytes"])
      for (const outcome of ["invalid", "planned"])
        expect(tally.outcomes.get(`${kind}: ${outcome}`), `${kind}: ${outcome}`).toBeGreaterThan(0);
    expect(tally.outcomes.get("bytes: not YAML")).toBeGreaterThan(0);
    for (const outcome of ["planned", "refused"])
      expect(tally.outcomes.get(`random chips: ${outcome}`)).toBeGreaterThan(0);
    for (const outcome of [
      "hostile texts: planned",
      "litmus: answered",
      "settings: valid",
      "manifest: valid",
      "witnesses: compared",
    ])
      expect(tally.outcomes.get(outcome), outcome).toBeGreaterThan(0);
  });

  it("were looked at in every way that is quick", () => {
    const rare = new Set<string>([...never, "CPU time is bounded"]);
    for (const property of Object.keys(properties))
      if (!rare.has(property)) expect(tally.looks.get(property), property).toBeGreaterThan(0);
  });

  it("begin from files that are there", () => {
    for (const [what, count] of Object.entries(baseCounts)) expect(count, what).toBeGreaterThan(0);
  });

  it("come in batches of every kind, as often as their share", () => {
    const batches = Array.from({ length: 400 }, (_, batch) => kindOfBatch(batch));
    const total = batches.reduce((sum, { runs }) => sum + runs, 0);
    const share = kindNames.reduce((sum, kind) => sum + inputKinds[kind].share, 0);
    for (const kind of kindNames) {
      const ofKind = batches.filter((batch) => batch.kind === kind).reduce((sum, { runs }) => sum + runs, 0);
      expect(ofKind / total / (inputKinds[kind].share / share), kind).toBeCloseTo(1, 0);
    }
  });
});

// regressions/<kind>/<name>/<path>
const regressions = [...filesBelow(join(root, "test/fuzz/regressions"))].map(([file, bytes]) => {
  const [kind, name, ...path] = file.split("/");
  return { name: `${kind}/${name}`, kind: named(kind!), path: path.join("/"), bytes };
});

describe("an input that once broke a property", () => {
  it("is there, and of a kind", () => {
    expect(regressions.length).toBeGreaterThan(4);
    for (const { name, kind } of regressions) expect(kind, name).toBeDefined();
  });

  it.each(regressions)("$name", async ({ kind, path, bytes }) => {
    const { judge }: InputKind = inputKinds[kind!];
    const looks = new Looks("all", never);
    expect(await judge({ path, bytes }, looks)).not.toBe("");
    expect(looks.counts.get("no exception")).toBeGreaterThan(0);
  });
});

describe("what is found", () => {
  const judging = (judge: InputKind["judge"]) => {
    const { judge: before } = inputKinds.verdicts;
    const kind = inputKinds.verdicts as { judge: InputKind["judge"] };
    kind.judge = judge;
    return () => {
      kind.judge = before;
    };
  };

  it("is made smaller, kept once, and counted", async () => {
    const found = emptyTally();
    const restore = judging(({ bytes }) => {
      if (bytes.includes("schemaVersion"))
        throw new Fault("what cannot be read is no empty memory", "it says `schemaVersion`");
      return "fine";
    });
    try {
      await runBatch("verdicts", 1, 50, found);
      await runBatch("verdicts", 2, 50, found);
    } finally {
      restore();
    }
    const [finding, ...others] = found.findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ property: "what cannot be read is no empty memory", kind: "verdicts" });
    expect(finding!.input.bytes.length).toBeLessThan(40);
    expect([...found.repeated.values()][0]).toBeGreaterThan(10);
  });

  it("is every exception", async () => {
    const found = emptyTally();
    const restore = judging(() => {
      throw new TypeError("no");
    });
    try {
      await runBatch("verdicts", 1, 5, found);
    } finally {
      restore();
    }
    expect(found.findings).toMatchObject([{ property: "no exception" }]);
  });
});
