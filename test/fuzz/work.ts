// Batch after batch, until the time is over. What is being judged stands in shared memory before it is, so that a hang or an
// exhausted memory leaves its input behind.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { emptyTally, type Finding, kindOfBatch, runBatch } from "./campaign.ts";
import { hashOf } from "./fault.ts";
import { kindNames } from "./inputs.ts";
import { root } from "./library.ts";
import { placeOf, reportText } from "./report.ts";

export interface Task {
  readonly seed: number;
  /** The one use of the clock: after this time no batch is begun. */
  readonly untilMilliseconds: number;
  readonly shared: SharedArrayBuffer;
  readonly only: string | undefined;
}

const everyMilliseconds = 60_000;

export async function work(): Promise<void> {
  const { seed, untilMilliseconds, shared, only } = workerData as Task;
  const numbers = new Int32Array(shared, 0, 3);
  const room = new Uint8Array(shared, 12);
  const tally = emptyTally();
  let told = Date.now();
  const resources = () => {
    const { user, system } = process.cpuUsage();
    return { cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 };
  };
  for (let batch = 0; Date.now() < untilMilliseconds; batch++) {
    const { kind, runs } = kindOfBatch(batch);
    if (only !== undefined && kind !== only) continue;
    const before = tally.findings.length;
    await runBatch(kind, hashOf(`${seed} ${batch}`) | 0, runs, tally, {
      before: (current, { bytes }) => {
        numbers[1] = kindNames.indexOf(current);
        numbers[2] = bytes.length;
        room.set(bytes.subarray(0, room.length));
        Atomics.add(numbers, 0, 1);
      },
    });
    for (const finding of tally.findings.slice(before)) tell(keep(finding));
    if (Date.now() - told > everyMilliseconds) {
      told = Date.now();
      tell(reportText(tally, seed, resources()).split("\n")[0]!);
    }
  }
  tell(reportText(tally, seed, resources()));
  parentPort!.postMessage({
    findings: tally.findings.length,
    inputs: [...tally.inputs.values()].reduce((a, b) => a + b, 0),
  });
}

function tell(text: string): void {
  parentPort!.postMessage({ text });
}

/** Writes what broke a property, and says how it stays broken. */
export function keep(finding: Finding): string {
  const place = placeOf(finding);
  const file = join(root, "test/fuzz/found", place);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, finding.input.bytes);
  writeFileSync(`${file}.why.txt`, `${finding.signature}\n\n${finding.message}\n`);
  return `${finding.kind}: ${finding.property}: ${finding.message.slice(0, 1500)}
  The input is test/fuzz/found/${place}
  To keep it as a regression: mkdir -p test/fuzz/regressions/${dirname(place)} && cp test/fuzz/found/${place} test/fuzz/regressions/${place}`;
}
