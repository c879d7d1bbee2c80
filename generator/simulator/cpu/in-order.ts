// A list that keeps an order while things leave it anywhere.

/** Things in the order of their numbers. */
export class InOrder<Item> {
  readonly #numberOf: (item: Item) => number;
  readonly #items: Item[] = [];

  /** @param numberOf does not change while the item is in the list; no two have the same */
  constructor(numberOf: (item: Item) => number) {
    this.#numberOf = numberOf;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: Item): void {
    const last = this.#items.at(-1);
    if (last === undefined || this.#numberOf(last) < this.#numberOf(item)) this.#items.push(item);
    else if (!this.has(item)) this.#items.splice(this.#placeOf(item), 0, item);
  }

  has(item: Item): boolean {
    return this.#items[this.#placeOf(item)] === item;
  }

  delete(item: Item): void {
    const at = this.#placeOf(item);
    if (this.#items[at] === item) this.#items.splice(at, 1);
  }

  /** Where it is, or would be. */
  #placeOf(item: Item): number {
    const number = this.#numberOf(item);
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#numberOf(this.#items[middle]!) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
