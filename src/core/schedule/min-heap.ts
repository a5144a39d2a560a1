/** A binary heap: the item with the smallest key first, equals in the order in which they came. */
export class MinHeap<T> {
  // Three lists beside each other: comparisons then read numbers that lie together instead of visiting objects.
  readonly #keys: number[] = [];
  readonly #sequences: number[] = [];
  readonly #items: T[] = [];
  #sequence = 0;

  get size(): number {
    return this.#items.length;
  }

  push(key: number, item: T): void {
    const keys = this.#keys;
    const sequence = this.#sequence++;
    let at = keys.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((keys[above] as number) <= key) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, key, sequence, item);
  }

  /** The smallest key; undefined if there is none. */
  peekKey(): number | undefined {
    return this.#keys[0];
  }

  /** The item with the smallest key. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Takes out the item with the smallest key. */
  pop(): T | undefined {
    const first = this.#items[0];
    const key = this.#keys.pop();
    const sequence = this.#sequences.pop();
    const item = this.#items.pop();
    if (key === undefined || sequence === undefined || this.#items.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.#keys.length) break;
      if (below + 1 < this.#keys.length && this.#comesBefore(below + 1, below)) below++;
      const belowKey = this.#keys[below] as number;
      if (key < belowKey || (key === belowKey && sequence < (this.#sequences[below] as number))) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, key, sequence, item as T);
    return first;
  }

  #comesBefore(a: number, b: number): boolean {
    const keyA = this.#keys[a] as number;
    const keyB = this.#keys[b] as number;
    return keyA < keyB || (keyA === keyB && (this.#sequences[a] as number) < (this.#sequences[b] as number));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#keys[from] as number, this.#sequences[from] as number, this.#items[from] as T);
  }

  #put(at: number, key: number, sequence: number, item: T): void {
    this.#keys[at] = key;
    this.#sequences[at] = sequence;
    this.#items[at] = item;
  }
}
