// A batch of inputs of one kind: makes them, judges each, and makes what breaks a property smaller.
import fc from "fast-check";
import { Fault, Looks, type Property } from "./fault.ts";
import { type Input, type InputKind, inputKinds, type KindName, kindNames } from "./inputs.ts";

/** CPU time that one input may take, in seconds. */
export const mostCpuSeconds = 10;

export interface Finding {
  readonly kind: KindName;
  readonly property: Property;
  /** Where two findings have the same, the second is only counted. */
  readonly signature: string;
  readonly message: string;
  /** As it was made smaller. */
  readonly input: Input;
}

export interface Tally {
  readonly inputs: Map<KindName, number>;
  /** `kind: outcome`. */
  readonly outcomes: Map<string, number>;
  /** By what was looked at. */
  readonly looks: Map<string, number>;
  /** By signature, how often. */
  readonly repeated: Map<string, number>;
  readonly findings: Finding[];
  slowest: { readonly kind: KindName; readonly input: Input; readonly cpuSeconds: number } | undefined;
}

export function emptyTally(): Tally {
  return {
    inputs: new Map(),
    outcomes: new Map(),
    looks: new Map(),
    repeated: new Map(),
    findings: [],
    slowest: undefined,
  };
}

const add = <K>(map: Map<K, number>, key: K, more = 1): void => void map.set(key, (map.get(key) ?? 0) + more);

export interface Hooks {
  /** Told of each input before it is judged, for whoever watches from outside. */
  readonly before?: (kind: KindName, input: Input) => void;
  /** Looked at in every input, whatever its rate; left out, none. */
  readonly always?: ReadonlySet<Property> | "all";
  readonly never?: ReadonlySet<Property>;
}

/**
 * Judges a number of inputs, the same for the same seed.
 * @param tally is added to
 */
export async function runBatch(
  kind: KindName,
  seed: number,
  runs: number,
  tally: Tally,
  hooks: Hooks = {},
): Promise<void> {
  const { inputs, judge }: InputKind = inputKinds[kind];
  const looks = new Looks(hooks.always, hooks.never);
  let found: Finding | undefined;
  let smaller = 0;
  const property = fc.asyncProperty(inputs, async (input) => {
    if (found !== undefined && ++smaller > mostShrinks) return;
    hooks.before?.(kind, input);
    const finding = await judged(
      kind,
      judge,
      input,
      found ? new Looks(new Set([found.property])) : looks,
      tally,
      !found,
    );
    if (!finding) return;
    if (found === undefined && tally.repeated.has(finding.signature)) {
      add(tally.repeated, finding.signature);
      return;
    }
    if (found !== undefined && finding.signature !== found.signature) return;
    found = finding;
    throw new Error(finding.message);
  });
  const { user, system } = process.cpuUsage();
  cpuSecondsBefore = (user + system) / 1e6;
  await fc.check(property, { seed, numRuns: runs, verbose: 0 });
  for (const [what, times] of looks.counts) add(tally.looks, what, times);
  if (found === undefined) return;
  add(tally.repeated, found.signature);
  tally.findings.push({ ...found, input: await withoutParts(found, judge) });
}

let cpuSecondsBefore = 0;

/** How many smaller inputs are tried by fast-check, and how many by leaving out parts of the text. */
const mostShrinks = 300;

async function judged(
  kind: KindName,
  judge: InputKind["judge"],
  input: Input,
  looks: Looks,
  tally: Tally,
  isCounted: boolean,
): Promise<Finding | undefined> {
  let fault: unknown;
  let outcome = "fault";
  try {
    outcome = await judge(input, looks);
  } catch (error) {
    fault = error;
  }
  // Since the input before: what makes an input counts as well, and takes next to nothing.
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6 - cpuSecondsBefore;
  cpuSecondsBefore += cpuSeconds;
  if (cpuSeconds > mostCpuSeconds) fault ??= new Fault("CPU time is bounded", `${cpuSeconds.toFixed(1)} s`);
  if (isCounted) {
    add(tally.inputs, kind);
    add(tally.outcomes, `${kind}: ${outcome}`);
    if (cpuSeconds > (tally.slowest?.cpuSeconds ?? 0)) tally.slowest = { kind, input, cpuSeconds };
  }
  return fault === undefined ? undefined : findingOf(kind, input, fault);
}

export function findingOf(kind: KindName, input: Input, fault: unknown): Finding {
  const property = fault instanceof Fault ? fault.property : "no exception";
  const message =
    fault instanceof Error ? (fault instanceof Fault ? fault.message : (fault.stack ?? String(fault))) : String(fault);
  return { kind, property, input, message, signature: `${property}: ${signatureOf(message)}` };
}

/** What two faults of one cause have in common: the message without its values, of an exception where it was thrown. */
function signatureOf(message: string): string {
  const lines = message.split("\n");
  const at = lines.filter((line) => /^\s+at .*\/generator\//.test(line)).slice(0, 2);
  const place = at.map((line) => line.replace(/^\s+at |\(?file:\/\/\S*\/generator\/|:\d+\)?$/g, ""));
  const words = lines[0]!.replace(/"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|\d+/g, "…").slice(0, 80);
  return [words, ...place].join(" | ");
}

/** Leaves out lines, then characters, as long as the same property breaks. */
async function withoutParts(finding: Finding, judge: InputKind["judge"]): Promise<Input> {
  let bytes = finding.input.bytes;
  let tries = 0;
  const breaks = async (candidate: Buffer): Promise<boolean> => {
    tries += 1;
    try {
      await judge({ ...finding.input, bytes: candidate }, new Looks(new Set([finding.property])));
      return false;
    } catch (error) {
      return findingOf(finding.kind, finding.input, error).signature === finding.signature;
    }
  };
  if (finding.property === "CPU time is bounded") return finding.input;
  for (const separator of ["\n", " "]) {
    for (let size = 16; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < partsOf(bytes, separator).length && tries < mostShrinks; ) {
        const parts = partsOf(bytes, separator);
        const candidate = Buffer.from([...parts.slice(0, at), ...parts.slice(at + size)].join(separator), "latin1");
        if (candidate.length < bytes.length && (await breaks(candidate))) bytes = candidate;
        else at += size;
      }
    }
  }
  return { ...finding.input, bytes };
}

function partsOf(bytes: Buffer, separator: string): string[] {
  return bytes.toString("latin1").split(separator);
}

/** Of a thousand inputs, batches of each kind; which kind a batch is follows from its number. */
export function kindOfBatch(batch: number): { readonly kind: KindName; readonly runs: number } {
  const total = kindNames.reduce((sum, name) => sum + inputKinds[name].share, 0);
  const order = kindNames.flatMap((kind) =>
    Array.from({ length: Math.ceil((inputKinds[kind].share / total) * batches) }, () => kind),
  );
  // Every kind early, and none long in a row.
  const kind = order[(batch * stride) % order.length]!;
  const ofKind = order.filter((each) => each === kind).length;
  const runs = Math.round(((inputKinds[kind].share / total) * batches * runsOfBatch) / ofKind);
  return { kind, runs: Math.max(1, runs) };
}
const batches = 40;
const runsOfBatch = 250;
const stride = 17;
