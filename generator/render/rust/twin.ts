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

/** @param cfg the attribute under which it is there */
export function twinOf(twin: Twin, cfg: Lines, settings: Settings, opening: UnsafeComment): Lines {
  return [...cfg, ...(hasOwnTrait(settings) ? byMacro(twin) : writtenOut(twin, opening))];
}

function byMacro({ name, parameter, argument, target }: Twin): Lines {
  const fence = rust`${identifier(name)}${argument}`;
  const generic = parameter.length > 0 ? [rust`const BASE`] : [];
  return call(rust`crate::dma_fence::elsewhere!(`, [...generic, fence, stringLiteral(target)], rust`);`, "macro");
}

function writtenOut({ name, parameter, argument, target }: Twin, opening: UnsafeComment): Lines {
  const body = statement(rust`unimplemented!`, formatLiteral`${name} needs a bare-metal ${target} target`);
  const method = (called: Code<"rust">) => [
    rust`    fn ${called}<T>(self, _buf: *mut [T]) {`,
    ...body.map((line) => rust`        ${line}`),
    rust`    }`,
  ];
  return [
    ...unsafeComment(soundness, opening, width),
    rust`unsafe impl${parameter} DmaFence for ${identifier(name)}${argument} {`,
    ...method(rust`release`),
    rust``,
    ...method(rust`acquire`),
    rust`}`,
  ];
}

/** What the crate has for {@link byMacro}. */
export const crateTwins: Lines = [
  rust`/// A fence on targets that are not its own, so that code for the chip builds there: it panics, or`,
  rust`/// with the feature \`host\` does nothing.`,
  rust`// Files that are taken singly may have no twin, and no feature.`,
  rust`#[allow(unused_macros)]`,
  rust`macro_rules! elsewhere {`,
  rust`    ($(const $base:ident,)? $fence:ty, $target:literal) => {`,
  rust`        // SAFETY: there is no such DMA on other targets.`,
  rust`        unsafe impl$(<const $base: usize>)? DmaFence for $fence {`,
  rust`            #[track_caller]`,
  rust`            fn release<T>(self, _buf: *mut [T]) {`,
  rust`                $crate::dma_fence::not_here(stringify!($fence), $target);`,
  rust`            }`,
  rust``,
  rust`            #[track_caller]`,
  rust`            fn acquire<T>(self, _buf: *mut [T]) {`,
  rust`                $crate::dma_fence::not_here(stringify!($fence), $target);`,
  rust`            }`,
  rust`        }`,
  rust`    };`,
  rust`}`,
  rust`#[allow(unused_imports)]`,
  rust`pub(crate) use elsewhere;`,
  rust``,
  rust`#[allow(dead_code, unexpected_cfgs)]`,
  rust`// Inline, so that it is no code where no twin calls it.`,
  rust`#[inline]`,
  rust`#[track_caller]`,
  rust`pub(crate) fn not_here(fence: &str, target: &str) {`,
  rust`    if cfg!(not(feature = "host")) {`,
  rust`        panic!("{fence} needs a bare-metal {target} target");`,
  rust`    }`,
  rust`}`,
];
