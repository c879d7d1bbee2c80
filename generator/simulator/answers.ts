// Questions whose answers may be promises: asked without waiting as long as none is one.

/** What is asked is answered one after the other. @returns a promise from the first answer on that is one */
export function answered<Question, Result, Answer>(
  questions: Generator<Question, Result, Answer>,
  answer: (question: Question) => Answer | Promise<Answer>,
): Result | Promise<Result> {
  let asked = questions.next();
  while (!asked.done) {
    const given = answer(asked.value);
    if (isPromise(given)) return answeredLater(questions, answer, given);
    asked = questions.next(given);
  }
  return asked.value;
}

async function answeredLater<Question, Result, Answer>(
  questions: Generator<Question, Result, Answer>,
  answer: (question: Question) => Answer | Promise<Answer>,
  first: Promise<Answer>,
): Promise<Result> {
  let asked = questions.next(await first);
  while (!asked.done) asked = questions.next(await answer(asked.value));
  return asked.value;
}

export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { readonly then?: unknown } | undefined)?.then === "function";
}

/**
 * Refuses what a generator function returns: nothing of it has run, so that it would pass whatever it does.
 * @throws {TypeError}
 */
export function requireRun(what: string, result: unknown): void {
  const isGenerator = typeof (result as { readonly next?: unknown } | undefined | null)?.next === "function";
  if (isGenerator) throw new TypeError(`${what} is a generator function: called, it runs nothing; make it a plain one`);
}
