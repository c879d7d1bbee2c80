// How far a driver has come: what it was told, and what it has done since then until it asks once more. A driver is a function, so that
// it is executed from its start for each of these; it must do the same whenever it is told the same.
import type { DmaFence, FenceMachine } from "../runtime/dma-fence.ts";
import { isPromise, requireRun } from "../simulator/answers.ts";
import { OwnershipError } from "../simulator/ownership/rules.ts";
import { WatchedFence } from "../simulator/ownership/watch-fence.ts";
import { thrownText } from "../simulator/thrown-text.ts";
import type { NewEvent } from "../simulator/trace/journal.ts";
import { refusalOf } from "../simulator/trace/refused.ts";
import type { DriverMachine } from "./driver-machine.ts";
import type { EngineTask } from "./engine.ts";
import { type Answer, type Item, isAsking, type NewItem } from "./item.ts";
import { NondeterministicDriverError } from "./nondeterministic-driver-error.ts";
import { Ahead, ScriptedMachine } from "./scripted-machine.ts";
import { mostLooks, type TrialWorld } from "./world.ts";

/** A driver and its fence, as they are executed. */
export interface Subject {
  readonly driver: (machine: DriverMachine, fence: DmaFence) => unknown;
  readonly fence: new (machine: FenceMachine) => DmaFence;
}

/** How an execution of a driver ended: it asked, it returned, it threw, or it did what is not explored. */
export type Ending =
  | { readonly how: "asks" }
  | { readonly how: "returned"; readonly own: ReadonlyMap<bigint, number> }
  /** With what the driver did behind its last item, for people. */
  | { readonly how: "threw"; readonly message: string; readonly last: readonly NewEvent[] }
  | { readonly how: "unexplored"; readonly why: string };

interface Execution {
  readonly items: readonly NewItem[];
  readonly ending: Ending;
}

export class Progress {
  readonly id: number;
  /** What it has done since it was told something last. */
  readonly items: readonly Item[];
  readonly ending: Ending;
  /** Where it was when it asked last. */
  readonly before: Progress | undefined;
  readonly #course: Course;
  readonly #answers: readonly Answer[];
  readonly #next = new Map<string, Progress>();
  #roundBefore: { readonly progress: Progress | undefined } | undefined;

  /** @param told what it was told last, where it had asked; left out at its start */
  constructor(course: Course, told?: { readonly before: Progress; readonly answer: Answer }) {
    this.#course = course;
    this.before = told?.before;
    this.#answers = told ? [...told.before.#answers, told.answer] : [];
    this.id = course.newId();
    const answers = this.#answers;
    const last = told?.before.items.at(-1);
    const { items, ending } = course.execute(answers);
    const before = last ? last.index + 1 : 0;
    requireSame(last, items);
    if (ending.how !== "asks") requireSameItems(items, course.execute(answers));
    let previous = last;
    this.items = items.slice(before).map((item) => {
      previous = { ...item, id: course.newId(), index: previous ? previous.index + 1 : 0, previous };
      return previous;
    });
    this.ending = ending;
  }

  /** How it goes on where its last item is answered. */
  told(answer: Answer): Progress {
    const key = answer.join();
    const known = this.#next.get(key) ?? new Progress(this.#course, { before: this, answer });
    this.#next.set(key, known);
    return known;
  }

  /** Whether it has just looked, and looks once more and does nothing else as long as it finds the same. */
  get isLookingOn(): boolean {
    const [look] = this.items;
    const last = look?.previous;
    if (this.items.length !== 1 || !look || !last || !isAsking(look) || !isAsking(last)) return false;
    return look.question === last.question && look.kind !== "received" && this.#goesOn([look.text], 1);
  }

  /** Where it was a round before, where it goes round and round as long as it finds the same; undefined where it does not. */
  get roundBefore(): Progress | undefined {
    this.#roundBefore ??= { progress: this.#findRound() };
    return this.#roundBefore.progress;
  }

  /** What it was told last. */
  get lastAnswer(): Answer | undefined {
    return this.#answers.at(-1);
  }

  #findRound(): Progress | undefined {
    if (this.ending.how !== "asks") return undefined;
    for (let looks = 1; looks <= mostLooksInRound; looks++) {
      const found = up(this, looks);
      const earlier = found && up(found, looks);
      if (!found || !earlier) return undefined;
      const round = this.#since(found);
      if (this.#told(looks) !== found.#told(looks) || round.join("\n") !== found.#since(earlier).join("\n")) continue;
      if (this.#goesOn(round, looks)) return found;
    }
    return undefined;
  }

  /** What it has done since it was somewhere, in words. */
  #since(earlier: Progress): string[] {
    const words = this.items.map(({ text }) => text);
    return this.before && this.before !== earlier ? [...this.before.#since(earlier), ...words] : words;
  }

  #told(looks: number): string {
    return this.#answers.slice(-looks).join(" ");
  }

