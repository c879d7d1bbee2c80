// The tables of chips in Markdown files: between two marks, in the files that `.fencegen.yaml` names.
import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { isWithin } from "../disk/paths.ts";
import { reportAt } from "../load/source-file.ts";
import { conflictsIn } from "../notation/conflicts.ts";
import { type ChipRow, onBoards } from "../project/chip-row.ts";
import type { KnownChip } from "../project/known-chip.ts";
import { percent } from "../provenance/coverage.ts";
import { type Code, join } from "../render/code.ts";
import { codeSpan, link, markdown, markdownText, tableRow } from "../render/markdown.ts";
import { Below, obstacleText } from "../write/below.ts";
import { codeOf, realDisk } from "../write/disk.ts";
import { type Change, readText } from "../write/output-set.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { projectSettings, shownPath } from "./run-pipeline.ts";
import { counted } from "./table.ts";

type Text = Code<"markdown">;

const block = /^<!-- fencegen:chips( in full)? -->\n[\s\S]*?^<!-- \/fencegen:chips -->$/gm;

interface TableFile {
  /** As the settings spell it. */
  readonly name: string;
  readonly path: string;
}

/** The files with tables, absolute. */
export function tableFiles(diagnostics: Diagnostics, environment: Environment): string[] {
  return filesWithTables(diagnostics, environment).map(({ path }) => path);
}

/** A file outside of the project is reported where the settings name it, and left out. */
function filesWithTables(diagnostics: Diagnostics, environment: Environment): TableFile[] {
  const project = projectSettings(environment, diagnostics);
  if (!project) return [];
  return (project.settings.tables ?? []).flatMap((name, index): TableFile[] => {
    const path = resolve(environment.workingFolder, name);
    const problem = whyOutside(name, path, environment);
    if (!problem) return [{ name, path }];
    reportAt(diagnostics, project.file, "output/outside", ["tables", index], `\`${name}\` ${problem}`);
    return [];
  });
}

/** Why a file is none of the project's, as it is spelled or where links lead. */
function whyOutside(name: string, path: string, { workingFolder, host }: Environment): string | undefined {
  if (isAbsolute(name)) return "is not relative to the folder of the project";
  if (!isBelow(workingFolder, path)) return "leads out of the folder of the project";
  const { realPath } = host.disk ?? realDisk;
  try {
    return isBelow(realPath(workingFolder), realPath(path)) ? undefined : "leads out of the project by a link";
  } catch (error) {
    if (codeOf(error) === "") throw error;
    return `cannot be followed (${codeOf(error)})`;
  }
}

function isBelow(folder: string, path: string): boolean {
  return path !== folder && isWithin(folder, path);
}

/**
 * What would change in the files with tables. A file without the marks is reported.
 * @param shipped ids of chips that come with fencegen, to whose descriptions no link in the project leads
 */
export function tableChanges(
  chips: readonly KnownChip[],
  shipped: readonly string[],
  diagnostics: Diagnostics,
  options: CommandOptions,
  environment: Environment,
): Change[] {
  return filesWithTables(diagnostics, environment).flatMap(({ path }): Change[] => {
    const disk = environment.host.disk ?? realDisk;
    const problem = (
      code: "output/conflict" | "output/link" | "output/not-a-file" | "output/no-table",
      message: string,
      line?: number,
    ) => {
      const start = line === undefined ? undefined : { line, column: 1 };
      diagnostics.report(code, { message, path: shownPath(path, environment), range: start && { start, end: start } });
      return [];
    };
    const obstacle = new Below(dirname(path), disk).obstacleAt(basename(path));
    if (obstacle)
      return problem(obstacle.kind === "link" ? "output/link" : "output/not-a-file", obstacleText(obstacle));
    const before = readText(path, disk);
    if (before === undefined) return problem("output/no-table", "is not there");
    if (before.search(block) === -1)
      return problem("output/no-table", "has no lines `<!-- fencegen:chips -->` and `<!-- /fencegen:chips -->`");
    const line = conflictAcross(before);
    if (line !== undefined)
      return problem("output/conflict", "what git could not merge here is in part text and in part a table", line);
    const depth = relative(environment.workingFolder, path).split(/[\\/]/).length - 1;
    const toChips = `${"../".repeat(depth)}${options.chips}/`;
    const isShipped = (id: string) => shipped.includes(id);
    const after = before.replace(block, (_, inFull: string | undefined) =>
      join(
        [
          inFull ? markdown`<!-- fencegen:chips in full -->` : markdown`<!-- fencegen:chips -->`,
          markdown``,
          ...(inFull ? fullTable(chips, toChips, isShipped) : shortTable(chips, toChips, isShipped)),
          markdown``,
          markdown`<!-- /fencegen:chips -->`,
        ],
        markdown`\n`,
      ),
    );
    return before === after ? [] : [{ kind: "update", path, before, after }];
  });
}

