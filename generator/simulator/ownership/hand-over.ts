// What a test asks of a hand-over.

/** What a test asks of a buffer: whether a master may have it, or whether the driver has it again. */
export type HandOver = "handed-over" | "taken-back";
