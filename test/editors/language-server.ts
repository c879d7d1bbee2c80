// What an editor shows, asked of the language server that editors use for YAML.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CompletionItem, getLanguageService, TextDocument } from "yaml-language-server";

const service = getLanguageService({
  schemaRequestService: async (uri) => readFileSync(fileURLToPath(uri), "utf8"),
  workspaceContext: { resolveRelativePath: (path, from) => new URL(path, from).toString() },
  clientCapabilities: {},
});
service.configure({ completion: true, hover: true, validate: true });

type ServerDocument = Parameters<typeof service.doComplete>[0];

let opened = 0;

/** A description, of which the first line names its schema, in a project. @param text with `▮` where the cursor stands */
function open(text: string, schema: string): { readonly document: ServerDocument; readonly cursor: number } {
  const whole = `# yaml-language-server: $schema=${pathToFileURL(resolve(schema))}\n${text}`;
  opened += 1;
  // The server remembers what it has read of a path.
  const document = TextDocument.create(`file:///project/chips/${opened}.yaml`, "yaml", 1, whole.replace("▮", ""));
  // The package re-exports an older name for the type of documents that it takes.
  return { document: document as ServerDocument, cursor: whole.indexOf("▮") };
}

/** What is offered at the cursor: by the text that would be written, what is said of it. */
export async function offeredAt(text: string, schema: string): Promise<ReadonlyMap<string, string>> {
  const { document, cursor } = open(text, schema);
  const { items } = await service.doComplete(document, document.positionAt(cursor), false);
  return new Map(items.map((item) => [item.label, documentationOf(item)]));
}

function documentationOf({ documentation }: CompletionItem): string {
  return typeof documentation === "object" ? documentation.value : (documentation ?? "");
}

/** What is shown over the place of the cursor. */
export async function shownAt(text: string, schema: string): Promise<string> {
  const { document, cursor } = open(text, schema);
  const hover = await service.doHover(document, document.positionAt(cursor));
  return hover && typeof hover.contents === "object" && "value" in hover.contents ? hover.contents.value : "";
}

/** What the server itself says is wrong. */
export async function problemsOf(text: string, schema: string): Promise<readonly string[]> {
  const { document } = open(text, schema);
  return (await service.doValidation(document, false)).map(({ message }) =>
    typeof message === "string" ? message : message.value,
  );
}
