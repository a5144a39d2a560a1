import type { Waiting } from './task-queue.ts';

/** Waiting tasks of which the first few by deadline are asked for, equals by arrival: a binary heap that can part with any task. */
export class DeadlineHeap<E extends Waiting> {
  // Three lists beside each other, as in `MinHeap`; each task knows its place in them.
  readonly #deadlinesMs: number[] = [];
  readonly #arrivals: number[] = [];
  readonly #entries: E[] = [];
  #arrived = 0;
  /** Places that `first` has yet to look at, the one that comes first at the end, and how many; the list is used again. */
  readonly #ahead: number[] = [];
  #aheadCount = 0;

  has(entry: Waiting): boolean {
    return this.#entries[entry.place] === entry;
  }

  insert(entry: E): void {
    const { deadlineMs } = entry;
    const arrival = this.#arrived++;
    this.#rise(this.#entries.length, deadlineMs, arrival, entry);
  }

  /** Takes out a task; false if it is not here. */
  remove(entry: Waiting): boolean {
    if (!this.has(entry)) return false;
    const { place } = entry;
    const deadlineMs = this.#deadlinesMs.pop() as number;
    const arrival = this.#arrivals.pop() as number;
    const last = this.#entries.pop() as E;
    if (last === entry) return true;
    // The last task goes where the gap is, and from there to where it belongs: up, or else down.
    const above = (place - 1) >> 1;
    if (place > 0 && this.#isBefore(deadlineMs, arrival, above)) this.#rise(place, deadlineMs, arrival, last);
    else this.#sink(place, deadlineMs, arrival, last);
    return true;
  }

  /** The task with the earliest deadline. */
  peek(): E | undefined {
    return this.#entries[0];
  }

  /** Writes the first tasks by deadline into `found`, at most so many; says how many it wrote. */
  first(most: number, found: Waiting[]): number {
    this.#aheadCount = 0;
    this.#lookAt(0);
    let count = 0;
    while (count < most && this.#aheadCount > 0) {
      const place = this.#ahead[--this.#aheadCount] as number;
      found[count++] = this.#entries[place] as E;
      this.#lookAt(2 * place + 1);
      this.#lookAt(2 * place + 2);
    }
    return count;
  }

  #lookAt(place: number): void {
    if (place >= this.#entries.length) return;
    const ahead = this.#ahead;
    const deadlineMs = this.#deadlinesMs[place] as number;
    const arrival = this.#arrivals[place] as number;
    let i = this.#aheadCount++;
    for (; i > 0 && !this.#isBefore(deadlineMs, arrival, ahead[i - 1] as number); i--)
      ahead[i] = ahead[i - 1] as number;
    ahead[i] = place;
  }

  /** Puts a task at a place or, while what stands above is later, in the place of that. */
  #rise(from: number, deadlineMs: number, arrival: number, entry: E): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(deadlineMs, arrival, above)) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, deadlineMs, arrival, entry);
  }

  /** Puts a task at a place or, while something below is earlier, in the place of that. */
  #sink(from: number, deadlineMs: number, arrival: number, entry: E): void {
    const count = this.#entries.length;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= count) break;
      const other = below + 1;
      if (
        other < count &&
        this.#isBefore(this.#deadlinesMs[other] as number, this.#arrivals[other] as number, below)
      )
        below = other;
      if (this.#isBefore(deadlineMs, arrival, below)) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, deadlineMs, arrival, entry);
  }

  /** Whether a task of this deadline and arrival comes before the one at a place. */
  #isBefore(deadlineMs: number, arrival: number, place: number): boolean {
    const otherMs = this.#deadlinesMs[place] as number;
    return deadlineMs < otherMs || (deadlineMs === otherMs && arrival < (this.#arrivals[place] as number));
  }

  #move(from: number, to: number): void {
    this.#put(
      to,
      this.#deadlinesMs[from] as number,
      this.#arrivals[from] as number,
      this.#entries[from] as E,
    );
  }

  #put(at: number, deadlineMs: number, arrival: number, entry: E): void {
    this.#deadlinesMs[at] = deadlineMs;
    this.#arrivals[at] = arrival;
    this.#entries[at] = entry;
    entry.place = at;
  }
}
