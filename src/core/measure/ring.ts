/** The newest `capacity` items, oldest first; older ones are overwritten. */
export class Ring<T> {
  readonly #capacity: number;
  #items: T[] = [];
  #oldest = 0;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`ring capacity ${capacity}`);
    this.#capacity = capacity;
  }

  push(item: T): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#oldest] = item;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  clear(): void {
    this.#items = [];
    this.#oldest = 0;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.#items.length; i++) {
      yield this.#items[(this.#oldest + i) % this.#items.length] as T;
    }
  }
}
