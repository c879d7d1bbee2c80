/** How emitted files are compiled: as a library for a kernel that aborts where it panics, and without a warning. */
export const crateOptions: readonly string[] = [
  ...["--crate-type", "lib", "-D", "warnings", "--check-cfg", 'cfg(feature, values("host"))', "-C", "panic=abort"],
];
