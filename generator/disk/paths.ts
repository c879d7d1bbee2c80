// Paths as they are compared, shown and given to git: the same in words on every system.
import nodePath, { type PlatformPath } from "node:path";

type Platform = Pick<PlatformPath, "relative" | "isAbsolute" | "sep">;

/** With forward slashes, as git and generated files have them, and as every system takes them. Elsewhere than on Windows a backslash is a part of a name. */
export function slashed(path: string, { sep }: Pick<Platform, "sep"> = nodePath): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

/** Whether the inner path is the outer folder or lies in it; on Windows, small letters and capitals are the same. Both are absolute. */
export function isWithin(outer: string, inner: string, platform: Platform = nodePath): boolean {
  const way = platform.relative(outer, inner);
  // To another drive there is no way.
  return slashed(way, platform).split("/")[0] !== ".." && !platform.isAbsolute(way);
}

/** Relative to a folder, unless that leads far away. Both are absolute. */
export function shownFrom(folder: string, path: string, platform: Platform = nodePath): string {
  const way = slashed(platform.relative(folder, path), platform);
  const isFar = way === "" || platform.isAbsolute(way) || /^\.\.\/\.\.\/\.\.(\/|$)/.test(way);
  return isFar ? slashed(path, platform) : way;
}
