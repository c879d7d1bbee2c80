// The tables of chips in Markdown files: between two marks, in the files that `.fencegen.yaml` names.
import { resolve } from "node:path";
import type { Loaded } from "../pipeline.ts";
import { percent } from "../provenance/coverage.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { type Change, readText } from "../write/output-set.ts";
import { chipRow, rowCoverage } from "./chip-row.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { projectSettings, shownPath } from "./run-pipeline.ts";
import { counted } from "./table.ts";

const block = /^<!-- fencegen:chips( in full)? -->\n[\s\S]*?^<!-- \/fencegen:chips -->$/gm;

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
    const before = readText(path);
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
      [
        `<!-- fencegen:chips${inFull ?? ""} -->`,
        "",
        ...(inFull ? fullTable(planned, toChips) : shortTable(planned, toChips)),
        "",
        "<!-- /fencegen:chips -->",
      ].join("\n"),
    );
    return before === after ? [] : [{ kind: "update", path, before, after }];
  });
}

function shortTable(planned: readonly PlannedChip[], toChips: string): string[] {
  const rows = planned.map((chip) => {
    const { id, title, vendor, cores, mechanisms, lineBytes, refused } = chipRow(chip);
    const how = mechanisms.join(", ") || (refused.length > 0 ? "refused" : "barriers only");
    return [
      `[${title}](${toChips}${id}.yaml)`,
      vendor,
      cores.join(", "),
      how,
      lineBytes === null ? "" : String(lineBytes),
    ];
  });
  return [summary(planned), "", ...markdown(["Chip", "Vendor", "Cores", "Fence", "Line, bytes"], rows)];
}

function fullTable(planned: readonly PlannedChip[], toChips: string): string[] {
  const link = toChips.replace(/^(\.\.\/)+chips\/$/, "");
  const rows = planned.map((chip) => {
    const row = chipRow(chip);
    return [
      `[${row.id}](${link}${row.id}.yaml)`,
      row.cores.join(", "),
      row.mechanisms.join(", ") || (row.refused.length > 0 ? "refused" : "barriers only"),
      row.fences.map((name) => `\`${name}\``).join(", "),
      String(row.dmaMasters.length),
      row.tockCrates.join(", "),
      `${percent(rowCoverage(chip))} %`,
    ];
  });
  const refusals = planned.flatMap((chip) =>
    chipRow(chip).refused.map(({ core, code, because }) => `- **${chip.chip.id}**, ${core} (\`${code}\`): ${because}`),
  );
  return [
    summary(planned),
    "",
    ...markdown(["Chip", "Cores", "Fence", "Types", "DMA masters", "Tock's chips/", "Facts sourced"], rows),
    ...(refusals.length > 0 ? ["", "Refused, because no fence can be sound:", "", ...refusals] : []),
  ];
}

function summary(planned: readonly PlannedChip[]): string {
  const withFences = planned.filter(({ fences }) => fences.length > 0);
  const fences = planned.reduce((sum, chip) => sum + chip.fences.length, 0);
  const refused = planned.reduce((sum, chip) => sum + chip.refused.length, 0);
  return `${counted(withFences.length, "chip")} with ${counted(fences, "fence")}${refused > 0 ? `; ${refused} refused` : ""}.`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
