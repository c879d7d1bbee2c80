// What a run of the fuzzing found, for people.
import { type Finding, mostCpuSeconds, type Tally } from "./campaign.ts";
import { kindNames } from "./inputs.ts";

export interface Resources {
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

export function reportText(tally: Tally, seed: number, { cpuSeconds, peakMiB }: Resources): string {
  const total = [...tally.inputs.values()].reduce((sum, count) => sum + count, 0);
  const rows = kindNames.map((kind) => {
    const outcomes = [...tally.outcomes]
      .filter(([name]) => name.startsWith(`${kind}: `))
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name.slice(kind.length + 2)} ${count}`);
    return `  ${kind.padEnd(24)}${String(tally.inputs.get(kind) ?? 0).padStart(9)}  ${outcomes.join(", ")}`;
  });
  const looks = [...tally.looks].map(([name, count]) => `  ${name.padEnd(42)}${String(count).padStart(9)}`);
  const { slowest } = tally;
  const repeated = [...tally.repeated].map(([signature, times]) => `  ${String(times).padStart(6)} × ${signature}`);
  return [
    `Seed ${seed}: ${total} inputs, ${cpuSeconds.toFixed(0)} s of CPU (${((1000 * cpuSeconds) / Math.max(1, total)).toFixed(2)} ms each), peak ${peakMiB.toFixed(0)} MiB.`,
    "",
    "Inputs, and what came of them:",
    ...rows,
    "",
    "Looked at:",
    ...looks,
    "",
    slowest
      ? `Slowest: ${slowest.cpuSeconds.toFixed(2)} s of CPU of ${mostCpuSeconds}, ${slowest.kind}, ${slowest.input.bytes.length} bytes.`
      : "",
    tally.findings.length === 0 ? "No findings." : `${tally.findings.length} findings:`,
    ...repeated,
  ].join("\n");
}

/** Where a finding would lie as a regression: the kind, a name, and the path that the file is read from. */
export function placeOf({ kind, signature, input }: Finding): string {
  const name = signature
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60);
  return `${kind.replaceAll(/[ ,]+/g, "-")}/${name}/${input.path}`;
}
