// What commands say of fences and outputs, by stable codes: findings beside the problems of the input that `codes.ts` lists. Reports
// name them, and `fencegen explain` knows them.

export interface VerdictEntry {
  /** notice: nothing to mend. */
  readonly severity: "error" | "warning" | "notice";
  readonly why: string;
  readonly mend: string;
}

const table = {
  "check/stale": {
    severity: "error",
    why: "An output is not what the descriptions say: whoever builds with it builds other fences than those that were reviewed.",
    mend: "Run `fencegen generate` and commit what it writes.",
  },
  "verify/unsound": {
    severity: "error",
    why: "Some execution that the model allows goes wrong with the fence: data would be lost on the chip.",
    mend: "Look at the execution that `fencegen verify` prints, then at the facts on which its steps rest. Until then `generate` refuses the fence.",
  },
  "verify/undecided": {
    severity: "error",
    why: "Not every execution of the fence could be searched, and so it is not proven.",
    mend: "Describe fewer cache levels or line sizes where the chip has fewer; `fencegen verify --help` has the limits.",
  },
  "verify/unreachable": {
    severity: "error",
    why: "No execution completes a transfer, or none goes wrong without the fence: whatever was proven of it says nothing.",
    mend: "Look at what masters reach, and at what the caches hold: the description leaves no transfer that needs the fence.",
  },
  "verify/not-necessary": {
    severity: "warning",
    why: "The fence has a step or an obligation that no execution needs: it costs time, or a fact that needs it is missing.",
    mend: "Look at the facts from which it follows; with `--strict` it is an error.",
  },
  "diff/unsound": {
    severity: "error",
    why: "Some execution that the model allows goes wrong with the fence that follows from the facts as they are now.",
    mend: "Do not merge. Look at the execution, then at the fact that changed.",
  },
  "diff/undecided": {
    severity: "error",
    why: "Not every execution of the fence could be searched, and so it is not proven.",
    mend: "Do not merge before `fencegen verify` decides it.",
  },
  "diff/refused": {
    severity: "error",
    why: "No fence is emitted any more: drivers that use it do not build.",
    mend: "See what `fencegen plan` says of the chip, and mend the facts that it names.",
  },
  "diff/weaker-but-proven": {
    severity: "warning",
    why: "The fence does less than before, or for fewer masters, and is proven for the facts as they are now: it is right if they are.",
    mend: "Open the sources of the facts that changed.",
  },
  "diff/removed": {
    severity: "warning",
    why: "The fence is gone: drivers that use it do not build.",
    mend: "Make sure that no driver uses it.",
  },
  "diff/new": {
    severity: "notice",
    why: "The fence is new, and proven.",
    mend: "Open the sources of the facts on which it rests.",
  },
  "diff/stronger": {
    severity: "notice",
    why: "The fence does more than before, and is proven.",
    mend: "See whether what it costs is worth it.",
  },
  "diff/equivalent": {
    severity: "notice",
    why: "The fence has other words or names, and is the same to the verifier.",
    mend: "Nothing.",
  },
} satisfies Readonly<Record<string, VerdictEntry>>;

export type VerdictCode = keyof typeof table;

export const verdictCodes: Readonly<Record<VerdictCode, VerdictEntry>> = table;
