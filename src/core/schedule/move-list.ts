import type { Waiting } from './task-queue.ts';

/**
 * Tasks of the edge queue that a policy wants in the cloud, a list for each end that made it want so; of the newest list
 * first. Each is asked for only when the one before has gone, as its going may end another, whose end may name more.
 */
export class MoveList {
  readonly #lists: Iterator<Waiting>[] = [];

  add(tasks: Iterable<Waiting>): void {
    this.#lists.push(tasks[Symbol.iterator]());
  }

  /** Takes the next; undefined for none. */
  next(): Waiting | undefined {
    for (let last = this.#lists.at(-1); last !== undefined; last = this.#lists.at(-1)) {
      const { value, done } = last.next();
      if (!done) return value;
      this.#lists.pop();
    }
    return undefined;
  }

  clear(): void {
    this.#lists.length = 0;
  }
}
