// The reference of the library: what each entry of the package exports, read from the declarations that the build wrote for it, so that a page
// shows what an editor shows. Only the syntax is looked at: declarations have every type in words.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** Entries with a page each: its name in the guide, and its declarations in `dist/types`. */
const entries = [
  { name: "api-runtime", from: "fencegen/runtime", file: "runtime/index.d.ts" },
  { name: "api-simulator", from: "fencegen/simulator", file: "driver-tests.d.ts" },
  { name: "api-vitest", from: "fencegen/vitest", file: "vitest.d.ts" },
  { name: "api-fast-check", from: "fencegen/fast-check", file: "fast-check.d.ts" },
];
/** In this order on a page. */
const groups = ["Functions", "Matchers", "Classes", "Errors", "Types", "Values"];
/** Longer ones are broken, so that a page shows them without scrolling. */
const mostColumns = 88;
const printer = ts.createPrinter({ removeComments: true });

/**
 * @param dist the folder with `types` and `chips`
 * @returns `pageOf(from)`, what an entry exports, as Markdown that goes below what a person wrote of it; `listOf(from)`, the names alone;
 * `classOf(name)`, the class of a chip; `hrefOf(name)`, where in the guide an export stands
 */
export function readApi(dist) {
  const files = new Map();
  const read = (path) => {
    if (!files.has(path))
      files.set(path, ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
    return files.get(path);
  };
  const found = entries.map(({ name, from, file }) => {
    const path = join(dist, "types", file);
    const exported = [...exportsOf(path, read)].map(([as, nodes]) => ({ as, nodes, group: groupOf(as, nodes[0]) }));
    const all = [...exported, ...additionsOf(read(path))].sort((one, other) => (one.as < other.as ? -1 : 1));
    // As they follow each other on the page.
    return { name, from, exported: groups.flatMap((each) => all.filter(({ group }) => group === each)) };
  });
  const places = new Map(found.flatMap(({ name, exported }) => placesOn(name, exported)));
  const classes = classesOf(join(dist, "chips"), read);
  return {
    pageOf: (from) => pageOf(found.find((each) => each.from === from).exported),
    listOf: (from) => listOf(found.find((each) => each.from === from)?.exported ?? classes),
    classOf: (as) => entryOf(classes.find((each) => each.as === as)),
    hrefOf: (as) => places.get(as),
  };
}

/** Where each export stands; of two that differ by their case alone, the later one's place is counted, as `slug` of the guide does. */
function placesOn(page, exported) {
  const counts = new Map();
  return exported.map(({ as }) => {
    const base = as.toLowerCase();
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return [as, `${page}.html#${count === 0 ? base : `${base}-${count}`}`];
  });
}

/** What a module exports, by name; of a name that is exported from elsewhere, its declarations there. Overloads are several. */
function exportsOf(path, read) {
  const file = read(path);
  const result = new Map();
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
      const to = join(dirname(path), statement.moduleSpecifier.text.replace(/\.js$/, ".d.ts"));
      const all = exportsOf(to, read);
      if (statement.exportClause)
        for (const { name, propertyName } of statement.exportClause.elements)
          result.set(name.text, all.get((propertyName ?? name).text));
      else for (const [name, nodes] of all) result.set(name, nodes);
    } else if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
      for (const name of namesOf(statement)) result.set(name, [...(result.get(name) ?? []), statement]);
  }
  return result;
}

function namesOf(statement) {
  return ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.text)
    : [statement.name.text];
}

/** Members that a module adds to an interface of another package. */
function additionsOf(file) {
  return file.statements
    .filter((statement) => ts.isModuleDeclaration(statement))
    .flatMap(({ body }) => body.statements.flatMap(({ members }) => [...members]))
    .map((node) => ({ as: node.name.text, nodes: [node], group: "Matchers" }));
}

/** The classes of shipped chips, each with the entry that exports it. */
function classesOf(folder, read) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".d.ts"))
    .sort()
    .flatMap((name) =>
      [...exportsOf(join(folder, name), read)].map(([as, nodes]) => ({
        as,
        nodes,
        entry: name.slice(0, -".d.ts".length),
      })),
    );
}

function groupOf(name, node) {
  if (ts.isFunctionDeclaration(node)) return "Functions";
  if (ts.isClassDeclaration(node)) return name.endsWith("Error") ? "Errors" : "Classes";
  return ts.isVariableStatement(node) ? "Values" : "Types";
}

function listOf(exported) {
  if (exported.every(({ entry }) => entry !== undefined)) {
    const namesIn = (entry) => exported.filter((each) => each.entry === entry).map(({ as }) => `\`${as}\``);
    const rows = [...new Set(exported.map(({ entry }) => entry))].map(
      (entry) => `| \`${entry}\` | ${namesIn(entry).join(", ")} |`,
    );
    return ["| Behind fencegen/chips/ | Classes |", "| --- | --- |", ...rows].join("\n");
  }
  return groups
    .flatMap((group) => {
      const names = exported.filter((each) => each.group === group).map(({ as }) => `\`${as}\``);
      return names.length > 0 ? [`- ${group}: ${names.join(", ")}`] : [];
    })
    .join("\n");
}