/** The line of a conflict that lies on both sides of where a table begins or ends. */
function conflictAcross(text: string): number | undefined {
  const edges = [...text.matchAll(/^<!-- \/?fencegen:chips(?: in full)? -->$/gm)].map(({ index }) => index);
  const across = conflictsIn(text).find(({ start, end }) => edges.some((edge) => start < edge && edge < end));
  return across && text.slice(0, across.start).split("\n").length;
}

function shortTable(chips: readonly KnownChip[], toChips: string, isShipped: (id: string) => boolean): Text[] {
  const rows = chips.map(({ row }) => {
    const { id, title, vendor, cores, lineBytes } = row;
    return [
      isShipped(id) ? markdownText(title) : link(title, `${toChips}${id}.yaml`),
      markdownText(vendor),
      texts(cores),
      fenceText(row),
      lineBytes === null ? markdown`` : markdown`${lineBytes}`,
    ];
  });
  const head = [markdown`Chip`, markdown`Vendor`, markdown`Cores`, markdown`Fence`, markdown`Line, bytes`];
  return [summary(chips), markdown``, ...table(head, rows)];
}

function fullTable(chips: readonly KnownChip[], toChips: string, isShipped: (id: string) => boolean): Text[] {
  const folder = toChips.replace(/^(\.\.\/)+chips\/$/, "");
  const rows = chips.map(({ row, coverage }) => {
    return [
      isShipped(row.id) ? markdownText(row.id) : link(row.id, `${folder}${row.id}.yaml`),
      texts(row.cores),
      fenceText(row),
      join(row.fences.map(codeSpan), markdown`, `),
      markdown`${row.dmaMasters.length}`,
      texts(row.tockCrates),
      markdown`${percent(coverage)} %`,
    ];
  });
  const head = [
    ...[markdown`Chip`, markdown`Cores`, markdown`Fence`, markdown`Types`, markdown`DMA masters`],
    ...[markdown`Tock's chips/`, markdown`Facts sourced`],
  ];
  const refusals = chips.flatMap(({ id, row }) =>
    row.refused.map(
      ({ core, code, because }) =>
        markdown`- **${markdownText(id)}**, ${markdownText(core)} (${codeSpan(code)}): ${markdownText(because)}`,
    ),
  );
  return [
    summary(chips),
    markdown``,
    ...table(head, rows),
    ...(refusals.length > 0
      ? [markdown``, markdown`Refused, because no fence can be sound:`, markdown``, ...refusals]
      : []),
  ];
}

function summary(chips: readonly KnownChip[]): Text {
  const withFences = chips.filter(({ fences }) => fences.length > 0);
  const fences = chips.reduce((sum, chip) => sum + chip.fences.length, 0);
  const refused = chips.reduce((sum, { row }) => sum + row.refused.length, 0);
  const assembled = chips.reduce((sum, { row }) => sum + row.onlyAssembled.length, 0);
  // Where no compiler for the target is at hand, nobody has compiled the Rust.
  const compiled = assembled > 0 ? `, of which ${assembled} are only assembled and not compiled` : "";
  return markdownText(
    `${counted(withFences.length, "chip")} with ${counted(fences, "fence")}${compiled}${refused > 0 ? `; ${refused} refused` : ""}.`,
  );
}

function fenceText({ mechanisms, refused, onlyAssembled, boards }: ChipRow): Text {
  const notes = [...(onlyAssembled.length > 0 ? ["only assembled"] : []), ...onBoards(boards)];
  const noted = notes.length > 0 ? markdown` (${texts(notes)})` : markdown``;
  if (mechanisms.length > 0) return markdown`${texts(mechanisms)}${noted}`;
  return refused.length > 0 ? markdown`refused` : markdown`barriers only${noted}`;
}

function texts(names: readonly string[]): Text {
  return join(names.map(markdownText), markdown`, `);
}

function table(head: readonly Text[], rows: readonly (readonly Text[])[]): Text[] {
  return [tableRow(head), tableRow(head.map(() => markdown`---`)), ...rows.map(tableRow)];
}
