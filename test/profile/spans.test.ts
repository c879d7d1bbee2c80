// --profile FILE: a trace that Chrome's viewer opens, of what the run did, and nothing where nobody asks.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addSpan, recordSpans, span, traceEvents } from "../../generator/profile/spans.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

interface Event {
  readonly name: string;
  readonly ph: "X" | "M";
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
}

function eventsOf(text: string): Event[] {
  return (JSON.parse(text) as { traceEvents: Event[] }).traceEvents;
}

it("takes down nothing until it is asked to, and then also what ends with an error", () => {
  expect(span("a", undefined, () => 1)).toBe(1);
  expect(eventsOf(traceEvents())).toEqual([]);
  recordSpans();
  const from = performance.now();
  expect(span("outer", "x", () => span("inner", undefined, () => 2))).toBe(2);
  expect(() =>
    span("fails", undefined, () => {
      throw new Error("as it must");
    }),
  ).toThrow("as it must");
  addSpan("elsewhere", "y", from, 2);
  const events = eventsOf(traceEvents());
  expect(events.filter(({ ph }) => ph === "M").map(({ tid }) => tid)).toEqual([0, 2]);
  const done = events.filter(({ ph }) => ph === "X");
  expect(done.map(({ name }) => name)).toEqual(["inner", "outer x", "fails", "elsewhere y"]);
  const [inner, outer] = done as [Event, Event];
  // The one lies within the other; both are rounded.
  expect(outer.ts).toBeLessThanOrEqual(inner.ts);
  expect(outer.ts + outer.dur + 1).toBeGreaterThanOrEqual(inner.ts + inner.dur);
});

it("writes what generate and verify did, each time anew", () => {
  const folder = temporaryFolder();
  const file = join(folder, "trace.json");
  const run = (...args: string[]) => fencegen([...args, "--profile", file], { cwd: folder });
  const generate = ["generate", "--chips", join(root, "chips"), "nrf52840"];
  expect(run(...generate)).toMatchObject({ code: 0 });
  expect(eventsOf(readFileSync(file, "utf8")).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["read", "validate", "plan nrf52840", "render nrf52840", "compare", "update"]),
  );
  expect(run("verify", "--chips", join(root, "chips"), "nrf52840")).toMatchObject({ code: 0 });
  expect(eventsOf(readFileSync(file, "utf8")).map(({ name }) => name)).toContain("explore Nrf52840DmaFence");
});

it("says where it cannot write", () => {
  const folder = temporaryFolder();
  const { code, stderr } = fencegen(["list", "--profile", join(folder, "none/trace.json")], { cwd: root });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/cannot be written \(ENOENT\)\n$/) });
  expect(existsSync(join(folder, "none"))).toBe(false);
});
