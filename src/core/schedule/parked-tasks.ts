import { DeadlineHeap } from './deadline-heap.ts';
import { TaskQueue, type Waiting } from './task-queue.ts';

/**
 * Tasks that wait without a place until a time of their own, as in DEMS' tentative cloud queue
 * (arXiv 2412.20860): ordered by that time, and within each model by deadline.
 */
export class ParkedTasks<E extends Waiting = Waiting> {
  readonly #byRelease = new TaskQueue<E>();
  readonly #byModel = new Map<string, DeadlineHeap<E>>();

  get size(): number {
    return this.#byRelease.size;
  }

  /** Expected work of all of them on the edge. */
  get workMs(): number {
    return this.#byRelease.workMs;
  }

  has(entry: Waiting): boolean {
    return this.#byRelease.has(entry);
  }

  /** When the next task must be released; undefined if none waits. */
  nextReleaseMs(): number | undefined {
    return this.#byRelease.peekPriority();
  }

  park(entry: E, untilMs: number): void {
    this.#byRelease.insert(entry, untilMs);
    this.#modelHeap(entry.task.model).insert(entry);
  }

  /** Takes out a task; false if it is not parked. */
  remove(entry: Waiting): boolean {
    return this.#byRelease.remove(entry) && this.#modelHeap(entry.task.model).remove(entry);
  }

  /** The task that is to be released next. */
  peek(): E | undefined {
    return this.#byRelease.peek();
  }

  /** Takes out the task that was created first. */
  removeOldest(): E | undefined {
    const oldest = this.#byRelease.removeOldest();
    if (oldest !== undefined) this.#modelHeap(oldest.task.model).remove(oldest);
    return oldest;
  }

  /** A model's tasks, the earliest deadline first. */
  ofModel(model: string): DeadlineHeap<E> | undefined {
    return this.#byModel.get(model);
  }

  /** All tasks, in the order of their release. */
  [Symbol.iterator](): Iterator<E> {
    return this.#byRelease[Symbol.iterator]();
  }

  clear(): void {
    this.#byRelease.clear();
    this.#byModel.clear();
  }

  #modelHeap(model: string): DeadlineHeap<E> {
    const known = this.#byModel.get(model);
    if (known !== undefined) return known;
    const heap = new DeadlineHeap<E>();
    this.#byModel.set(model, heap);
    return heap;
  }
}
