// Which lines are followed byte by byte, which as wholes, and how many of them as one. Lines do not interact, and nothing is done to a byte
// in the middle of a long access that is not done to its neighbours: such a line is followed as a whole, and each access to it is made at
// one moment. That is a path of the model as well: accesses to its bytes, with nothing between them. Each such line is an access of its own
// under the same adversary, which fills and evicts it, performs its store late and its load early, whatever happens to the others; so what a
// driver does wrong with one of them is found as before. What is lost is an access to such a line of which some bytes come early and others
// late. For that, the lines at both ends of every access, some in its middle that the seed chooses, and each line of which a part is
// accessed are followed byte by byte.
// A thousand lines would show no more than a hundred do: of a longer access they are followed in stretches. A stretch is one line to
// everybody who does the same to all of it, a fence's loop and caches included, which is a path of the model as well: the same for each of
// its lines, with nothing between them. What a driver does to some of its lines alone, it does to lines that are followed by themselves from
// then on; what the core has pending of the stretch is performed before.
// What is accessed in parts for the first time after it was accessed as a whole has no earlier past than that: a load of it is not
// found to have been performed before.
// A turn after each of a hundred lines would not try more than one after a few of them: whoever does something meanwhile does it to
// any line.
import { mixed } from "../schedule/random.ts";

/** How many of the other lines or stretches are accessed, or operated on, before others have a turn. */
export const linesPerTurn = 8;

/** How many lines of the middle of an access are followed byte by byte, beside those at its ends. */
const sampledLines = 2;

/** How many stretches the others make at least; where they are fewer than twice as many, each line is followed by itself. */
const fewestStretches = 64;

/**
 * Whether the seed has chosen a line.
 * @param number of the line in memory
 * @param middle how many lines the access has that are not at its ends
 */
export function isSampled(seed: number, number: number, middle: number): boolean {
  return mixed(seed ^ 0x5a3d, number) % middle < sampledLines;
}

/** How many lines make a stretch. @param middle likewise */
export function linesInStretch(middle: number): number {
  return Math.max(1, Math.floor(middle / fewestStretches));
}
