// Where the time of a run goes, for whoever asks with --profile: what was done, from when to when.

interface Span {
  readonly what: string;
  /** The chip or the fence that it was done for. */
  readonly of: string | undefined;
  /** Milliseconds of the clock of `performance.now()`. */
  readonly from: number;
  readonly to: number;
  /** 0 for the run itself, else which of the threads beside it. */
  readonly thread: number;
}

let spans: Span[] | undefined;

/** From now on everything is taken down. */
export function recordSpans(): void {
  spans = [];
}

/** Does the work, and takes down how long that took. */
export function span<T>(what: string, of: string | undefined, work: () => T): T {
  if (!spans) return work();
  const from = performance.now();
  try {
    return work();
  } finally {
    addSpan(what, of, from);
  }
}

/** Takes down what has ended just now. */
export function addSpan(what: string, of: string | undefined, from: number, thread = 0): void {
  spans?.push({ what, of, from, to: performance.now(), thread });
}

/**
 * What was taken down, in the form that Chrome's viewer and Perfetto open: complete events, with times in microseconds.
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU, "Trace Event Format"
 */
export function traceEvents(): string {
  const microseconds = (milliseconds: number) => Math.round(milliseconds * 1000);
  const events = (spans ?? []).map(({ what, of, from, to, thread }) => ({
    name: of === undefined ? what : `${what} ${of}`,
    cat: what,
    ph: "X",
    ts: microseconds(from),
    dur: microseconds(to - from),
    pid: 1,
    tid: thread,
  }));
  const names = [...new Set(events.map(({ tid }) => tid))].map((tid) => ({
    name: "thread_name",
    ph: "M",
    pid: 1,
    tid,
    args: { name: tid === 0 ? "fencegen" : `explores ${tid}` },
  }));
  return `${JSON.stringify({ traceEvents: [...names, ...events] })}\n`;
}
