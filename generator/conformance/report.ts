// What was found of a machine, and how it is said.

/** A mistake in a fence: which step was changed and how, and what a machine does that does not show it. */
export interface MissedMistake {
  /** `Stm32h743DmaFence, release 2: removed`. */
  readonly mistake: string;
  /** Completes a sentence that begins with the machine: `treats any barrier as completing: …`. */
  readonly says: string;
  /** Names of the exchanges in which it must show and does not; it may in others. */
  readonly exchanges: readonly string[];
}

/** What was found of a machine. */
export interface MachineReport {
  /** What went wrong on it with the chip's own fence, each with what was tried. */
  readonly wrong: readonly string[];
  /** Mistakes that it must show and does not. */
  readonly missed: readonly MissedMistake[];
  /** Names of the mistakes that it shows, wherever they show. */
  readonly shown: readonly string[];
  /**
   * Names of those of which nothing is asked: only a core shows them that reorders accesses, or caches that act by themselves, or what
   * a manual leaves open decides.
   */
  readonly beyond: readonly string[];
  /** Mistakes at which it threw something, so that nothing can be said of them: such as an operation that no right fence uses. */
  readonly threw: readonly { readonly mistake: string; readonly error: string }[];
  /** Names of the exchanges that were tried with the chip's own fence. */
  readonly tried: readonly string[];
  /** Fences that could not be checked. */
  readonly unchecked: readonly { readonly fence: string; readonly why: string }[];
  /** What else is to be known: memories that were left out, fences of which no mistake shows. */
  readonly remarks: readonly string[];
}

export function joined(reports: readonly MachineReport[]): MachineReport {
  return {
    wrong: reports.flatMap(({ wrong }) => wrong),
    missed: reports.flatMap(({ missed }) => missed),
    shown: reports.flatMap(({ shown }) => shown),
    beyond: reports.flatMap(({ beyond }) => beyond),
    threw: reports.flatMap(({ threw }) => threw),
    tried: reports.flatMap(({ tried }) => tried),
    unchecked: reports.flatMap(({ unchecked }) => unchecked),
    remarks: [...new Set(reports.flatMap(({ remarks }) => remarks))],
  };
}

/** How much a message shows of what is wrong: one thing is often behind all of it. */
const mostShown = 5;

/** A machine is wrong, or does not show what it must; the message says where, and `report` has everything. */
export class MachineCheckError extends Error {
  override readonly name = "MachineCheckError";
  /** What was found. */
  readonly report: MachineReport;

  constructor(chip: string, report: MachineReport) {
    const { wrong, missed, remarks } = report;
    const says = new Set(missed.map((each) => each.says));
    const mistakes = (text: string) =>
      missed.flatMap((each) => (each.says === text ? [`    ${missedText(each)}`] : []));
    super(
      [
        `The machine is no ${chip}.`,
        ...wrong.slice(0, mostShown).map((text) => `  Wrong with the chip's own fence: ${text}`),
        ...(wrong.length > mostShown ? [`  and ${wrong.length - mostShown} more`] : []),
        ...[...says].flatMap((text) => [`  It ${text}. It does not show:`, ...mistakes(text)]),
        ...remarks.map((text) => `  ${text}`),
      ].join("\n"),
    );
    this.report = report;
  }
}

function missedText({ mistake, exchanges: [first, ...others] }: MissedMistake): string {
  return `${mistake} (${first}${others.length > 0 ? `, and ${others.length} more` : ""})`;
}
