// What the library exports: each thing with a sentence, units and errors said, nothing of the inside shown, nothing that nobody can use;
// and all of it in the reference of the guide. And what the emitted classes hand to machines: no text that these would have to parse.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ConstructorDeclaration,
  type FunctionDeclaration,
  type GetAccessorDeclaration,
  type MethodDeclaration,
  type MethodSignature,
  Node,
  Project,
  type SourceFile,
  SyntaxKind,
  type Type,
  ts,
} from "ts-morph";
import { describe, expect, it } from "vitest";
import { root } from "./support/command.ts";

const project = new Project({ tsConfigFilePath: join(root, "tsconfig.json"), skipAddingFilesFromTsConfig: true });
const index = project.addSourceFileAtPath(join(root, "generator/index.ts"));
const entries = ["runtime/index", "driver-tests", "vitest", "fast-check"].map((name) =>
  project.addSourceFileAtPath(join(root, `generator/${name}.ts`)),
);
project.addSourceFilesAtPaths([join(root, "generator/**/*.ts"), join(root, "out/typescript/*.ts")]);

describe("the library", () => {
  const exported = [...index.getExportedDeclarations()].map(([name, [declaration]]) => [name, declaration!] as const);

  it("exports something", () => {
    expect(exported.length).toBeGreaterThan(40);
  });

  it.each(exported)("%s has a sentence", (_, declaration) => {
    expect(sentenceOf(declaration)).toMatch(/^[A-Z`][\s\S]{15,}[.:]/);
  });

  it.each(exported.filter(([, declaration]) => isType(declaration)))(
    "members of %s have names with units or a sentence",
    (_, declaration) => {
      const members =
        Node.isInterfaceDeclaration(declaration) || Node.isClassDeclaration(declaration)
          ? declaration
              .getMembers()
              .filter((each) => Node.isPropertySignature(each) || Node.isPropertyDeclaration(each))
          : [];
      for (const member of members) {
        const { name } = member.getStructure() as { name: string };
        if (name.startsWith("#") || /Bytes$|Bits$/.test(name)) continue;
        if (/address$/i.test(name)) expect(member.getType().getText(), name).toMatch(/bigint|number|Address/);
        // What is handed out is not for writing.
        expect(
          member.getCombinedModifierFlags() & ts.ModifierFlags.Readonly,
          `${declaration.getText().slice(0, 60)} ${name}`,
        ).not.toBe(0);
      }
    },
  );

  it("shows nothing that it does not export", () => {
    const names = new Set(exported.map(([name]) => name));
    // A chip's description as the stages of fencegen see it is one value to others.
    const opaque = join(root, "generator/model/chip.ts");
    const hidden = exported.flatMap(([name, declaration]) =>
      namedTypes(declaration)
        .filter(
          (type) => !names.has(type.name) && type.file !== opaque && type.file.startsWith(join(root, "generator")),
        )
        .map((type) => `${name} shows ${type.name}`),
    );
    expect(hidden).toEqual([]);
  });

  it("exports no type that nothing else mentions", () => {
    const mentioned = new Set(
      exported.flatMap(([name, each]) => namedTypes(each).map((type) => (type.name === name ? "" : type.name))),
    );
    // These stand for what a user writes: a driver's variable, a machine, a loop over classes.
    const entries = ["DmaFence", "FenceMachine32", "DmaFenceClass", "RegisterValues", "ReplayRequest"];
    const alone = exported.flatMap(([name, declaration]) =>
      isType(declaration) && !Node.isClassDeclaration(declaration) && !mentioned.has(name) && !entries.includes(name)
        ? [name]
        : [],
    );
    expect(alone).toEqual([]);
  });
});

describe("the reference", () => {
  const exported = entries.flatMap((entry) =>
    [...entry.getExportedDeclarations()].map(([name, declarations]) => ({ name, declarations })),
  );
  const callables = exported.flatMap(({ name, declarations }) =>
    declarations.flatMap((declaration) => callablesOf(name, declaration)),
  );

  it("has a sentence for every export of every entry, and every method", () => {
    expect(exported.length).toBeGreaterThan(120);
    expect(
      exported.flatMap(({ name, declarations }) => (/^[A-Z`]/.test(sentenceOf(declarations[0]!)) ? [] : [name])),
    ).toEqual([]);
    expect(
      callables.flatMap(({ name, node }) =>
        Node.isConstructorDeclaration(node) || /[A-Z`][\s\S]{5,}[.:]/.test(docOf(node) || docOf(node.getParent()!))
          ? []
          : [name],
      ),
    ).toEqual([]);
  });

  it("has a unit, in its name or in words, for every number", () => {
    expect(callables.length).toBeGreaterThan(100);
    expect(callables.flatMap(({ name, node }) => withoutUnits(node).map((each) => `${name}: ${each}`))).toEqual([]);
    expect(
      exported.flatMap(({ name, declarations }) =>
        declarations.flatMap((each) => numbersWithoutWords(each).map((member) => `${name}: ${member}`)),
      ),
    ).toEqual([]);
  });

  it("says what each function throws", () => {
    expect(callables.flatMap(({ name, node }) => (saysWhatItThrows(node) ? [] : [name]))).toEqual([]);
    const tags = exported.flatMap(({ name, declarations }) =>
      declarations.flatMap((each) =>
        [...docOf(each).matchAll(/@throws(?! \{\w+\} \w)[^\n]*/g)].map(([tag]) => `${name}: ${tag}`),
      ),
    );
    expect(tags).toEqual([]);
  });

  it("would notice what is not said", () => {
    const planted = project.createSourceFile(
      join(root, "generator/planted.ts"),
      `/** Waits. */ export function wait(time: number): void { if (time < 0) throw new RangeError("time"); }
/** A wait. */ export interface Wait { readonly time: number }`,
    );
    const [wait] = planted.getFunctions();
    expect(withoutUnits(wait!)).toEqual(["time"]);
    expect(saysWhatItThrows(wait!)).toBe(false);
    expect(numbersWithoutWords(planted.getInterfaceOrThrow("Wait"))).toEqual(["time"]);
    project.removeSourceFile(planted);
  });

  it("has examples that compile", () => {
    const examples = [...new Set(project.getSourceFiles(join(root, "generator/**/*.ts")).flatMap(examplesIn))];
    expect(examples.length).toBeGreaterThan(4);
    for (const [index, text] of examples.entries()) {
      // Shipped classes are those that are emitted here.
      const source = text
        .replace(/"fencegen\/chips\/([\w-]+)"/g, '"../out/typescript/$1.ts"')
        .replaceAll('"fencegen/simulator"', '"./driver-tests.ts"')
        .replaceAll('"fencegen/fast-check"', '"./fast-check.ts"');
      const file = project.createSourceFile(join(root, `generator/example-${index}.ts`), `${source}\nexport {};\n`);
      const problems = file
        .getPreEmitDiagnostics()
        .map((each) => ts.flattenDiagnosticMessageText(each.compilerObject.messageText as string, "\n"));
      expect(problems, text).toEqual([]);
      project.removeSourceFile(file);
    }
  });

  describe("in the guide", () => {
    const { guide } = JSON.parse(readFileSync(join(root, "dist/site-texts.json"), "utf8")) as {
      guide: { readonly name: string; readonly content: string }[];
    };
    const page = (name: string) => guide.find((each) => each.name === name)!.content;
    const pages = ["api-runtime", "api-simulator", "api-vitest", "api-fast-check"].map(page);

    it("has each export at an address of its own, once, and lists it", () => {
      const headings = pages.map((text) =>
        [...text.matchAll(/<h3 id="[^"]+"><code>(.*?)<\/code>/g)].map(([, name]) => name!),
      );
      entries.forEach((entry, at) => {
        const names = [...entry.getExportedDeclarations().keys()];
        const matchers =
          entry.getBaseName() === "vitest.ts" ? ["toHaveHandedOver", "toHaveTakenBack", "toHaveVerdict"] : [];
        expect(headings[at]!.toSorted()).toEqual([...names, ...matchers].sort());
        for (const name of names) expect(page("api")).toContain(`<code>${name}</code></a>`);
      });
    });

    it("shows what is said of an export, of its parameters and of its errors", () => {
      expect(page("api-runtime")).toMatch(
        /<h3 id="linestart">[\s\S]*?function lineStart\(address: bigint, lineBytes: number\): bigint;[\s\S]*?Start of the line that holds an address\.[\s\S]*?Throws <code>RangeError<\/code> for lines/,
      );
      expect(page("api-simulator").match(/function <a[^>]*>|function forSeeds/g)).toHaveLength(4);
      expect(pages.join("")).not.toMatch(/@internal|#private|@param|@throws|@example/);
    });

    it("names each shipped class", () => {
      for (const name of readdirSync(join(root, "out/typescript"))) {
        const classes = [...readFileSync(join(root, "out/typescript", name), "utf8").matchAll(/^export class (\w+)/gm)];
        for (const [, each] of classes) expect(page("api-chips")).toContain(`<code>${each}</code>`);
      }
    });
  });
});

describe("the emitted classes", () => {
  const files = project
    .getSourceFiles(join(root, "out/typescript/*.ts"))
    .filter((file) => file.getBaseName() !== "index.ts");

  it("are there, and type-check", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(
      files.flatMap((file) =>
        file
          .getPreEmitDiagnostics()
          .map((each) => ts.flattenDiagnosticMessageText(each.compilerObject.messageText as string, "\n")),
      ),
    ).toEqual([]);
  });

  it("hand out no text that a machine would have to parse", () => {
    expect(files.flatMap(texts)).toEqual([]);
  });

  it("would be caught if they did", () => {
    const file = project.createSourceFile(
      join(root, "out/typescript/planted.ts"),
      'import type { FenceMachine } from "fencegen/runtime";\nexport const f = (m: FenceMachine) => m.maintain("dc civac", 0n);\n',
    );
    expect(texts(file)).toEqual(['planted.ts: "dc civac" without a meaning']);
    project.removeSourceFile(file);
  });
});

/** Literals that are of no closed union, and neither a name nor beside what they mean. */
function texts(file: SourceFile): string[] {
  return file.getDescendantsOfKind(SyntaxKind.StringLiteral).flatMap((literal) => {
    const parent = literal.getParent();
    // A type hands nothing out; its names are those of masters.
    if (Node.isImportDeclaration(parent) || Node.isLiteralTypeNode(parent)) return [];
    if (isClosed(literal.getContextualType())) return [];
    const owner = literal.getFirstAncestorByKind(SyntaxKind.PropertyAssignment)?.getName();
    // Names of a chip's memories, masters, caches and controllers, to be compared.
    if (owner && ["chip", "levels", "mechanism", "reaches", "reads", "writes", "mayReach", "mayRead"].includes(owner))
      return [];
    if (Node.isPropertyAssignment(parent) && parent.getNameNode() === literal) return [];
    if (
      literal
        .getFirstAncestorByKind(SyntaxKind.AsExpression)
        ?.getParent()
        ?.getText()
        .startsWith("static readonly masters")
    )
      return [];
    if (owner === "instruction")
      return /"barrier"[\s\S]*earlier:[\s\S]*completes:/.test(
        literal.getFirstAncestorByKindOrThrow(SyntaxKind.ObjectLiteralExpression).getText(),
      )
        ? []
        : [`${file.getBaseName()}: ${literal.getText()} beside nothing`];
    const call = literal.getFirstAncestorByKind(SyntaxKind.CallExpression);
    const [, , ...meanings] = call?.getArguments() ?? [];
    if (/\.(?:maintain|readSystemRegister)$/.test(call?.getExpression().getText() ?? "") && isMeant(call, meanings))
      return [];
    if (/^refuse/.test(call?.getExpression().getText() ?? "")) return [];
    return [`${file.getBaseName()}: ${literal.getText()} without a meaning`];
  });
}

/** Whether what a call means stands in it, or in a later one of the same sequence, of which it is the beginning. */
function isMeant(call: Node | undefined, meanings: readonly Node[]): boolean {
  if (meanings.length > 0) return true;
  const later = call?.getFirstAncestorByKind(SyntaxKind.ExpressionStatement)?.getNextSiblings() ?? [];
  return later.some((next) => /\b(?:over\(|[A-Z][A-Z0-9_]{3,}\b)/.test(next.getText()));
}

function isClosed(type: Type | undefined): boolean {
  return (
    type !== undefined &&
    (type.isStringLiteral() ||
      (type.isUnion() && type.getUnionTypes().every((each) => each.isStringLiteral() || each.isUndefined())))
  );
}

function isType(declaration: Node): boolean {
  return (
    Node.isInterfaceDeclaration(declaration) ||
    Node.isTypeAliasDeclaration(declaration) ||
    Node.isClassDeclaration(declaration)
  );
}

function sentenceOf(declaration: Node): string {
  const documented = Node.isVariableDeclaration(declaration) ? declaration.getVariableStatementOrThrow() : declaration;
  return Node.isJSDocable(documented)
    ? documented
        .getJsDocs()
        .map((doc) => doc.getDescription().trim())
        .join("\n")
    : "";
}

/** What a declaration's signatures name; of a class without what is private. */
function namedTypes(declaration: Node): { readonly name: string; readonly file: string }[] {
  const isInside = (node: Node): boolean =>
    node.getAncestors().some((each) => Node.isBlock(each)) ||
    node.getAncestors().some((each) => Node.isPropertyDeclaration(each) && each.getName().startsWith("#")) ||
    node.getAncestors().some((each) => Node.isMethodDeclaration(each) && each.getName().startsWith("#"));
  return declaration.getDescendantsOfKind(SyntaxKind.TypeReference).flatMap((reference) => {
    if (isInside(reference)) return [];
    const symbol = reference.getTypeName().getSymbol();
    const found = (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations()[0];
    if (!found || Node.isTypeParameterDeclaration(found)) return [];
    return [{ name: reference.getTypeName().getText(), file: found.getSourceFile().getFilePath() as string }];
  });
}

type Callable =
  | FunctionDeclaration
  | MethodDeclaration
  | MethodSignature
  | ConstructorDeclaration
  | GetAccessorDeclaration;

/** What can be called of an export; of a class, what is not private. */
function callablesOf(name: string, declaration: Node): { readonly name: string; readonly node: Callable }[] {
  if (Node.isFunctionDeclaration(declaration))
    return [declaration, ...declaration.getOverloads()].map((node) => ({ name, node }));
  if (!Node.isClassDeclaration(declaration) && !Node.isInterfaceDeclaration(declaration)) return [];
  return [
    ...declaration.getMembers(),
    ...(Node.isClassDeclaration(declaration) ? declaration.getConstructors() : []),
  ].flatMap((node): { readonly name: string; readonly node: Callable }[] => {
    if (Node.isConstructorDeclaration(node)) return [{ name: `new ${name}`, node }];
    if (!Node.isMethodDeclaration(node) && !Node.isMethodSignature(node) && !Node.isGetAccessorDeclaration(node))
      return [];
    return node.getName().startsWith("#") ? [] : [{ name: `${name}.${node.getName()}`, node }];
  });
}

function docOf(node: Node): string {
  // Of a function with overloads, what is said stands at the first.
  const documented = Node.isFunctionDeclaration(node) ? [node, ...node.getOverloads()] : [node];
  return documented
    .flatMap((each) => (Node.isJSDocable(each) ? each.getJsDocs() : []))
    .map((doc) => doc.getText().replace(/^\s*\* ?/gm, ""))
    .join("\n");
}

const unitInName = /(?:[bB]ytes|Bits|[cC]ount|Lines|[aA]ddress)$/;
const unitInWords =
  /\b(?:bytes?|bits?|words?|address|how (?:many|often|large)|number|index|indexes|seed|lines?|calls|turns|events?)\b/i;

function isNumber(type: string): boolean {
  // Those of a type's arguments are the type's.
  return /\b(?:number|bigint)\b/.test(type.replace(/\b(?!ArrayLike|ReadonlySet|Readonly|Record)\w+<[^<>]*>/g, ""));
}

/** Parameters that are numbers of nobody knows what. */
function withoutUnits(node: Callable): string[] {
  const names = node.getParameters().map((each) => each.getName());
  return node.getParameters().flatMap((parameter) => {
    const name = parameter.getName();
    const type = parameter.getTypeNode()?.getText() ?? parameter.getType().getText();
    if (!isNumber(type) || unitInName.test(name)) return [];
    // As wide as the register.
    if (/^_?(?:value|mask)$/.test(name) && names.some((each) => /^_?widthBits$/.test(each))) return [];
    const own = new RegExp(`@param ${name}\\b[^@]*`).exec(docOf(node))?.[0];
    return unitInWords.test(own ?? docOf(node).replace(/@param[^@]*/g, "")) ? [] : [name];
  });
}

/** Members that are numbers, and have neither a unit in their name nor a sentence. */
function numbersWithoutWords(declaration: Node): string[] {
  if (!Node.isInterfaceDeclaration(declaration) && !Node.isClassDeclaration(declaration)) return [];
  return declaration.getMembers().flatMap((member) => {
    if (!Node.isPropertySignature(member) && !Node.isPropertyDeclaration(member)) return [];
    const name = member.getName();
    const type = member.getTypeNode()?.getText() ?? member.getType().getText();
    return name.startsWith("#") || !isNumber(type) || unitInName.test(name) || docOf(member) !== "" ? [] : [name];
  });
}

/** By its own tag, or by a sentence on all methods of its class. What a function throws itself, or by one that says so or stands beside it. */
function saysWhatItThrows(node: Callable): boolean {
  const parent = node.getParent();
  const isSaid =
    /@throws/.test(docOf(node)) || /Methods\s+throw\s+an?\s+`/.test(docOf(parent)) || /throws an? `/.test(docOf(node));
  return isSaid || !throws(node, new Set());
}

function throws(node: Node, seen: Set<Node>): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  const own = <Kind extends SyntaxKind>(kind: Kind) =>
    node.getDescendantsOfKind(kind).filter((each) => each.getFirstAncestor(isFunction) === node);
  if (own(SyntaxKind.ThrowStatement).length > 0) return true;
  return own(SyntaxKind.CallExpression).some((call) => {
    const symbol = call.getExpression().getSymbol();
    const [called] = (symbol?.getAliasedSymbol() ?? symbol)?.getDeclarations() ?? [];
    if (!called?.getSourceFile().getFilePath().startsWith(join(root, "generator/"))) return false;
    return /@throws/.test(docOf(called)) || (called.getSourceFile() === node.getSourceFile() && throws(called, seen));
  });
}

function isFunction(node: Node): boolean {
  return Node.isFunctionLikeDeclaration(node) || Node.isArrowFunction(node) || Node.isFunctionExpression(node);
}

function examplesIn(file: SourceFile): string[] {
  return file
    .getDescendantsOfKind(SyntaxKind.JSDocTag)
    .flatMap((tag) => (tag.getTagName() === "example" ? [tag.getCommentText() ?? ""] : []));
}
