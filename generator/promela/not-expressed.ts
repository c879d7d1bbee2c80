// What a Promela model of this room cannot say. It is refused, because a model with something left out would be a witness of
// something else.

/** A fence, a scenario or a change that has no model here; the message says which, and why, without a full stop. */
export class NotExpressed extends Error {}
