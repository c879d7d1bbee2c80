// Each encoder by itself: what it makes is one comment, one string, one name or one cell, and says the same.
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { replaceUnseen, visible, visibleJson } from "../../generator/diagnostics/characters.ts";
import { codeSpan, link, markdownText, tableRow } from "../../generator/render/markdown.ts";
import { constantNames, uniqueNames } from "../../generator/render/names.ts";
import * as assembler from "../../generator/render/rust/assembler.ts";
import * as rust from "../../generator/render/rust/encode.ts";
import { operandNames } from "../../generator/render/rust/operands.ts";
import * as typescript from "../../generator/render/typescript/encode.ts";
import { fragments, hostileText } from "./hostile.ts";
import { stringValue, tokensOf } from "./rust/tokens.ts";

const anyText = fc.oneof(hostileText, fc.constantFrom(...fragments), fc.string({ unit: "binary" }));
const always = (check: (text: string) => void) => fc.assert(fc.property(anyText, check), { numRuns: 2000 });
const isSeen = (text: string) => replaceUnseen(text, () => "unseen") === text;
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, "\ufffd");

describe("a string of Rust", () => {
  it("has the text as its value, and no character that nobody sees", () => {
    always((text) => {
      const literal = rust.stringLiteral(text);
      expect(tokensOf(literal)).toEqual([{ kind: "string", text: wellFormed(text) }]);
      expect(stringValue(literal)).toBe(wellFormed(text));
      expect(isSeen(literal)).toBe(true);
    });
  });

  it.each([
    ["plain", '"plain"'],
    ['"\\', '"\\"\\\\"'],
    ["\n\r\t", '"\\n\\r\\t"'],
    ["\b\f\v\0", '"\\u{8}\\u{c}\\u{b}\\u{0}"'],
    ["\u2028\ud800", '"\\u{2028}\\u{fffd}"'],
    ["\u{e0041}", '"\\u{e0041}"'],
    ["Würth", '"Würth"'],
  ])("%j is %s", (text, literal) => {
    expect(rust.stringLiteral(text)).toBe(literal);
  });

  it("of a formatting macro formats to the text", () => {
    always((text) => {
      const [token, ...others] = tokensOf(rust.formatLiteral`${text}: {name}`);
      expect(others).toEqual([]);
      const { text: format } = token!;
      expect(format.replace(/\{\{|\}\}|\{(\w+)\}/g, (whole, hole) => (hole ? "!" : whole[0]!))).toBe(
        `${wellFormed(text)}: !`,
      );
      const holes = [...format.matchAll(/\{\{|\}\}|\{(\w+)\}/g)].flatMap(([, hole]) => hole ?? []);
      expect(holes).toEqual(["name"]);
    });
  });
});

it("a string of TypeScript has the text as its value", () => {
  always((text) => {
    const literal = typescript.stringLiteral(text);
    const { statements } = ts.createSourceFile("a.ts", `(${literal})`, ts.ScriptTarget.ES2023);
    const [statement] = statements as unknown as [ts.ExpressionStatement];
    const { expression } = statement.expression as ts.ParenthesizedExpression;
    expect(ts.isStringLiteral(expression) && expression.text).toBe(text);
    expect(isSeen(literal)).toBe(true);
  });
});

it("JSON keeps its value", () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyText), (value) => {
      const json = visibleJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(json.split("\n").every(isSeen)).toBe(true);
    }),
  );
});