function pageOf(exported) {
  return groups
    .flatMap((group) => {
      const some = exported.filter((each) => each.group === group);
      return some.length > 0 ? [`## ${group}`, ...some.map(entryOf)] : [];
    })
    .join("\n\n");
}

function entryOf({ as, nodes }) {
  const declared = nodes.map((node) => declarationOf(node, as)).join("\n");
  const parts = [`### \`${as}\``, listing(declared), ...nodes.flatMap(wordsOf)];
  const members = nodes
    .flatMap((node) => [...(node.members ?? [])])
    .filter((member) => isShown(member) && ts.getJSDocCommentsAndTags(member).length > 0);
  const said = members.map((member) => {
    const words = wordsOf(member);
    const [first = "", ...more] = (words[0]?.startsWith("- ") ? ["", ...words] : words).map((text) =>
      text.replaceAll("\n", "\n  "),
    );
    return [`- \`${headOf(member)}\`: ${first}`.trimEnd(), ...more.map((text) => `  ${text}`)].join("\n\n");
  });
  return [...parts, ...(said.length > 0 ? ["Its members:", said.join("\n")] : [])].join("\n\n");
}

/** What a docstring says, as paragraphs and lists. */
function wordsOf(node) {
  const docs = node.jsDoc ?? [];
  const tags = docs.flatMap((doc) => [...(doc.tags ?? [])]);
  const text = docs.map(({ comment }) => textOf(comment)).filter((words) => words !== "");
  const items = tags.flatMap((tag) => {
    const words = textOf(tag.comment);
    if (tag.kind === ts.SyntaxKind.JSDocParameterTag) return [`- \`${tag.name.getText()}\`: ${words}`];
    if (tag.kind === ts.SyntaxKind.JSDocReturnTag) return [`- Returns ${words}`];
    if (tag.kind === ts.SyntaxKind.JSDocThrowsTag)
      return [`- Throws \`${tag.typeExpression.type.getText()}\` ${words}`];
    return [];
  });
  const examples = tags
    .filter(({ tagName }) => tagName.text === "example")
    .map(({ comment }) => listing(textOf(comment)));
  return [...text, ...(items.length > 0 ? [items.join("\n")] : []), ...examples];
}

function textOf(comment) {
  return (ts.getTextOfJSDocComment(comment) ?? "").trim();
}

function listing(text) {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

/** How a member is named in a list: of a method, with its parameters' names. */
function headOf(member) {
  const name = ts.isConstructorDeclaration(member) ? "new" : (member.name?.getText() ?? "new");
  if (!member.parameters || ts.isAccessor(member)) return name;
  return `${name}(${member.parameters.map((each) => (each.dotDotDotToken ? `…${nameOf(each)}` : nameOf(each))).join(", ")})`;
}

/** A parameter that is taken apart at once has no name; what it is, its type says. */
function nameOf({ name }) {
  return ts.isIdentifier(name) ? name.text.replace(/^_/, "") : "options";
}

function isShown(member) {
  const isPrivate = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
  const isInternal = ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal");
  return !isPrivate && !isInternal && !(member.name && ts.isPrivateIdentifier(member.name));
}

/** As it is declared, without comments and without what is private. */
function declarationOf(node, as) {
  const file = node.getSourceFile();
  const print = (each) =>
    withoutRenaming(printer.printNode(ts.EmitHint.Unspecified, each, file).replace(/^(?: {4})+/gm, halved));
  if (ts.isVariableStatement(node)) return withoutExport(print(node));
  if (node.members === undefined || ts.isEnumDeclaration(node))
    return withoutExport(broken(node, print)).replace(node.name.text, as);
  const head = print(node)
    .split("\n")[0]
    .replace(/ \{.*$/, " {");
  const members = node.members.filter(isShown).map((member) => indented(broken(member, print)));
  return [withoutExport(head), ...members, "}"].join("\n");
}

function withoutExport(text) {
  // A parameter that an implementation does not use is one all the same.
  return text.replace(/^export (?:declare )?/, "").replace(/\b_(?=[a-z])/g, "");
}

/** What an implementation calls a property that it takes out of an object is its own affair. */
function withoutRenaming(text) {
  return text.replace(
    /\{ ((?:\w+(?:: \w+)?, )*\w+(?:: \w+)?) \}(?=\??:)/g,
    (_, names) => `{ ${names.replace(/: \w+/g, "")} }`,
  );
}

function halved(spaces) {
  return " ".repeat(spaces.length / 2);
}

function indented(text) {
  return text.replace(/^/gm, "  ");
}

/** A parameter a line, or a type of a union a line, where one line would be too long. */
function broken(node, print) {
  const text = print(node);
  if (Math.max(...text.split("\n").map((line) => line.length)) <= mostColumns) return text;
  if (node.parameters?.length > 0) {
    const all = node.parameters.map(print);
    const [before, after] = text.split(all.join(", "));
    return `${before}\n${all.map((each) => `${indented(each)},`).join("\n")}\n${after}`;
  }
  if (node.type && ts.isUnionTypeNode(node.type))
    return text
      .replace(print(node.type), `\n${node.type.types.map((each) => `  | ${print(each)}`).join("\n")}`)
      .replace(/ +$/gm, "");
  return text;
}
