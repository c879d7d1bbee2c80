// What an instruction in a description may be: everything that ships, and nothing that hides something.
import { describe, expect, it } from "vitest";
import { problemOfInstruction } from "../../generator/validate/assembler.ts";
import { foreignInstructions } from "../../generator/validate/shipped-instructions.ts";
import { loadWith, shippedPaths, shippedText } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const problem = (text: string, placeholders: readonly string[] = ["address", "label"], hashIsNumber = true) =>
  problemOfInstruction({ pointer: [], text, placeholders }, hashIsNumber);

describe("an instruction is", () => {
  it.each([
    "dsb sy",
    "fence.tso",
    "th.dcache.civa {address}",
    "cbo.clean ({address})",
    "clflush [{address}]",
    "clflush byte ptr [{address}]",
    "mcr p15, 0, {address}, c7, c14, 1",
    "str {address:w}, [{address}, #-0x10]",
    "csrw 0x7cb, {address}",
    "addi {address}, {address}, -{address}",
    "blt $zero, {address}, {label}b",
    "mrs {address}, ctr_el0",
    "lw {address}, 4({address})",
    ".word 0x0000500f",
    ".inst 0xd50b7e20",
    ".insn 0x0000500f",
    ".insn 4, 0x0000500f",
  ])("%s", (text) => {
    expect(problem(text)).toBeUndefined();
  });

  it.each([
    "dsb sy; b evil",
    "dsb sy\nb evil",
    "dsb sy\\n",
    "2: dsb sy",
    "evil: dsb sy",
    "dsb sy // hidden",
    "dsb sy @ hidden",
    "dsb sy # hidden",
    "dsb sy /* hidden */",
    "dsb sy | nop",
    "dsb sy && nop",
    '.ascii "x"',
    ".section .text",
    ".word evil",
    ".word 1, 2",
    ".word 0x100000000",
    ".insn r 0x0b, 0, 1, x0, x1, x2; nop",
    ".pushsection .init_array",
    ".globl evil",
    ".set x, 1",
    ".macro m",
    ".rept 1000000",
    ".incbin /etc/passwd",
    ".option push",
    "#if 1",
    "",
    " dsb sy",
    "dsb sy ",
    "dsb  sy",
    "dsb\tsy",
    "dsb sy,",
    "dsb , sy",
    "clflush [{address}",
    "clflush {address}]",
    "cbo.clean (({address}))",
    "ldr x0, =evil",
    "ldr x0, evil+4",
    "mov x0, 'a'",
    'mov x0, "a"',
    "b 2b",
    "b {label}",
    "dc cvac, {address}b",
    "dc cvac, {addres}",
    "dc cvac, {}",
    "dc cvac, {0}",
    "dc cvac, {{address}}",
    "dc cvac, {address:ww}",
    "lock; nop",
    `nop${" x,".repeat(40)} x`,
    "dsb\u00a0sy",
    "dsb sy\u2028nop",
  ])("not %j", (text) => {
    expect(problem(text)).toMatch(/^(is|has) /);
  });

  it("one without a `#` where that begins a comment", () => {
    expect(problem("addi {address}, {address}, #4", ["address"], false)).toMatch(/comment/);
    expect(problem("addi {address}, {address}, 4", ["address"], false)).toBeUndefined();
  });
});

it("every shipped description has only such instructions", () => {
  // Otherwise they would count as looked at already.
  const changed = shippedPaths.map((path) => [path, `${shippedText(path)}# changed\n`] as const);
  const problems = loadWith(Object.fromEntries(changed)).diagnostics.sorted();
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
});

const architecture = (replace: string, by: string) => {
  const text = shippedText("chips/architectures/riscv.yaml");
  if (!text.includes(replace)) throw new Error(`no ${replace}`);
  return { "chips/architectures/riscv.yaml": text.replace(replace, by) };
};
const mechanism = (operations: string, more = "") => ({
  "chips/test-chip.yaml": testChip({ mechanisms: testMechanism({ operations: `\n      ${operations}`, more }) }),
});

it.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    "a loop",
    architecture("bltu {line}, {lastLine}, {label}b", "j evil; bltu {line}, {lastLine}, {label}b"),
    /`j evil; bltu/,
  ],
  [
    "a count in a loop that compares",
    architecture("bltu {line}, {lastLine}", "bltu {line}, {remaining}"),
    /only .* may stand here/,
  ],
  [
    "a last line in a loop that counts",
    architecture("lineAdvance:", "lineLoopBySize: [nop] #"),
    /only .* may stand here/,
  ],
  ["a store", architecture("sw {value}, {offset}({registers})", "sw {value}, {offset}({registers}) // x"), /`sw /],
  [
    "an immediate behind a comment",
    architecture("{line}, {line}, {lineBytes}", "{line}, {line}, #{lineBytes}"),
    /comment/,
  ],
  ["masking interrupts", architecture("csrs mstatus, {saved}", "csrs mstatus, {saved}\\n ecall"), /csrs/],
  ["the scope of an extension", architecture('".option pop"', '".option norvc"'), /open and close/],
  ["a barrier that selects", architecture("fence {earlier}, {later}", "fence {earlier}, rw"), /has not one `{later}`/],
  ["a letter that selects", architecture("device-read: i", 'device-read: "]"'), /no letter/],
  [
    "an operation",
    mechanism('clean: { effect: clean, sequence: [instruction: "dc cvac, {value}"] }'),
    /only \{address\} may stand here/,
  ],
  ["a call", mechanism('clean: { effect: clean, sequence: [call: "f; nop"] }'), /no name of a function/],
  [
    "a completion",
    mechanism(
      "clean: { effect: clean, sequence: [instruction: clean] }",
      '\n    completion: { sequence: [instruction: "sync; evil"] }',
    ),
    /`sync; evil`/,
  ],
  [
    "an extension",
    mechanism("clean: { effect: clean, sequence: [instruction: clean] }", '\n    requiresExtension: "x, +y"'),
    /no name of an extension/,
  ],
  [
    "a barrier of a mechanism",
    mechanism(
      "clean: { effect: clean, sequence: [instruction: clean] }",
      '\n    barriers: [{ instruction: "sync; evil", earlier: [], later: [] }]',
    ),
    /`sync; evil`/,
  ],
  [
    "an override",
    {
      "chips/test-chip.yaml": testChip({
        more: 'barrierOverrides: [{ fence: release, at: last, use: "dsb sy; evil", reason: None. }]',
      }),
    },
    /`dsb sy; evil`/,
  ],
])("%s is looked at", (_, texts, message) => {
  const [path] = Object.keys(texts);
  const problems = loadWith(texts)
    .diagnostics.sorted()
    .filter((each) => each.path === path && each.code === "rule/no-instruction");
  expect(problems.map((each) => each.message)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  for (const { range } of problems) expect(range!.start.line).toBeGreaterThan(1);
});

it("instructions that nobody shipped are told from those that are", () => {
  const chip = {
    mechanisms: [
      {
        operations: { clean: { sequence: [{ instruction: "mine {address}" }, { instruction: "dc cvac, {address}" }] } },
        barriers: [{ instruction: "mine" }, { instruction: "mine" }],
      },
    ],
  };
  expect(foreignInstructions(chip)).toEqual(["mine", "mine {address}"]);
  expect(foreignInstructions({ barrierOverrides: [{ use: "dsb sy" }, { use: "dsb mine" }, {}] })).toEqual(["dsb mine"]);
  expect(foreignInstructions(undefined)).toEqual([]);
});
