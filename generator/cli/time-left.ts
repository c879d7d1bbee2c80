// How long work will take yet, from how long what is done has taken. Effort is a number without a unit, about in proportion to time.

export interface Work {
  readonly finished: readonly { readonly effort: number; readonly milliseconds: number }[];
  /** At work now, each in a thread of its own. */
  readonly running: readonly { readonly effort: number; readonly milliseconds: number }[];
  /** Efforts of what is not begun. */
  readonly waiting: readonly number[];
}

export interface TimeLeft {
  /** Milliseconds until everything is done. */
  readonly total: number;
  /** Of each that is running, in the same order. */
  readonly running: readonly number[];
}

/** @returns undefined as long as nothing is finished that says how fast it goes */
export function timeLeft({ finished, running, waiting }: Work): TimeLeft | undefined {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const effort = sum(finished.map((each) => each.effort));
  const spent = sum(finished.map(({ milliseconds }) => milliseconds));
  if (effort === 0 || spent === 0) return undefined;
  // What is running and not finished takes at least as long as it has: that may say that it goes slower than it seemed.
  const atLeast =
    (spent + sum(running.map(({ milliseconds }) => milliseconds))) / (effort + sum(running.map((each) => each.effort)));
  const perEffort = Math.max(spent / effort, atLeast);
  const left = running.map((each) => Math.max(0, each.effort * perEffort - each.milliseconds));
  // The next is begun by whichever thread is free first, what takes long before the rest.
  const threads = left.length > 0 ? [...left] : [0];
  for (const each of [...waiting].sort((a, b) => b - a)) {
    const first = threads.indexOf(Math.min(...threads));
    threads[first] = threads[first]! + each * perEffort;
  }
  return { total: Math.max(...threads), running: left };
}

/** `less than 1 s`, `5 s`, `2 min 10 s`; from ten minutes on in minutes. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return "less than 1 s";
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds < 600 ? seconds % 60 : 0;
  const minutes = seconds < 600 ? Math.floor(seconds / 60) : Math.round(seconds / 60);
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