describe("a comment", () => {
  it("is one line for each line, in both languages", () => {
    always((text) => {
      for (const line of [
        rust.commentLine(text),
        ...rust.comment(text, 60),
        typescript.commentLine(text),
        ...typescript.comment(text, 60),
      ]) {
        expect(line).toMatch(/^\/\/ /);
        expect(isSeen(line)).toBe(true);
      }
    });
  });

  it("for documentation does not end, and has no tag", () => {
    always((text) => {
      const lines = [...typescript.doc(text, 60), ...typescript.docItem(text, 60)];
      const source = ["/**", ...lines, " */", "class A {}"].join("\n");
      const file = ts.createSourceFile("a.ts", source, ts.ScriptTarget.ES2023, true);
      expect(file.statements.map(({ kind }) => kind)).toEqual([ts.SyntaxKind.ClassDeclaration]);
      expect(ts.getJSDocTags(file.statements[0]!)).toEqual([]);
    });
  });

  it.each([
    ["```\nfn main() {}\n```", "\\`\\`\\` fn main() {} \\`\\`\\`"],
    ["[a](javascript:b)", "\\[a\\](javascript:b)"],
    ["a\\[b]", "a\\\\\\[b\\]"],
    ["<img src=x>", "\\<img src=x>"],
    ["executes `dsb sy` in `release`", "executes `dsb sy` in `release`"],
    ["# Safety", "# Safety"],
  ])("%j is %s in rustdoc", (text, markdown) => {
    expect(rust.docText(text)).toBe(markdown);
  });

  it.each(["# Safety", "> so", "- item", "1. item", "1) item", "~~~", "| a |", "=== ", "    # indented"])(
    "%j begins no block of Markdown",
    (text) => {
      expect(rust.doc(rust.docText(text), "///", 100)[0]).toMatch(/^\/\/\/ (?:\d*\\|[a-z])/);
    },
  );
});

describe("a name", () => {
  it("is one of the language, and the text itself where it can be", () => {
    always((text) => {
      expect(tokensOf(rust.identifier(text)).map(({ kind }) => kind)).toEqual(["name"]);
      const file = ts.createSourceFile("a.ts", `class ${typescript.identifier(text)} {}`, ts.ScriptTarget.ES2023);
      expect(file.statements.map(({ kind }) => kind)).toEqual([ts.SyntaxKind.ClassDeclaration]);
      expect((file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
    });
    for (const text of ["Stm32h743DmaFence", "CLEAN_PA", "_private"]) {
      expect(rust.identifier(text)).toBe(text);
      expect(typescript.identifier(text)).toBe(text);
    }
  });

  it.each(["fn", "Self", "gen", "crate"])("is not Rust's %s", (text) => {
    expect(rust.identifier(text)).toBe(`${text}_`);
  });

  it("of a property is no prototype", () => {
    expect(typescript.property("__proto__")).toBe('["__proto__"]');
    expect(typescript.property("AXI SRAM")).toBe('"AXI SRAM"');
    expect(typescript.property("DMA1")).toBe("DMA1");
  });

  it("stays apart from others", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("A", "A_2", "A_3", "B", "")), (names) => {
        const unique = uniqueNames(names, "_");
        expect(new Set(unique).size).toBe(names.length);
      }),
    );
  });
});

describe("registers", () => {
  const namesOf = (...names: string[]) => {
    const registers = names.map(
      (name, index) => ({ name, address: BigInt(index), widthBits: 32, bits: 32, sources: [] }) as const,
    );
    const constants = constantNames(registers);
    return { constants: [...constants.values()], operands: [...operandNames(registers, constants).values()] };
  };

  it("of one name have constants and operands of their own", () => {
    const { constants, operands } = namesOf("CTRL", "CTRL", "ctrl", "CTRL_2");
    expect(constants).toEqual(["CTRL", "CTRL_2", "CTRL_3", "CTRL_2_2"]);
    expect(new Set(operands).size).toBe(4);
  });

  it.each([
    ["STATUS", "status_register"],
    ["IN", "in_register"],
    ["VALUE_10", "value_10_register"],
    ["LAST_BYTE", "last_byte_register"],
    ["SIZE_BYTES_64", "size_bytes_64_register"],
    ["END", "end"],
  ])("%s leaves the block its own operands: %s", (name, operand) => {
    expect(namesOf(name).operands).toEqual([operand]);
  });

  it("whose operand was moved aside meets none that is there", () => {
    expect(new Set(namesOf("STATUS", "STATUS_REGISTER").operands).size).toBe(2);
  });
});

