// The syntax tree of a TypeScript file without its comments and the contents of its strings.
import ts from "typescript";

export interface Syntax {
  /** Kinds of nodes in the order of the text, names and numbers with theirs. */
  readonly nodes: readonly string[];
  readonly names: readonly string[];
}

/** @throws where the text is no TypeScript */
export function syntaxOf(source: string): Syntax {
  const file = ts.createSourceFile("fence.ts", source, ts.ScriptTarget.ES2023, true);
  const { parseDiagnostics, pragmas, commentDirectives } = file as unknown as {
    readonly parseDiagnostics: readonly ts.Diagnostic[];
    readonly pragmas: ReadonlyMap<string, unknown>;
    readonly commentDirectives?: readonly unknown[];
  };
  if (parseDiagnostics.length > 0)
    throw new Error(parseDiagnostics.map(({ messageText }) => JSON.stringify(messageText)).join("; "));
  // What a comment tells the compiler.
  if (pragmas.size > 0 || commentDirectives?.length) throw new Error("a comment is an instruction to the compiler");
  const nodes: string[] = [];
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.getJSDocTags(node).length > 0) throw new Error("a comment has a tag");
    if (ts.isPropertyAssignment(node)) {
      nodes.push("property");
      visit(node.initializer);
      return;
    }
    nodes.push(ts.SyntaxKind[node.kind]);
    if (ts.isIdentifier(node)) names.push(node.text);
    else if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) nodes.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { nodes, names };
}
