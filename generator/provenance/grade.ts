// How well a fact is known, from what its sources are.
import type { Citation } from "../model/chip.ts";
import { isRead } from "../model/citations.ts";

/**
 * manual: every source was read, and one of them is a document. code: every one was read, and all are repositories.
 * partly: a part of the fact was read nowhere. unverified: nothing of it was.
 */
export type Grade = "manual" | "code" | "partly" | "unverified";

export const grades: readonly Grade[] = ["manual", "code", "partly", "unverified"];

export function gradeOf(sources: readonly Citation[]): Grade {
  const read = sources.filter(({ verified }) => verified);
  if (read.length === 0) return "unverified";
  if (!isRead(sources)) return "partly";
  return read.some(({ kind }) => kind === "document") ? "manual" : "code";
}

/** Whether nothing of a fact is without a source. */
export function isSourced(grade: Grade): boolean {
  return grade === "manual" || grade === "code";
}
