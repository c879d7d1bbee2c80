// How large a description may be. Each limit is at least ten times what the largest of those that come with fencegen needs, and
// small enough that a file at all of its limits is answered within a few seconds. What lists of a description may hold beside
// that is in `validate/rules/count-rules.ts`.

/** Of one file. */
export const mostFileBytes = 128 * 1024;
/** In the folders of one run, with those that come with fencegen. */
export const mostFiles = 20_000;
/** Of all files that are read together. */
export const mostBytesOfAllFiles = 6 * 1024 * 1024;
/** Line breaks, commas, colons and brackets of all files that are read together: what parsing them costs. */
export const mostMarksOfAllFiles = 480_000;
/** Lists and maps within each other. Later stages rely on there being a limit. */
export const mostLevels = 100;
/** Lists, maps, numbers and texts of a file, those behind an alias counted each time that they are used. */
export const mostValues = 20_000;
/** Of one list or map. */
export const mostEntries = 1000;
/** Of one file. */
export const mostAliases = 1000;
/** How often what stands behind one anchor is repeated. */
export const mostUsesOfAnchor = 100;
/** Of one text, in units of UTF-16. */
export const mostTextLength = 8000;
/** Of one key, which may hold several names; YAML itself ends at 1,024 characters. */
export const mostKeyLength = 1000;
