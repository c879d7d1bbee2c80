// The first test of a driver in a project: a transfer in both directions on the simulated chip, for whoever begins to change.
import type { DmaController, Memory, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { addressForCore } from "../model/viewers.ts";

/** What runs the test. */
export type TestRunner = "node" | "vitest";

/** As much of a fence as the test has to know. */
export interface TestedFence {
  readonly name: string;
  /** Names of the masters that it is right for. */
  readonly controllers: readonly string[];
  readonly bufferAlignmentBytes: number;
  /** Undefined for a fence that maintains no lines. */
  readonly lineBytes: number | undefined;
}

export interface TestRequest {
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
  readonly fence: TestedFence;
  readonly runner: TestRunner;
  /** From where the class is imported. */
  readonly classFrom: string;
  /** Path of the description relative to the test; undefined for a chip that comes with fencegen. */
  readonly description: string | undefined;
}

/** The text of a module; undefined where no master both reads and writes a memory that the core sees. */
export function firstDriverTest(request: TestRequest): string | undefined {
  const { chip, core, fence, runner, classFrom, description } = request;
  const place = transferPlace(chip, core, fence);
  if (!place) return undefined;
  const { master, memory, address, lengthBytes } = place;
  const isTyped = runner === "vitest";
  const needsFence = fence.lineBytes !== undefined && isBehindCaches(place, core);
  const values = [
    "forSeeds",
    "openChip",
    ...(needsFence ? ["ScheduleError"] : []),
    ...(isTyped ? ["type SimulatedMachine"] : []),
  ];
  const ofCore = core.name === "" ? "" : `, core: ${JSON.stringify(core.name)}`;
  const options = `{ fence: ${fence.name}${ofCore}, ownership: "error" }`;
  const without = ofCore === "" ? "" : `, { ${ofCore.slice(2)} }`;
  const types = (text: string) => (isTyped ? text : "");
  const equal = (what: string, expected: string) =>
    isTyped ? `expect(${what}).toEqual(${expected});` : `assert.deepEqual(${what}, ${expected});`;
  return `${[
    `// A driver on a simulated ${oneLine(chip.title)}, under 200 schedules: when stores are performed, lines fetched and evicted, and DMA`,
    "// accesses memory, the seed of each decides. Put your driver in the place of `exchange`.",
    ...imports([
      ...(isTyped ? [] : [["node:assert/strict", "assert"] as const, ["node:test", "test"] as const]),
      ...(description === undefined ? [] : [["node:url", "{ fileURLToPath }"] as const]),
      [classFrom, `{ ${fence.name} }`],
      ...(isTyped ? [["fencegen/runtime", "type { DmaFence }"] as const] : []),
      ["fencegen/simulator", `{ ${values.join(", ")} }`],
      ...(isTyped ? [["vitest", "{ expect, test }"] as const] : []),
    ]),
    "",
    description === undefined
      ? `const chip = openChip(${JSON.stringify(chip.id)});`
      : `const chip = openChip(fileURLToPath(new URL(${JSON.stringify(description)}, import.meta.url)));`,
    `// In ${oneLine(memory.name)}, for transfers of ${oneLine(master.name)}.`,
    `const buffer = { address: ${hexadecimal(address)}, lengthBytes: ${lengthBytes} };`,
    "const bytes = (first" +
      types(": number") +
      ") => Array.from({ length: buffer.lengthBytes }, (_, index) => (first + index) % 256);",
    "",
    "/** Sends a request, and receives the reply into the same buffer; twice, so that caches hold lines of the round before. */",
    `function exchange(machine${types(": SimulatedMachine")}, fence${types(": DmaFence")})${types(": void")} {`,
    `  const dma = machine.engine(${JSON.stringify(master.name)});`,
    "  const waitForEnd = () => {",
    "    while (!dma.isDone()) machine.wait();",
    "  };",
    "  for (const round of [0, 1]) {",
    "    const request = bytes(50 * round);",
    "    machine.store(buffer.address, request);",
    "    fence.release(buffer);",
    "    dma.start({ read: buffer });",
    "    waitForEnd();",
    "    fence.acquire(buffer);",
    `    ${equal("[...dma.received]", "request")}`,
    "",
    "    const reply = bytes(100 + 50 * round);",
    "    fence.release(buffer);",
    "    dma.start({ write: { buffer, data: Uint8Array.from(reply) } });",
    "    waitForEnd();",
    "    fence.acquire(buffer);",
    `    ${equal("[...machine.load(buffer.address, buffer.lengthBytes)]", "reply")}`,
    "  }",
    "}",
    "",
    'test("the driver is right under every schedule tried", () => {',
    `  forSeeds(chip, exchange, ${options});`,
    // Its own bound is 5 seconds, which a busy machine may need.
    isTyped ? "}, 60_000);" : "});",
    ...(needsFence
      ? [
          "",
          "// A test that no missing fence makes fail would say nothing.",
          'test("without the fence some schedule goes wrong", () => {',
          "  const noFence = { release() {}, acquire() {} };",
          isTyped
            ? `  expect(() => forSeeds(chip, (machine) => exchange(machine, noFence)${without})).toThrow(ScheduleError);`
            : `  assert.throws(() => forSeeds(chip, (machine) => exchange(machine, noFence)${without}), ScheduleError);`,
          "});",
        ]
      : []),
  ].join("\n")}\n`;
}

interface TransferPlace {
  readonly master: DmaController;
  readonly memory: Memory;
  /** At which the core sees it. */
  readonly address: bigint;
  readonly lengthBytes: number;
}

/** Offset of the buffer in its memory: behind what lies at the beginning of one, such as vectors. */
const offsetBytes = 0x100n;

/** Where a transfer shows most: in memory that a cache may hold. */
function transferPlace(chip: ResolvedChip, core: ResolvedCore, fence: TestedFence): TransferPlace | undefined {
  const masters = chip.dma.filter(({ name }) => fence.controllers.includes(name));
  const places = masters.flatMap((master) =>
    chip.memories.flatMap((memory): TransferPlace[] => {
      const base = addressForCore(memory.addresses, core);
      if (base === undefined || !master.reaches.includes(memory.name)) return [];
      const unit = Math.max(fence.bufferAlignmentBytes, master.alignmentBytes, master.lengthMultipleBytes, 4);
      const lengthBytes = multipleOf(unit, master.lengthMultipleBytes);
      const address = base + offsetBytes + ((BigInt(unit) - ((base + offsetBytes) % BigInt(unit))) % BigInt(unit));
      const isInside = address + BigInt(lengthBytes) <= base + memory.sizeBytes;
      return isInside ? [{ master, memory, address, lengthBytes }] : [];
    }),
  );
  const isPlain = ({ memory }: TransferPlace) => memory.aliasOf === undefined && memory.memoryType === "normal";
  return places.find((place) => isBehindCaches(place, core) && isPlain(place)) ?? places.find(isPlain) ?? places[0];
}

/** Whether a cache of the core may hold the memory that the master does not see. */
function isBehindCaches({ master, memory: { cachedBy } }: TransferPlace, core: ResolvedCore): boolean {
  const seen = master.snoops[core.name] ?? [];
  return core.caches.some(
    ({ name }) => (cachedBy === "all" || cachedBy.includes(name)) && seen !== "all" && !seen.includes(name),
  );
}

function multipleOf(lengthBytes: number, of: number): number {
  return Math.ceil(lengthBytes / of) * of;
}

/** What the project has itself comes last, as formatters order them. */
function imports(wanted: readonly (readonly [from: string, what: string])[]): string[] {
  const [own, others] = [true, false].map((isOwn) => wanted.filter(([from]) => from.startsWith(".") === isOwn));
  return [...others!, ...own!].map(([from, what]) => `import ${what} from ${JSON.stringify(from)};`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** `0x2400_0100n` */
function hexadecimal(address: bigint): string {
  const digits = address.toString(16);
  const padded = digits.padStart(Math.ceil(digits.length / 4) * 4, "0");
  return `0x${padded.match(/.{4}/g)!.join("_")}n`;
}
