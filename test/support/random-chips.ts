// Chips of any facts: what is said of levels, mechanisms, regions and masters goes together at random.
import fc from "fast-check";
import { testChip, testMechanism } from "./test-chip.ts";

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const effects = ["clean", "invalidate", "clean-and-invalidate", "discard-dirty"];

const usual = ["clean", "invalidate"]
  .map(
    (effect, index) =>
      `\n      op-${index}: { effect: ${effect}, sequence: [write: { register: ${effect.toUpperCase()}, value: address }] }`,
  )
  .join("");

const unusual = fc
  .uniqueArray(
    fc.record({
      effect: pick(...effects),
      unit: pick("line", "line", "range", "whole-cache"),
      reaches: pick("coherency", "coherency", "this-level", "unification"),
      end: pick("last-byte", "end", "size-bytes", "size-lines"),
      poll: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5, selector: ({ effect, unit }) => effect + unit },
  )
  .map((list) =>
    list
      .map(({ effect, unit, reaches, end, poll }, index) => {
        const written = { line: "address", "whole-cache": "1", range: "first-line" }[unit]!;
        const until = unit === "range" ? `write: { register: END, value: ${end} }` : "";
        const wait = poll ? "poll: { register: STATUS, mask: 1, until: clear }" : "";
        // What is executed must tell the operations apart.
        const command = `write: { register: CLEAN_INVALIDATE, value: ${index} }`;
        const items = [`write: { register: CLEAN, value: ${written} }`, until, command, wait].filter(Boolean);
        return `\n      op-${index}: { effect: ${effect}, unit: ${unit}, reaches: ${reaches}, sequence: [${items.map((item) => `{ ${item} }`).join(", ")}] }`;
      })
      .join(""),
  );

const operations = fc.oneof(fc.constant(usual), unusual);

const bases: Readonly<Record<string, string>> = { inner: "0x4000_0000", outer: "0x5000_0000", front: "0x6000_0000" };

const mechanism = (id: string) =>
  fc
    .record({
      operations,
      kind: pick("virtual", "physical"),
      ignoredLowBits: pick("line", "0", "5"),
      uncachedAddress: pick("ignored", "wrong"),
      // What counts as maintenance is a core's own.
      accessClass: id === "front" ? pick("write", "device-write") : pick("maintenance", "write", "device-write"),
      doneWhen: pick("ordered", "completed"),
      keys: fc.subarray(["afterEarlierSameLine: true", "beforeLaterSameLine: true", "earlierMustComplete: true"]),
      otherCores: pick("", "at-once", "once-completed"),
    })
    .map((parts) =>
      testMechanism({
        id,
        operations: parts.operations,
        address: `{ kind: ${parts.kind}, ignoredLowBits: ${parts.ignoredLowBits}, uncachedAddress: ${parts.uncachedAddress} }`,
        ordering: `{ ${[`accessClass: ${parts.accessClass}`, `doneWhen: ${parts.doneWhen}`, ...parts.keys, ...(parts.otherCores && [`otherCores: { effect: ${parts.otherCores}, source: manual 1 }`])].join(", ")} }`,
      }).replace("0x4000_0000", bases[id]!),
    );

const level = (name: string, maintenance: string) =>
  fc
    .record({
      policy: pick("write-back", "write-back", "write-through", "read-only", "configurable"),
      lineBytes: pick(
        "16",
        "32",
        "64",
        "{ smallest: 16, largest: 64 }",
        "{ smallest: 16, largest: 64, readFrom: architecture }",
      ),
      enabled: pick("always", "always", "unknown", "never"),
      maintained: pick(true, true, true, false),
    })
    .map(
      ({ policy, lineBytes, enabled, maintained }) =>
        `{ name: ${name}, lineBytes: ${lineBytes}, writePolicy: ${policy}, enabled: ${enabled}${maintained ? `, maintenance: ${maintenance}` : ""} }`,
    );

/** The others say nothing of their lines, which a rule tells the author. */
const withLineSize = (caches: string, architecture: string) =>
  ["armv7-m", "armv7-a", "armv8-a"].includes(architecture) ? caches : caches.replace(", readFrom: architecture", "");

const offVictims = [
  "takesCleanVictims: { unless: It is not exclusive. }, ",
  "takesCleanVictims: false, source: { takesCleanVictims: manual 1 }, ",
];

/** A cache in front of a master, which fences or its driver maintain, or nobody. */
const front = fc
  .record({
    policy: pick("write-back", "write-back", "write-through", "read-only"),
    lineBytes: pick("16", "32", "64"),
    enabled: pick("always", "always", "never"),
    maintained: pick("maintenance: front", "maintenance: front", "driverMaintains: The driver empties it.", ""),
  })
  // Of a cache that is never on there is nothing that a driver would do.
  .filter(({ enabled, maintained }) => enabled !== "never" || !maintained.startsWith("driver"))
  .map(({ policy, lineBytes, enabled, maintained }) => {
    const keys = [`name: Front, lineBytes: ${lineBytes}, writePolicy: ${policy}, enabled: ${enabled}`, maintained];
    return `caches: [{ ${keys.filter(Boolean).join(", ")} }], `;
  });

const cachedBy = pick("all", "all", "none", "[L1D]", "[L2]");
/** The text of a chip called test-chip, valid in everything that rules look at; many of them cannot be planned. */
export const randomChip: fc.Arbitrary<string> = fc
  .record({
    architecture: pick("armv6-m", "armv7-m", "armv7-m", "armv7-a", "armv8-a", "riscv", "x86"),
    inner: level("L1D", "inner"),
    outer: level("L2", "outer"),
    victims: pick("", "takesCleanVictims: true, ", ...offVictims, ...offVictims),
    innerMechanism: mechanism("inner"),
    outerMechanism: mechanism("outer"),
    frontMechanism: mechanism("front"),
    front: fc.oneof({ weight: 2, arbitrary: fc.constant("") }, { weight: 1, arbitrary: front }),
    cores: pick(1, 1, 2),
    cachedBy: fc.tuple(cachedBy, cachedBy),
    memoryType: pick("normal", "normal", "write-combining", "configurable"),
    controllers: fc.array(
      fc
        .record({
          reaches: pick("[A]", "[B]", "[A, B]", "[]"),
          reads: pick("[]", "[A]"),
          writes: pick("[]", "[]", "[B]"),
          mayReach: pick("[]", "[]", "[B]"),
          snoops: pick("none", "none", "all", "[L1D]", "[L2]", "run-time"),
          allocatesIn: pick("", "", "allocatesIn: none, ", "allocatesIn: [L2], "),
        })
        .filter(({ reaches, reads, writes, mayReach }) => {
          const isStatedTwice = (list: string, name: string) => list.includes(name) && reaches.includes(name);
          const isNothing = [reaches, reads, writes, mayReach].every((list) => list === "[]");
          return (
            !isNothing &&
            ![reads, writes, mayReach].some((list) => isStatedTwice(list, "A") || isStatedTwice(list, "B"))
          );
        }),
      { maxLength: 3 },
    ),
    domain: pick("inner-shareable", "outer-shareable", "full-system"),
  })
  .map((parts) =>
    testChip({
      architecture: parts.architecture as "riscv",
      coreCaches: `[${withLineSize(parts.inner, parts.architecture)}]`,
      caches: `\n  - ${withLineSize(parts.outer, parts.architecture).replace("{ ", `{ ${parts.victims}`)}`,
      mechanisms: parts.innerMechanism + parts.outerMechanism + (parts.front && parts.frontMechanism),
      regions: `
  A: { base: 0x2000_0000, size: 64KiB, cachedBy: ${parts.memoryType === "write-combining" ? "none" : parts.cachedBy[0]}, memoryType: ${parts.memoryType} }
  B: { base: 0x3000_0000, size: 64KiB, cachedBy: ${parts.cachedBy[1]} }`,
      dma: parts.controllers.length
        ? parts.controllers
            .map(
              ({ reaches, reads, writes, mayReach, snoops, allocatesIn }, index) =>
                `\n  DMA${index}: { ${index === 0 ? parts.front : ""}${allocatesIn}reaches: ${reaches}, reads: ${reads}, writes: ${writes}, mayReach: ${mayReach}, snoops: ${snoops} }`,
            )
            .join("")
        : " {}",
      more: `dmaShareability: ${parts.domain}
evidence: { masters: manual }
sources: { manual: { document: Manual } }`,
    }).replace("\n    rustTargets", `\n    count: ${parts.cores}\n    rustTargets`),
  );
