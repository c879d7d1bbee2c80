// What is particular about a few Rust targets. The others are known to any rustc.

/** How the emitted Rust of a target is checked, where it is not simply compiled. */
export interface TargetNote {
  readonly checkedBy: "compiling for a described target" | "compiling only" | "assembling only";
  readonly note: string;
}

const notes: readonly (readonly [RegExp, TargetNote])[] = [
  [
    /^i[34]86-unknown-none$/,
    {
      checkedBy: "compiling for a described target",
      note: "rustc does not know this target; it is described in generator/toolchain/targets",
    },
  ],
  [
    /^armeb/,
    {
      checkedBy: "compiling only",
      note: "QEMU has no Arm board that starts big-endian, so the code is compiled and not executed; the same instructions are executed for the little-endian target",
    },
  ],
  [
    /^xtensa/,
    {
      checkedBy: "assembling only",
      note: "rustc's own LLVM has no usable Xtensa backend, so the instructions are only assembled, by llvm-mc",
    },
  ],
];

/** @returns undefined where the target is compiled like any other */
export function targetNote(target: string): TargetNote | undefined {
  return notes.find(([pattern]) => pattern.test(target))?.[1];
}
