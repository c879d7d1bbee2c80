// Claims count only where somebody has read them. Tests are about what facts mean, not about who read them, so that the
// descriptions of test chips cite a manual wherever they do not say otherwise.
import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";

/** The description with a source for each entry whose facts count only with one; as it is where it is no YAML. */
export function sourced(text: string): string {
  const { contents, errors } = parseDocument(text);
  if (errors.length > 0 || !isMap(contents)) return text;
  const domain = "dmaShareability: test-manual 1";
  const evidence: unknown = contents.get("evidence");
  const isOfDomain = contents.has("dmaShareability") && !(isMap(evidence) && evidence.has("dmaShareability"));
  const uncited = [
    ...claimsWithoutSource(contents).map((map) => ({ map, added: "source: test-manual 1" })),
    ...(isOfDomain && isMap(evidence) ? [{ map: evidence, added: domain }] : []),
  ];
  if (uncited.length === 0 && !isOfDomain) return text;
  const manual = "test-manual: { document: Test manual }";
  const sources: unknown = contents.get("sources");
  const places = isMap(sources) ? [...uncited, { map: sources, added: manual }] : uncited;
  const cited = places
    .map(({ map, added }) => ({
      at: map.range![0],
      added: map.flow ? `{ ${added}, ` : `${added}\n${indentOf(text, map)}`,
      map,
    }))
    .sort((a, b) => b.at - a.at)
    .reduce(
      (all, { at, added, map }) => all.slice(0, at) + added + all.slice(map.flow ? at + 1 : at).replace(/^ +/, ""),
      text,
    );
  return [
    cited.replace(/\n*$/, "\n"),
    isOfDomain && !isMap(evidence) ? `evidence: { ${domain} }\n` : "",
    isMap(sources) ? "" : `sources: { ${manual} }\n`,
  ].join("");
}

function indentOf(text: string, { range }: YAMLMap): string {
  return " ".repeat(range![0] - (text.lastIndexOf("\n", range![0] - 1) + 1));
}

const lists = ["caches", "programOrder", "errata"];
const entries = ["ordering", "address", "replacementElsewhere"];

function claimsWithoutSource(node: unknown, key?: string, isItem = false): YAMLMap[] {
  if (isSeq(node)) return node.items.flatMap((item) => claimsWithoutSource(item, key, true));
  if (!isMap(node)) return [];
  const below = node.items.flatMap(({ key: own, value }) => claimsWithoutSource(value, String(own)));
  const isClaim = key !== undefined && (isItem ? lists : entries).includes(key);
  return isClaim && !node.has("source") && node.items.length > 0 ? [node, ...below] : below;
}
