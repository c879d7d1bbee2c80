// Which lines are followed byte by byte. Lines do not interact, and nothing is done to a byte in the middle of a long access that is not
// done to its neighbours: such a line is followed as a whole, under the same adversary, with each access to it at one moment. That is a path
// of the model as well. What is lost is an access to such a line of which some bytes are early and others late; for that, the lines at
// both ends of every access, some in its middle that the seed chooses, and each line of which a part is accessed are followed byte by
// byte. Others have a turn after each access to those, and after a few of the rest.
import { mixed } from "../schedule/random.ts";

/** How many of the other lines are accessed, or operated on, before others have a turn. */
export const linesPerTurn = 8;

/** How many lines of the middle of an access are followed byte by byte, beside those at its ends. */
const sampledLines = 2;

/**
 * Whether the seed has chosen a line.
 * @param number of the line in memory
 * @param middle how many lines the access has that are not at its ends
 */
export function isSampled(seed: number, number: number, middle: number): boolean {
  return mixed(seed ^ 0x5a3d, number) % middle < sampledLines;
}
