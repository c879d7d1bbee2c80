// How far the exploration of fences has come: on a terminal a line for each that is at work, with the time left; else a line for each
// that is finished. It stands beside the answer and is no part of it.
import { visible } from "../diagnostics/characters.ts";
import type { Paint } from "../diagnostics/format.ts";
import type { During, Stop } from "../verifier/judge.ts";
import { brokenProperty, type FenceVerdict } from "../verifier/verify-fence.ts";
import { durationText, timeLeft } from "./time-left.ts";

/** Somebody who looks, and a clock. */
export interface Onlooker {
  /** Milliseconds of a clock that does not go back. */
  now(): number;
  /** Shows lines in place of those that it showed before. Left out where lines stay, as in a pipe. */
  readonly replace?: ((lines: readonly string[]) => void) | undefined;
  /** How many lines there is room for, and how wide they may be; what is wider would take two. */
  readonly room?: { readonly lines: number; readonly columns: number } | undefined;
  /** Prints a line that stays. */
  say(line: string): void;
  /** Does something again and again. @returns what ends it */
  every(milliseconds: number, work: () => void): () => void;
}

/** Lines on a terminal in place of those before, by its control sequences (ECMA-48: CUU, ED). */
export function inPlace(write: (text: string) => void): (lines: readonly string[]) => void {
  let before: readonly string[] = [];
  return (lines) => {
    if (lines.join("\n") === before.join("\n")) return;
    const back = before.length === 0 ? "" : `\u001b[${before.length}A\r\u001b[J`;
    before = lines;
    write(back + lines.map((line) => `${line}\n`).join(""));
  };
}

export interface FenceAtWork {
  readonly name: string;
  readonly effort: number;
}

/** Often enough that seconds go by one by one. */
const redrawMilliseconds = 250;

export class FenceProgress {
  readonly #fences: readonly FenceAtWork[];
  readonly #onlooker: Onlooker;
  readonly #paint: Paint;
  readonly #begun = new Map<number, number>();
  readonly #took = new Map<number, number>();
  readonly #endRedrawing: () => void;

  constructor(fences: readonly FenceAtWork[], onlooker: Onlooker, paint: Paint) {
    this.#fences = fences;
    this.#onlooker = onlooker;
    this.#paint = paint;
    this.#endRedrawing =
      onlooker.replace && fences.length > 0 ? onlooker.every(redrawMilliseconds, () => this.#redraw()) : () => {};
  }

  /** What a judge tells it. */
  during(stop: Stop | undefined): During {
    return {
      begun: (index) => {
        this.#begun.set(index, this.#onlooker.now());
        this.#redraw();
      },
      stop,
    };
  }

  /** @returns how many milliseconds it took */
  done(index: number, verdict: FenceVerdict): number {
    const { now } = this.#onlooker;
    const milliseconds = now() - this.#begun.get(index)!;
    this.#took.set(index, milliseconds);
    if (this.#onlooker.replace) this.#redraw();
    else this.#sayDone(index, verdict, milliseconds);
    return milliseconds;
  }

  #sayDone(index: number, verdict: FenceVerdict, milliseconds: number): void {
    const left = this.#left();
    const rest = left && this.#took.size < this.#fences.length ? `, ${leftText(left.total)}` : "";
    const which = `${this.#took.size}/${this.#fences.length} ${visible(this.#fences[index]!.name)}`;
    this.#onlooker.say(`${which}: ${verdictWord(verdict)}, took ${durationText(milliseconds)}${rest}`);
  }

  /** Nothing of it stays on a terminal. */
  end(): void {
    this.#endRedrawing();
    this.#onlooker.replace?.([]);
  }

  #running(): number[] {
    return [...this.#begun.keys()].filter((index) => !this.#took.has(index));
  }

  #left() {
    const { now } = this.#onlooker;
    const effortOf = (index: number) => this.#fences[index]!.effort;
    return timeLeft({
      finished: [...this.#took].map(([index, milliseconds]) => ({ effort: effortOf(index), milliseconds })),
      running: this.#running().map((index) => ({
        effort: effortOf(index),
        milliseconds: now() - this.#begun.get(index)!,
      })),
      waiting: this.#fences.flatMap(({ effort }, index) => (this.#begun.has(index) ? [] : [effort])),
    });
  }

  #redraw(): void {
    const { now, replace, room = { lines: 24, columns: 80 } } = this.#onlooker;
    if (!replace) return;
    const left = this.#left();
    const running = this.#running();
    const lines = running.map((index, at) => {
      const since = durationText(now() - this.#begun.get(index)!);
      const rest = left ? `, ${leftText(left.running[at]!)}` : "";
      return `${visible(this.#fences[index]!.name)}: exploring for ${since}${rest}`;
    });
    const total = `${this.#took.size} of ${this.#fences.length} fences explored${left ? `, ${leftText(left.total)}` : ""}`;
    // The line below the last one is where the cursor stands.
    const shown = lines.slice(0, Math.max(0, room.lines - 2));
    replace([...shown, total].map((line) => this.#paint("dim", cut(line, room.columns - 1))));
  }
}

function verdictWord(verdict: FenceVerdict): string {
  if (brokenProperty(verdict)) return "NOT SOUND";
  return verdict.undecided === undefined && verdict.sound ? "sound" : "undecided";
}

function leftText(milliseconds: number): string {
  return milliseconds < 1000 ? "less than 1 s left" : `about ${durationText(milliseconds)} left`;
}

function cut(line: string, columns: number): string {
  return [...line].slice(0, columns).join("");
}
