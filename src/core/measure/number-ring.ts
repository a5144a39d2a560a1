const firstCapacity = 64;

/**
 * The newest `capacity` numbers, oldest first; older ones are overwritten. Memory grows with what is held,
 * eight bytes a number, and nothing is allocated for a number once the ring is full.
 */
export class NumberRing {
  readonly #capacity: number;
  #values: Float64Array;
  #oldest = 0;
  #length = 0;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`ring capacity ${capacity}`);
    this.#capacity = capacity;
    this.#values = new Float64Array(Math.min(capacity, firstCapacity));
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#capacity;
  }

  push(value: number): void {
    if (this.isFull) {
      this.#values[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#capacity;
      return;
    }
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length++] = value;
  }

  /** The number at `index`, counted from the oldest; `index` must lie in [0, length). */
  at(index: number): number {
    const place = this.#oldest + index;
    return this.#values[place < this.#values.length ? place : place - this.#values.length] as number;
  }

  /** The newest number; the ring must not be empty. */
  get last(): number {
    return this.at(this.#length - 1);
  }

  /** Replaces the newest number; the ring must not be empty. */
  replaceLast(value: number): void {
    this.#values[(this.#oldest + this.#length - 1) % this.#values.length] = value;
  }

  /** Of ascending numbers: the index of the first one greater than `value`, `length` when there is none. */
  firstAfter(value: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  clear(): void {
    this.#length = 0;
    this.#oldest = 0;
  }

  /** Only called before anything was overwritten, so the oldest number still stands first. */
  #grow(): void {
    const larger = new Float64Array(Math.min(this.#capacity, 2 * this.#values.length));
    larger.set(this.#values);
    this.#values = larger;
  }
}
