// What the library exports: each thing with a sentence, nothing of the inside shown, nothing that nobody can use. And what the
// emitted classes hand to machines: no text that these would have to parse.
import { join } from "node:path";
import { Node, Project, type SourceFile, SyntaxKind, type Type, ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { root } from "./support/command.ts";

const project = new Project({ tsConfigFilePath: join(root, "tsconfig.json"), skipAddingFilesFromTsConfig: true });
const index = project.addSourceFileAtPath(join(root, "generator/index.ts"));
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
