// What the output folder shall hold, for chips of a project. What each file holds is asked for only where another text is found.

import { hash } from "../disk/hash.ts";
import type { ListedChip } from "../render/printer.ts";
import {
  formerPaths,
  listRenderer,
  type RenderOptions,
  renderCommon,
  type SharedDescriptions,
} from "../render/render-outputs.ts";
import { partsIn, type WantedFile, type WantedList, type WantedOutputs, wantedLists } from "../write/output-set.ts";
import type { EntryStore } from "./entries.ts";
import type { ProjectChips } from "./project-chips.ts";
import { contentAt } from "./work-out.ts";

/**
 * @param ids of the chips that were asked for; none for all
 * @param store what earlier runs found
 */
export function wantedOutputs(
  project: ProjectChips,
  ids: readonly string[],
  render: RenderOptions,
  store: EntryStore | undefined,
): WantedOutputs {
  let described: SharedDescriptions | undefined;
  let lists: ReturnType<typeof listRenderer> | undefined;
  const shared = () => {
    described ??= project.sharedDescriptions();
    return described;
  };
  const others = ids.length === 0 ? [] : project.described.filter((id) => !ids.includes(id));
  return {
    chips: project.chips.map(({ id, files }) => ({
      id,
      files: files.map((file): WantedFile => ({ ...file, content: () => project.contentOf(id, file.path) })),
    })),
    others: others.map((id) => ({ id, formerPaths: formerPaths(id) })),
    shared(listed) {
      const key = hash(JSON.stringify([project.digestOfShared(), listed]));
      const kept = keptLists(store?.get(key));
      const files = (chips: readonly ListedChip[]) => renderCommon(chips, render, shared());
      if (kept) return kept.map((each) => ({ ...each, content: () => contentAt(each.path, files(listed)) }));
      const wanted = wantedLists(files(listed), files([]));
      store?.keep(key, { lists: wanted.map(({ content: _, ...list }): KeptList => list) });
      return wanted;
    },
    partsOf(chip) {
      lists ??= listRenderer(render, shared());
      return partsIn(lists([chip]), lists([]));
    },
  };
}

type KeptList = Omit<WantedList, "content">;

function keptLists(kept: object | undefined): readonly KeptList[] | undefined {
  const { lists } = (kept ?? {}) as { readonly lists?: readonly KeptList[] };
  return Array.isArray(lists) ? lists : undefined;
}
