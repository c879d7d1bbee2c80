// The task that chips/README.md shows for VS Code: what its problem matchers find in the output of the commands.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../generator/diagnostics/diagnostic.ts";
import { formatDiagnostic, type Paint } from "../../generator/diagnostics/format.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

type Group = "file" | "line" | "column" | "severity" | "code" | "message";

interface Matcher {
  readonly owner: string;
  readonly pattern: { readonly kind?: "file"; readonly regexp: string } & Readonly<Partial<Record<Group, number>>>;
}

interface Task {
  readonly command: string;
  readonly options: { readonly env: Readonly<Record<string, string>> };
  readonly problemMatcher: readonly Matcher[];
}

const blocks = [...readFileSync(join(root, "chips/README.md"), "utf8").matchAll(/```json\n([\s\S]*?)```/g)];
const shown = blocks.map(([, text]) => JSON.parse(text!) as { readonly tasks?: readonly Task[] });
const [task] = shown.flatMap(({ tasks }) => tasks ?? []) as [Task];

/** What VS Code makes of a line: one problem for each matcher that fits, of a pattern with `kind: file` without a place. */
function foundIn(output: string): Record<Group, string | undefined>[] {
  return output.split("\n").flatMap((line) =>
    task.problemMatcher.flatMap(({ pattern }) => {
      const match = new RegExp(pattern.regexp).exec(line);
      const group = (name: Group) => (pattern[name] === undefined ? undefined : match![pattern[name]]);
      if (!match) return [];
      if (pattern.kind !== "file" && group("line") === undefined) return [];
      const names = ["file", "line", "column", "severity", "code", "message"] as const;
      return [Object.fromEntries(names.map((name) => [name, group(name)])) as Record<Group, string | undefined>];
    }),
  );
}

function expected({ path, range, severity, code, message }: Diagnostic): Record<Group, string | undefined> {
  const at = range?.start;
  return { file: path, line: at && String(at.line), column: at && String(at.column), severity, code, message };
}

const fixtures = ["rule-too-many", "rule-unknown-memory", "schema-unknown-key", "yaml-syntax", "rule-source-to-do"];

/** A project with what the fixtures have, something that is no file, and a chip for which no fence follows. */
function project(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips/pipe.yaml"), { recursive: true });
  for (const name of fixtures)
    cpSync(join(root, `test/fixtures/invalid/${name}.yaml`), join(cwd, `chips/${name}.yaml`));
  const refused = testChip({ dma: "\n  DMA: { reaches: [RAM], snoops: unknown }" });
  writeFileSync(join(cwd, "chips/test-chip.yaml"), refused);
  return cwd;
}

const wide = Number(task.options.env["COLUMNS"]);

describe.each([
  ["validate", task.command.replace(/^npx fencegen /, "").split(" ")],
  ["plan", ["plan", "test-chip"]],
])("of %s", (name, args) => {
  it.each([[undefined], [wide], [80], [20]])(
    "in a terminal of %s columns every problem is found, and nothing else",
    async (columns) => {
      const cwd = project();
      const { stdout } = await inProcess([...args, "--json"], cwd);
      const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
      if (name === "validate") expect(diagnostics.filter(({ range }) => !range)).not.toEqual([]);
      expect(diagnostics.length).toBeGreaterThan(0);
      const { stderr } = await inProcess(args, cwd, testHost(), root, columns);
      const found = foundIn(stderr);
      const wanted = diagnostics.map(expected);
      const place = ({ message: _, ...rest }: Record<Group, string | undefined>) => rest;
      expect(found.map(place)).toEqual(wanted.map(place));
      // A narrow terminal shows the rest of a message in the next lines.
      found.forEach(({ message }, at) => {
        if (columns === undefined || columns === wide) expect(message).toBe(wanted[at]!.message);
        else expect(wanted[at]!.message!.startsWith(message!)).toBe(true);
      });
    },
  );
});

describe("paths", () => {
  const problem: Diagnostic = {
    ...{ code: "rule/unknown-memory", severity: "error", message: "no memory is called `a:1:2 error x`" },
    ...{ why: "So.", mend: "Do.", path: "", excerpt: "  reads: [b:3:4 error yaml/syntax: c]" },
  };
  const range = { start: { line: 12, column: 5 }, end: { line: 12, column: 9 } };

  it.each([
    ["chips/board.yaml"],
    ["chips\\board.yaml"],
    ["C:\\Users\\Some Body\\work\\chips\\board.yaml"],
    ["\\\\server\\share\\chips\\board.yaml"],
    ["/home/some body/a folder with a name that is longer than most terminals are wide/chips/board.yaml"],
    ["../chips/board.yaml"],
    ["<stdin>"],
  ])("%s", (path) => {
    for (const columns of [undefined, wide, 80])
      for (const each of [
        { ...problem, path, range },
        { ...problem, path },
      ]) {
        const [found, ...more] = foundIn(formatDiagnostic(each, undefined, columns));
        expect({ ...found, message: "" }).toEqual({ ...expected(each), message: "" });
        expect(each.message.startsWith(found!.message!)).toBe(true);
        expect(more).toEqual([]);
      }
  });

  it("in colours are found as well, as VS Code takes these away", () => {
    const paint: Paint = (_, text) => `\u001b[31m${text}\u001b[0m`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the introducer of a colour
    const plain = formatDiagnostic({ ...problem, path: "a.yaml", range }, paint, 80).replace(/\u001b\[\d+m/g, "");
    expect(foundIn(plain)).toMatchObject([{ file: "a.yaml", line: "12", column: "5" }]);
  });
});
