// The fence where its target is not at hand: a macro of the crate, or written out where the crate has none.
import type { Code } from "../code.ts";
import type { Settings } from "../printer.ts";
import { formatLiteral, identifier, rust, stringLiteral } from "./encode.ts";
import { call, type Lines, statement, width } from "./lines.ts";
import { hasOwnTrait } from "./placement.ts";
import { type UnsafeComment, unsafeComment } from "./unsafe-comment.ts";

const soundness = "there is no such DMA on other targets; this twin lets code for the chip build there.";

export interface Twin {
  readonly name: string;
  /** `<const BASE: usize>`, and the same where the type is used; empty for a type without a parameter. */
  readonly parameter: Code<"rust">;
  readonly argument: Code<"rust">;
  /** What the fence's own target is called. */
  readonly target: string;
}

export type TwinView = {
  /** The attribute under which it is there. */
  readonly twinCfg: Lines;
  /** The call of the crate's macro, or else what the template writes out. */
  readonly twinCall: Lines;
  readonly twinBody: readonly { readonly soundness: Lines; readonly panic: Lines }[];
};

export function twinOf(twin: Twin, twinCfg: Lines, settings: Settings, opening: UnsafeComment): TwinView {
  if (hasOwnTrait(settings)) return { twinCfg, twinCall: macroCall(twin), twinBody: [] };
  const panic = statement(rust`unimplemented!`, formatLiteral`${twin.name} needs a bare-metal ${twin.target} target`);
  return { twinCfg, twinCall: [], twinBody: [{ soundness: unsafeComment(soundness, opening, width), panic }] };
}

function macroCall({ name, parameter, argument, target }: Twin): Lines {
  const fence = rust`${identifier(name)}${argument}`;
  const generic = parameter.length > 0 ? [rust`const BASE`] : [];
  return call(rust`crate::dma_fence::elsewhere!(`, [...generic, fence, stringLiteral(target)], rust`);`, "macro");
}