describe("an instruction", () => {
  const line = { address: assembler.operand(assembler.assembler`line`) };

  it.each([
    ["dc civac, {address}", "dc civac, {line}"],
    ["str {address:w}, [x0, #4]", "str {line:w}, [x0, #4]"],
    ["cbo.clean ({address})", "cbo.clean ({line})"],
    [".word 0x0000500f", ".word 0x0000500f"],
  ])("%s is %s", (text, code) => {
    expect(assembler.instruction(text, line)).toBe(code);
  });

  it.each([
    ...["dsb sy\nb evil", "dsb sy; b evil", "dsb sy\r b", "dsb sy // x", "dsb sy @ x", "dsb sy /* x */", 'mov "x"'],
    ...[
      ".section evil",
      ".word 1, 2",
      "2:",
      "label: nop",
      "",
      " ",
      "dsb\tsy",
      "dsb \u202esy",
      "fence rw, rw # x",
      "a\\b",
      "stm r0, {r1, r2}",
      "mov {x}, 1",
    ],
  ])("%j is refused by every assembler", (text) => {
    expect(assembler.instruction(text, line)).toMatch(/^\.error "not one instruction: [\w .,+<>()?-]*"$/);
  });

  it("is one line of a known form, whatever the text", () => {
    always((text) => {
      for (const code of [
        assembler.instruction(text),
        assembler.directive(text),
        assembler.access(text, {}, ["memw"]),
      ]) {
        expect(code).toMatch(/^(?:\.error "[^"\\{}]*"|[^";\\]*)$/);
        expect(isSeen(code)).toBe(true);
        expect(code.replace(/\{\{|\}\}/g, "")).not.toMatch(/[{}]/);
      }
    });
  });

  it("has a barrier before it only where it is an access", () => {
    const text = "memw; s32i {address}, a2, 0";
    expect(assembler.access(text, line, ["memw"])).toBe("memw; s32i {line}, a2, 0");
    expect(assembler.access(text, line, ["dsb"])).toContain(".error");
    expect(assembler.access("memw; nop; nop", line, ["memw"])).toContain(".error");
    expect(assembler.instruction(text, line)).toContain(".error");
  });

  it("is the extension's scope only as its directive", () => {
    const extension = assembler.word("zicbom");
    expect(assembler.directive(".option arch, +{extension}", { extension })).toBe(".option arch, +zicbom");
    expect(assembler.word('zicbom"\n.section x')).toBe("zicbom??.section?x");
    expect(assembler.directive(".section x")).toContain(".error");
  });
});

describe("a cell of a table", () => {
  it("is one cell in one line, whatever the text", () => {
    always((text) => {
      const row = tableRow([markdownText(text), codeSpan(text), link(text, `../${text}.yaml`)]);
      expect(isSeen(row)).toBe(true);
      expect(row.split(/(?<!\\)\|/).length).toBe(5);
      expect(row).not.toMatch(/\\\|/);
    });
  });

  it.each([
    ["a|b", "a&#124;b"],
    ["<b>", "\\<b\\>"],
    ["[x](y)", "\\[x\\](y)"],
    ["qemu_rv32_virt", "qemu_rv32_virt"],
    ["_x_", "\\_x\\_"],
    ["https://a", "https\\://a"],
    ["Ensemble E7 (AE722F80F55D5)", "Ensemble E7 (AE722F80F55D5)"],
  ])("%j is %s", (text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });

  it("links nowhere else", () => {
    expect(link("a", "chips/a).yaml")).toBe("[a](chips/a%29.yaml)");
    expect(link("a", "javascript:b")).toBe("[a](javascript%3Ab)");
  });
});

it("what nobody would see is shown, letters of any script stay", () => {
  expect(visible("a\u202eb\u0000\u{e0041}\ud800")).toBe("a<U+202E>b<U+0000><U+E0041><U+D800>");
  expect(visible("Würth 日本 e\u0301 😀")).toBe("Würth 日本 e\u0301 😀");
});