  /** Whether it does some items once more, and once more, as long as it is told what it was told last. */
  #goesOn(round: readonly string[], looks: number): boolean {
    const rounds = Math.ceil(mostLooks / looks);
    const pattern = this.#answers.slice(-looks);
    const more = Array.from({ length: rounds }, () => pattern).flat();
    const from = this.items.at(-1)!.index + 1;
    const { items } = this.#course.execute([...this.#answers, ...more], from + rounds * round.length);
    if (items.length < from + rounds * round.length) return false;
    return items.slice(from).every(({ text }, index) => text === round[index % round.length]);
  }
}

/** Where it was so many looks before. */
function up(progress: Progress, looks: number): Progress | undefined {
  if (looks === 0) return progress;
  return progress.before && up(progress.before, looks - 1);
}

/** How often a driver looks at most in each round of a loop in which it waits. */
const mostLooksInRound = 8;

/** All executions of one driver. */
export class Course {
  readonly #world: TrialWorld;
  readonly #subject: Subject;
  readonly #tasks = new Map<string, EngineTask>();
  #ids = 0;

  constructor(world: TrialWorld, subject: Subject) {
    this.#world = world;
    this.#subject = subject;
  }

  newId(): number {
    return ++this.#ids;
  }

  /** Executes the driver from its start. */
  execute(answers: readonly Answer[], limit?: number): Execution {
    const machine = new ScriptedMachine(this.#world, answers, (task) => this.#numbered(task), limit);
    const { driver, fence } = this.#subject;
    let ending: Ending;
    let result: unknown;
    try {
      const watched = new WatchedFence(new fence(machine), (call, buffer) => machine.called(call, buffer));
      result = driver(machine, watched);
      ending = { how: "returned", own: machine.contents.own() };
    } catch (error) {
      const refusal = error instanceof OwnershipError ? [refusalOf(error.finding)] : [];
      const calls = machine.callsLeft.map((text): NewEvent => ({ agent: "CPU", kind: "call", text }));
      ending = { how: "threw", message: thrownText(error), last: [...calls, ...refusal] };
    }
    requireNoPromise(result);
    requireRun("the driver", result);
    const { stopped, items } = machine;
    if (stopped instanceof Ahead) ending = { how: "asks" };
    else if (stopped) ending = { how: "unexplored", why: stopped.message };
    return { items, ending };
  }

  /** The same task has the same number whenever the driver is executed. */
  #numbered(task: Omit<EngineTask, "id">): EngineTask {
    const place = (buffer: EngineTask["read"]) => (buffer ? `${buffer.address} ${buffer.lengthBytes}` : "");
    const expected = [...task.expected].join(" ");
    const key = `${task.descriptor ?? ""}|${place(task.read)}|${place(task.write)}|${task.data.join()}|${expected}`;
    const known = this.#tasks.get(key) ?? { ...task, id: this.#tasks.size };
    this.#tasks.set(key, known);
    return known;
  }
}

/** @throws {TypeError} */
function requireNoPromise(result: unknown): void {
  if (!isPromise(result)) return;
  // Whether it is kept or not, nobody asks any more.
  result.then(undefined, () => {});
  throw new TypeError(
    "the driver returned a promise; a driver under all schedules is executed many times and waits by `machine.wait()`",
  );
}

/** @throws {NondeterministicDriverError} where the items of an execution up to one are not those that led to it */
function requireSame(last: Item | undefined, items: readonly NewItem[]): void {
  for (let item = last; item; item = item.previous) requireSameText(item.index, item.text, items[item.index]?.text);
}

function requireSameItems(items: readonly NewItem[], { items: again }: Execution): void {
  for (let at = 0; at < Math.max(items.length, again.length); at++)
    requireSameText(at, items[at]?.text, again[at]?.text);
}

function requireSameText(index: number, before: string | undefined, now: string | undefined): void {
  if (before === now) return;
  const words = (text: string | undefined) => (text === undefined ? "the driver had ended" : `it was \`${text}\``);
  throw new NondeterministicDriverError(
    `the driver is not deterministic: told the same once more, its access ${index + 1} differs: ${words(before)}, then ${words(now)}`,
  );
}
