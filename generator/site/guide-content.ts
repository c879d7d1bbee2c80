// A page of the guide, before anything is around it.
import type { Code } from "../render/code.ts";

export interface GuideContent {
  /** Its file in the folder of the guide, without `.html`. */
  readonly name: string;
  readonly title: Code<"html">;
  /** Of which browsers show a tab. */
  readonly titleText: string;
  readonly sections: readonly { readonly id: Code<"html">; readonly title: Code<"html"> }[];
  readonly content: Code<"html">;
}
