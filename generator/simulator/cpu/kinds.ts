// Accesses as order sees them: what one must wait for depends on its kind, and on whether the earlier one is to the same address or
// line. program-order.ts is asked once for each pair of kinds.
import type { BarrierInstruction, Instruction } from "../../semantics/instruction.ts";
import { type OrderRules, type Precedence, precedenceOf } from "../../semantics/program-order.ts";

/** What two accesses have in common: nothing, their address, or a line. */
export type Common = "nothing" | "address" | "line";

/** Accesses that order sees alike, wherever they are. */
export interface Kind {
  /** One of them, at no address and on no line. */
  readonly sample: Instruction;
  /** What one of them waits for, by what both have in common and the kind of the earlier one. */
  readonly known: Readonly<Record<Common, Map<Kind, Precedence>>>;
}

export class Kinds {
  readonly #rules: OrderRules;
  readonly #kinds = new Map<string, Kind>();

  constructor(rules: OrderRules) {
    this.#rules = rules;
  }

  of(access: Instruction): Kind {
    const key = keyOf(access);
    const known = this.#kinds.get(key);
    if (known) return known;
    const kind: Kind = {
      sample: placed(access, "nothing"),
      known: { nothing: new Map(), address: new Map(), line: new Map() },
    };
    this.#kinds.set(key, kind);
    return kind;
  }

  /** What the later of two waits for where no barrier is between them. */
  precedence(earlier: Kind, later: Kind, common: Common): Precedence {
    const known = later.known[common].get(earlier);
    if (known) return known;
    const precedence = precedenceOf(placed(earlier.sample, common), [], placed(later.sample, common), this.#rules);
    later.known[common].set(earlier, precedence);
    return precedence;
  }

  /** What it waits for with barriers between them, and nothing in common. */
  across(earlier: Kind, barriers: readonly BarrierInstruction[], later: Kind): Precedence {
    return precedenceOf(earlier.sample, barriers, later.sample, this.#rules);
  }
}

function placed(access: Instruction, common: Common): Instruction {
  const place = { location: common === "address" ? "here" : undefined, line: common === "line" ? 0 : undefined };
  if (access.kind !== "maintain") return { ...access, ...place };
  const { andLines: _, ...one } = access;
  return { ...one, ...place };
}

/** What order asks of an access, beside its address and its lines. */
function keyOf(access: Instruction): string {
  const own = `${access.kind} ${access.accessClass}`;
  switch (access.kind) {
    case "store":
    case "load":
      return own;
    case "device":
      return `${own} ${access.device}`;
    case "maintain": {
      const { instance, ordering, hasCompletion, byRegisters } = access.rules;
      return `${own} ${instance} ${access.elsewhere} ${access.isEnd} ${ordering.doneWhen} ${hasCompletion} ${byRegisters}`;
    }
    case "complete":
      return `${own} ${access.rules.instance}`;
  }
}
