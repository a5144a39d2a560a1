/** A binary heap: the item with the smallest key first, equals in the order in which they came. */
export class MinHeap<T> {
  readonly #slots: { key: number; sequence: number; item: T }[] = [];
  #sequence = 0;

  get size(): number {
    return this.#slots.length;
  }

  push(key: number, item: T): void {
    const slots = this.#slots;
    const slot = { key, sequence: this.#sequence++, item };
    let at = slots.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = slots[above] as (typeof slots)[number];
      if (parent.key <= key) break;
      slots[at] = parent;
      at = above;
    }
    slots[at] = slot;
  }

  /** The smallest key, and its item. */
  peek(): { key: number; item: T } | undefined {
    return this.#slots[0];
  }

  /** Takes out the item with the smallest key. */
  pop(): T | undefined {
    const slots = this.#slots;
    const first = slots[0];
    const last = slots.pop();
    if (first === undefined || last === undefined || slots.length === 0) return first?.item;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= slots.length) break;
      let child = slots[below] as (typeof slots)[number];
      const right = slots[below + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        below++;
      }
      if (!isBefore(child, last)) break;
      slots[at] = child;
      at = below;
    }
    slots[at] = last;
    return first.item;
  }
}

function isBefore(a: { key: number; sequence: number }, b: { key: number; sequence: number }): boolean {
  return a.key < b.key || (a.key === b.key && a.sequence < b.sequence);
}
