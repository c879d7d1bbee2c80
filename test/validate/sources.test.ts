// sources.yaml: what every description may cite, of fencegen and of a project.
import { expect, it } from "vitest";
import { loadWith, shippedText } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

const own = "chips/own/sources.yaml";
const chip = "chips/test-chip.yaml";

function problemsWith(texts: Readonly<Record<string, string>>): string[] {
  return loadWith(texts)
    .diagnostics.sorted()
    .map(({ path, code, message }) => `${path}: ${code}: ${message}`);
}

const citing = (citation: string) => testChip({ more: `evidence: { memories: ${citation} }` });

it("may be cited by every description, from a project's own list as well", () => {
  expect(problemsWith({ [chip]: citing("mine 1"), [own]: "sources: { mine: { document: Mine } }" })).toEqual([]);
  expect(problemsWith({ [chip]: citing("mine 1") })).toEqual([
    `${chip}: rule/unknown-source: \`mine\` is declared neither under \`sources\` nor in sources.yaml`,
  ]);
});

it("may say the same twice, and not two things", () => {
  expect(problemsWith({ [own]: "sources: { linux: { repository: torvalds/linux } }" })).toEqual([]);
  expect(problemsWith({ [own]: "sources: { linux: { repository: my/linux } }" })).toEqual([
    expect.stringMatching(/: rule\/duplicate-name: `linux` is another source in chips\//),
  ]);
});

it("is a description like others: its mistakes are shown at their places", () => {
  expect(problemsWith({ [own]: "sources: { mine: { dokument: X } }" })).toEqual([
    `${own}: schema/missing-key: \`mine\` has neither \`document\` nor \`repository\``,
    `${own}: schema/unknown-key: \`dokument\` is no key of \`mine\``,
  ]);
  expect(problemsWith({ [own]: "sources: { mine: { repository: a/b, revision: c } }" })).toEqual([
    `${own}: rule/misplaced-revision: \`mine\` is a repository`,
  ]);
});

it("what comes with fencegen is looked at again where its list is another", () => {
  const path = "chips/sources.yaml";
  const without = shippedText(path).replace(/^ {2}arm-m7-ug:\n( {4}.*\n)+/m, "");
  expect(problemsWith({ [path]: without })).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^chips\/cores\/cortex-m7\.yaml: rule\/unknown-source: `arm-m7-ug`/),
    ]),
  );
});

it("a chip in the language before this one is told how to move over", () => {
  const old = testChip().replace("memories:", "regions:").replace("masters:", "dma:");
  const { diagnostics } = loadWith({ [chip]: old });
  const mends = diagnostics.sorted().flatMap(({ code, mend }) => (code === "schema/unknown-key" ? [mend] : []));
  expect(mends).toHaveLength(2);
  for (const mend of mends) expect(mend).toContain("npm run migrate");
});

it("is called sources.yaml, because no other file is looked into for what a chip cites", () => {
  const elsewhere = "chips/own/documents.yaml";
  expect(problemsWith({ [chip]: citing("mine 1"), [elsewhere]: "sources: { mine: { document: Mine } }" })).toEqual([
    `${elsewhere}: rule/id-differs-from-file: sources that several descriptions cite are read from sources.yaml, and this is documents.yaml`,
  ]);
});
