/** The time of a run, in things that happened. */
export class Clock {
  now = 0;
  /** How many things happened that a driver may have been waiting for. */
  progress = 0;

  tick(): number {
    return ++this.now;
  }
}
