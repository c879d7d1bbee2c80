// The files with which a project begins, beside its descriptions and its first test.
import { projectFileName } from "../notation/names.ts";

/** @param schema path of a schema relative to the folder of the project */
export function settingsText(schema: string, shipped: readonly string[]): string {
  return [
    `# yaml-language-server: $schema=${schema}`,
    ...(shipped.length > 0
      ? ["# Chips that come with fencegen and belong to this project, beside those in chips/."]
      : []),
    ...(shipped.length > 0 ? [`shipped: [${shipped.join(", ")}]`] : []),
    "# The header of each generated file; left out, that which Tock's licence checker asks for.",
    '# licence: ["SPDX-License-Identifier: MIT"]',
    "",
  ].join("\n");
}

/** What tells VS Code's YAML extension by which schema a file goes. @param schemas path of their folder relative to that of the project */
export function editorSettings(schemas: string): string {
  const patterns = {
    chip: "chips/*.yaml",
    core: "chips/cores/*.yaml",
    mechanism: "chips/mechanisms/*.yaml",
    architecture: "chips/architectures/*.yaml",
    sources: "chips/sources.yaml",
    project: projectFileName,
  };
  const entries = Object.entries(patterns).map(([kind, files]) => [`${schemas}/${kind}.schema.json`, files] as const);
  return `${JSON.stringify({ "yaml.schemas": Object.fromEntries(entries) }, null, 2)}\n`;
}

/** A workflow for GitHub Actions. @param test the command that runs the test of a driver; undefined where there is none */
export function workflowText(test: string | undefined): string {
  return [
    "# Fails where out/ is not what the descriptions say, or a fence is not proven.",
    "name: fencegen",
    "on: [push, pull_request]",
    "",
    "permissions:",
    "  contents: read",
    "",
    "jobs:",
    "  fencegen:",
    "    runs-on: ubuntu-latest",
    "    steps:",
    "      - uses: actions/checkout@v4",
    "      - uses: actions/setup-node@v4",
    "        with:",
    "          node-version: 22",
    "      - run: npm ci",
    "      - run: npx fencegen check --format github",
    "      - run: npx fencegen verify --format github",
    ...(test === undefined ? [] : [`      - run: ${test}`]),
    "",
  ].join("\n");
}
