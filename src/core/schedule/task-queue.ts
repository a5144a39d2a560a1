import type { Task } from './task.ts';

/** A task that waits for a place. */
export type QueuedTask<P> = {
  task: Task;
  payload: P;
  /** Its execution time as predicted when it was queued; the work that it means for those behind it. */
  expectedMs: number;
  /** It goes against the estimate, to see whether the place has recovered. */
  probe: boolean;
};

type Slot<P> = { priority: number; entry: QueuedTask<P> };

/** Waiting tasks in order of priority, the smaller number first, equals by arrival. */
export class TaskQueue<P> {
  #slots: Slot<P>[] = [];

  get size(): number {
    return this.#slots.length;
  }

  /** Puts a task behind all that are equally or more urgent. */
  insert(entry: QueuedTask<P>, priority: number): void {
    this.#slots.splice(this.#firstBehind(priority), 0, { priority, entry });
  }

  /** Takes out the most urgent task. */
  shift(): QueuedTask<P> | undefined {
    return this.#slots.shift()?.entry;
  }

  /** Takes out the task that was created first. */
  removeOldest(): QueuedTask<P> | undefined {
    let oldest = 0;
    for (let i = 1; i < this.#slots.length; i++) {
      if (age(this.#slots[i]) < age(this.#slots[oldest])) oldest = i;
    }
    return this.#slots.splice(oldest, 1)[0]?.entry;
  }

  /** Milliseconds of expected work that a new task of this priority would wait for. */
  workAheadMs(priority: number): number {
    let workMs = 0;
    for (let i = this.#firstBehind(priority) - 1; i >= 0; i--)
      workMs += this.#slots[i]?.entry.expectedMs ?? 0;
    return workMs;
  }

  /** Sorts anew by another order; equals keep the order they had. */
  reorder(priorityOf: (task: Task) => number): void {
    this.#slots = this.#slots
      .map(({ entry }) => ({ entry, priority: priorityOf(entry.task) }))
      .sort((a, b) => a.priority - b.priority);
  }

  /** Takes out everything. */
  clear(): void {
    this.#slots = [];
  }

  #firstBehind(priority: number): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#slots[middle] as Slot<P>).priority <= priority) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function age<P>(slot: Slot<P> | undefined): number {
  return slot?.entry.task.createdMs ?? Number.POSITIVE_INFINITY;
}
