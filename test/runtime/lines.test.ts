// Which lines a buffer touches, against the definition: a line is touched if it holds one of the buffer's bytes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DmaBuffer } from "../../generator/index.ts";
import {
  bufferPieces,
  decodedLineBytes,
  edgeAddresses,
  encodedLineBytes,
  lineAddresses,
  lineCount,
  lineRange,
  lineStart,
  lineStarts,
  startsIn,
} from "../../generator/index.ts";

const lineBytes = fc.constantFrom(4, 16, 32, 64, 128);
const address = fc.oneof(
  fc.bigInt(0n, 300n),
  fc.bigInt(0n, (1n << 64n) - 1n),
  // Up to the top of both address spaces.
  fc.bigInt(0n, 300n).map((below) => (1n << 32n) - 1n - below),
  fc.bigInt(0n, 300n).map((below) => (1n << 64n) - 1n - below),
);
const buffer = fc.record({ address, lengthBytes: fc.nat(300) });

/** The starts of the lines touched, byte by byte. */
function touched({ address, lengthBytes }: DmaBuffer, bytes: number): bigint[] {
  const starts = Array.from({ length: lengthBytes }, (_, i) => {
    const byte = address + BigInt(i);
    return byte - (byte % BigInt(bytes));
  });
  return [...new Set(starts)];
}

const property = (check: (buffer: DmaBuffer, bytes: number, lines: bigint[]) => void) =>
  fc.assert(fc.property(buffer, lineBytes, (some, bytes) => void check(some, bytes, touched(some, bytes))));

// CTR of a Cortex-A53 and of a Cortex-M7, from their manuals' tables: 16 and 8 words.
it.each([
  [0x8444_8004n, 64],
  [0x8303_c003n, 32],
])("a register says how large a line is", (register, bytes) => {
  const field = { lowBit: 16, bits: 4, unitBytes: 4, smallestBytes: 16, largestBytes: 64 };
  expect(decodedLineBytes(register, field)).toBe(bytes);
  expect(decodedLineBytes(encodedLineBytes(bytes, 16, 4), field)).toBe(bytes);
  expect(() => decodedLineBytes(register, { ...field, largestBytes: bytes / 2 })).toThrow(RangeError);
  expect(() => decodedLineBytes(register, { ...field, smallestBytes: bytes * 2 })).toThrow(RangeError);
});

describe("of any buffer", () => {
  it("the lines are counted", () => {
    property((some, bytes, lines) => expect(lineCount(some, bytes)).toBe(lines.length));
  });

  it("each line is named once, in ascending order, by its start", () => {
    property((some, bytes, lines) => expect([...lineAddresses(some, bytes, "line-aligned")]).toEqual(lines));
  });

  it("the addresses as given name the same lines, from the buffer's own on", () => {
    property((some, bytes, lines) => {
      const given = [...lineAddresses(some, bytes, "as-given")];
      expect(given.map((one) => lineStart(one, bytes))).toEqual(lines);
      if (lines.length > 0) expect(given[0]).toBe(some.address);
    });
  });

  it("the edges are the first and the last line, or none", () => {
    property((some, bytes, lines) => {
      const edges = lines.length > 0 ? [lines[0], lines.at(-1)] : [];
      expect(edgeAddresses(some, bytes, "line-aligned")).toEqual(edges);
      expect(edgeAddresses(some, bytes, "as-given").map((one) => lineStart(one, bytes))).toEqual(edges);
    });
  });

  it("the range covers exactly its lines", () => {
    property((some, bytes, lines) => {
      fc.pre(some.lengthBytes > 0);
      const range = lineRange(some, bytes);
      expect(range).toEqual({
        firstLine: lines[0],
        lastByte: some.address + BigInt(some.lengthBytes) - 1n,
        end: lines.at(-1)! + BigInt(bytes),
        sizeBytes: BigInt(lines.length * bytes),
        sizeLines: BigInt(lines.length),
      });
    });
  });
});

describe("the pieces of a buffer", () => {
  it.each([undefined, 0x1000])("are the buffer, each as long as a command takes, in windows of %s", (windowBytes) => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 1n << 20n),
        fc.nat(20_000),
        fc.integer({ min: 1, max: 64 }),
        (address, lengthBytes, lines) => {
          const [lineBytes, mostBytes] = [32, 32 * lines];
          const pieces = [...bufferPieces({ address, lengthBytes }, lineBytes, mostBytes, windowBytes)];
          let next = address;
          for (const piece of pieces) {
            expect(piece.address).toBe(next);
            expect(piece.lengthBytes).toBeGreaterThan(0);
            const { firstLine, end, sizeBytes } = lineRange(piece, lineBytes);
            expect(sizeBytes).toBeLessThanOrEqual(mostBytes);
            if (windowBytes) expect(firstLine / BigInt(windowBytes)).toBe((end - 1n) / BigInt(windowBytes));
            next += BigInt(piece.lengthBytes);
            if (piece !== pieces.at(-1)) expect(next % 32n).toBe(0n);
          }
          expect(next).toBe(address + BigInt(lengthBytes));
        },
      ),
    );
  });

  it("are one where it is short", () => {
    const pieces = (lengthBytes: number) => [...bufferPieces({ address: 0x1010n, lengthBytes }, 32, 64)];
    expect(pieces(0x30)).toHaveLength(1);
    expect(pieces(0x31)).toHaveLength(2);
    expect(pieces(0)).toEqual([]);
  });

  it("come one after the other: 64 MiB have a million", () => {
    const [first] = bufferPieces({ address: 0n, lengthBytes: 1 << 26 }, 64, 64);
    expect(first).toEqual({ address: 0n, lengthBytes: 64 });
  });
});

it.each([
  [0x1fffn, false],
  [0x2000n, true],
  [0x2fffn, true],
  [0x3000n, false],
  [0x8000n, true],
])("a buffer at 0x%s is in one of two regions: %s", (start, expected) => {
  const regions = [
    [0x2000n, 0x1000n],
    [0x8000n, 1n],
  ] as const;
  expect(startsIn({ address: start, lengthBytes: 0x10_0000 }, regions)).toBe(expected);
});

describe("a size of lines that is none", () => {
  const buffer = { address: 0x1010n, lengthBytes: 4 };
  it.each([0, -32, 48, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("of %s bytes is refused", (bytes) => {
    const uses = [
      () => lineStart(0x1010n, bytes),
      () => lineCount(buffer, bytes),
      () => [...lineAddresses(buffer, bytes, "as-given")],
      () => edgeAddresses(buffer, bytes, "line-aligned"),
      () => lineRange(buffer, bytes),
      () => [...bufferPieces(buffer, bytes, 64)],
    ];
    for (const use of uses) expect(use).toThrow(RangeError);
  });

  it("cannot be said in a register either", () => {
    for (const bytes of [0, 2, 24, -16, Number.NaN]) expect(() => encodedLineBytes(bytes, 16, 4)).toThrow(RangeError);
  });

  it("makes no pieces, nor do pieces of less than a line", () => {
    for (const most of [0, -64, 16, Number.NaN]) expect(() => [...bufferPieces(buffer, 32, most)]).toThrow(RangeError);
    expect(() => [...bufferPieces(buffer, 32, 64, 16)]).toThrow(RangeError);
  });

  it("is no question for the lines of an operation, which may have any other", () => {
    expect([...lineStarts({ first: 100n, last: 101n }, 48)]).toEqual([96n]);
    for (const bytes of [0, -1, 1.5, Number.NaN])
      expect(() => [...lineStarts({ first: 0n, last: 1n }, bytes)]).toThrow(RangeError);
  });
});
