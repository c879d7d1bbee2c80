// A schedule as a short text that can stand in a link: a character for each step, and three for the rare one that has more than
// 62 others beside it. Which step it is depends on the model: a text of another version may fit no execution, and says so when it is replayed.

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const base = digits.length;
/** Before a number of two digits. */
const long = "_";

/** The largest choice that the text can say. No state of a hand-over has nearly as many successors. */
export const mostChoice = base * base - 1;

/** More steps than any execution has that `verify` finds. */
export const mostSteps = 1000;

/**
 * The text that stands for a schedule in links.
 * @throws {RangeError} for a choice that is no whole number from 0 to `mostChoice`
 */
export function encodeSchedule(schedule: readonly number[]): string {
  return schedule.map(encodeChoice).join("");
}

function encodeChoice(choice: number): string {
  if (!Number.isInteger(choice) || choice < 0 || choice > mostChoice)
    throw new RangeError(`${choice} is no choice of a schedule`);
  return choice < base ? digits[choice]! : `${long}${digits[Math.floor(choice / base)]}${digits[choice % base]}`;
}

/**
 * The schedule that a text stands for.
 * @returns undefined for a text that stands for none
 */
export function decodeSchedule(text: string): readonly number[] | undefined {
  const schedule: number[] = [];
  for (let at = 0; at < text.length; ) {
    const isLong = text[at] === long;
    const [choice, length] = isLong
      ? [digitOf(text[at + 1]) * base + digitOf(text[at + 2]), 3]
      : [digitOf(text[at]), 1];
    // Each schedule has one text: a short number is not written long.
    if (Number.isNaN(choice) || (isLong && choice < base) || schedule.length === mostSteps) return undefined;
    schedule.push(choice);
    at += length;
  }
  return schedule;
}

function digitOf(character: string | undefined): number {
  const digit = character === undefined ? -1 : digits.indexOf(character);
  return digit === -1 ? Number.NaN : digit;
}
