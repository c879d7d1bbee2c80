// Facts that stand elsewhere now, or in another form that needs a source: they are taken out, and said.
import { isMap, type Pair, type YAMLMap } from "yaml";
import { behind, type Doc, type Edit, entriesOf, itemsOf, pairOf, withoutPair } from "./edits.ts";

interface Gone {
  readonly edits: readonly Edit[];
  readonly remarks: readonly string[];
}

/** Whether operations reach other cores: a word on a core or an operation once, and acted on by nothing. */
export function goneFacts(text: string, doc: Doc): Gone {
  const cores = [doc.contents, ...itemsOf(pairOf(doc.contents, "cores")?.value, doc).map(coreOf)];
  const mechanisms = [doc.contents, ...itemsOf(pairOf(doc.contents, "mechanisms")?.value, doc)];
  const operations = mechanisms.flatMap((mechanism) => entriesOf(pairOf(mechanism, "operations")?.value, doc));
  const found = [
    ...cores.flatMap((core) => inMap(core, "maintenanceBroadcast")),
    ...operations.flatMap(([, operation]) => inMap(operation, "seenByOtherCores")),
  ];
  const names = [...new Set(found.map(({ key }) => key))];
  return {
    edits: found.map(({ map, pair }) => withoutPair(text, map, pair)),
    remarks: names.map(
      (name) =>
        `\`${name}\` is taken out: whether operations reach the caches of other cores is \`otherCores\` under \`ordering\` of the mechanism, with a source`,
    ),
  };

  function coreOf(entry: unknown): unknown {
    return behind(pairOf(entry, "core")?.value, doc);
  }
}

function inMap(map: unknown, key: string): { readonly map: YAMLMap; readonly pair: Pair; readonly key: string }[] {
  const pair = pairOf(map, key);
  return pair && isMap(map) ? [{ map, pair, key }] : [];
}
