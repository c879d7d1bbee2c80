// Comments on unsafe code: as Clippy looks for them, or as Tock's kernel heads them.
import type { Code } from "../code.ts";
import { comment, rust } from "./encode.ts";

/** How such a comment begins. */
export type UnsafeComment = "SAFETY:" | "### Safety";

/** @param text a clause, with its full stop; `width` is that of a line */
export function unsafeComment(text: string, opening: UnsafeComment, width: number): readonly Code<"rust">[] {
  if (opening === "SAFETY:") return comment(`SAFETY: ${text}`, width);
  return [rust`// ### Safety`, rust`//`, ...comment(`${text.charAt(0).toUpperCase()}${text.slice(1)}`, width)];
}
