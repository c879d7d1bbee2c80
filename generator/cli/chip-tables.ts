// The tables of chips in Markdown files: between two marks, in the files that `.fencegen.yaml` names.
import { resolve } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import type { Loaded } from "../pipeline.ts";
import { percent } from "../provenance/coverage.ts";
import { type Code, join } from "../render/code.ts";
import { codeSpan, link, markdown, markdownText, tableRow } from "../render/markdown.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { realDisk } from "../write/disk.ts";
import { type Change, readText } from "../write/output-set.ts";
import { chipRow, rowCoverage } from "./chip-row.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { projectSettings, shownPath } from "./run-pipeline.ts";
import { counted } from "./table.ts";

type Text = Code<"markdown">;

const block = /^<!-- fencegen:chips( in full)? -->\n[\s\S]*?^<!-- \/fencegen:chips -->$/gm;

/** The files with tables, absolute. */
export function tableFiles(diagnostics: Diagnostics, environment: Environment): string[] {
  const files = projectSettings(environment, diagnostics)?.tables ?? [];
  return files.map((file) => resolve(environment.workingFolder, file));
}

/** What would change in the files with tables. A file without the marks is reported. */
export function tableChanges(
  planned: readonly PlannedChip[],
  { diagnostics }: Loaded,
  options: CommandOptions,
  environment: Environment,
): Change[] {
  const files = projectSettings(environment, diagnostics)?.tables ?? [];
  return files.flatMap((file): Change[] => {
    const path = resolve(environment.workingFolder, file);
    if ((environment.host.disk ?? realDisk).kindOf(path) === "link") {
      diagnostics.report("output/link", { message: "is a link", path: shownPath(path, environment) });
      return [];
    }
    const before = readText(path, environment.host.disk);
    if (before === undefined || before.search(block) === -1) {
      diagnostics.report("output/no-table", {
        message: "has no lines `<!-- fencegen:chips -->` and `<!-- /fencegen:chips -->`",
        path: shownPath(path, environment),
      });
      return [];
    }
    const depth = file.split("/").length - 1;
    const toChips = `${"../".repeat(depth)}${options.chips}/`;
    const after = before.replace(block, (_, inFull: string | undefined) =>
      join(
        [
          inFull ? markdown`<!-- fencegen:chips in full -->` : markdown`<!-- fencegen:chips -->`,
          markdown``,
          ...(inFull ? fullTable(planned, toChips) : shortTable(planned, toChips)),
          markdown``,
          markdown`<!-- /fencegen:chips -->`,
        ],
        markdown`\n`,
      ),
    );
    return before === after ? [] : [{ kind: "update", path, before, after }];
  });
}

function shortTable(planned: readonly PlannedChip[], toChips: string): Text[] {
  const rows = planned.map((chip) => {
    const { id, title, vendor, cores, mechanisms, lineBytes, refused } = chipRow(chip);
    return [
      link(title, `${toChips}${id}.yaml`),
      markdownText(vendor),
      texts(cores),
      fenceText(mechanisms, refused.length > 0),
      lineBytes === null ? markdown`` : markdown`${lineBytes}`,
    ];
  });
  const head = [markdown`Chip`, markdown`Vendor`, markdown`Cores`, markdown`Fence`, markdown`Line, bytes`];
  return [summary(planned), markdown``, ...table(head, rows)];
}

function fullTable(planned: readonly PlannedChip[], toChips: string): Text[] {
  const folder = toChips.replace(/^(\.\.\/)+chips\/$/, "");
  const rows = planned.map((chip) => {
    const row = chipRow(chip);
    return [
      link(row.id, `${folder}${row.id}.yaml`),
      texts(row.cores),
      fenceText(row.mechanisms, row.refused.length > 0),
      join(row.fences.map(codeSpan), markdown`, `),
      markdown`${row.dmaMasters.length}`,
      texts(row.tockCrates),
      markdown`${percent(rowCoverage(chip))} %`,
    ];
  });
  const head = [
    ...[markdown`Chip`, markdown`Cores`, markdown`Fence`, markdown`Types`, markdown`DMA masters`],
    ...[markdown`Tock's chips/`, markdown`Facts sourced`],
  ];
  const refusals = planned.flatMap((chip) =>
    chipRow(chip).refused.map(
      ({ core, code, because }) =>
        markdown`- **${markdownText(chip.chip.id)}**, ${markdownText(core)} (${codeSpan(code)}): ${markdownText(because)}`,
    ),
  );
  return [
    summary(planned),
    markdown``,
    ...table(head, rows),
    ...(refusals.length > 0
      ? [markdown``, markdown`Refused, because no fence can be sound:`, markdown``, ...refusals]
      : []),
  ];
}

function summary(planned: readonly PlannedChip[]): Text {
  const withFences = planned.filter(({ fences }) => fences.length > 0);
  const fences = planned.reduce((sum, chip) => sum + chip.fences.length, 0);
  const refused = planned.reduce((sum, chip) => sum + chip.refused.length, 0);
  return markdownText(
    `${counted(withFences.length, "chip")} with ${counted(fences, "fence")}${refused > 0 ? `; ${refused} refused` : ""}.`,
  );
}

function fenceText(mechanisms: readonly string[], isRefused: boolean): Text {
  if (mechanisms.length > 0) return texts(mechanisms);
  return isRefused ? markdown`refused` : markdown`barriers only`;
}

function texts(names: readonly string[]): Text {
  return join(names.map(markdownText), markdown`, `);
}

function table(head: readonly Text[], rows: readonly (readonly Text[])[]): Text[] {
  return [tableRow(head), tableRow(head.map(() => markdown`---`)), ...rows.map(tableRow)];
}
