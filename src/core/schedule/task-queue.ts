import type { Task } from './task.ts';
import { none, TaskTree } from './task-tree.ts';

/** A task that waits, and what its policy reckons with. */
export type Waiting = {
  readonly task: Task;
  /** The deadline that decisions go by: the task's own, unless the policy gave it more time. */
  deadlineMs: number;
  /**
   * Its times at both places as predicted when it came: `edgeMs` is the work that it means for those behind it, and
   * finite; `cloudMs` is infinite where the cloud brought no results.
   */
  edgeMs: number;
  cloudMs: number;
  /** It goes against the estimate of the place that it has, or is parked for, to see whether that has recovered. */
  probe: boolean;
  /** It had a place in the edge queue and lost it to another. */
  displaced: boolean;
  /** Where the queue that it waits in keeps it, 0 before it waits; that queue's to write. */
  node: number;
  /** The same for the heap of its model's parked tasks. */
  place: number;
};

/**
 * Waiting tasks in order of priority, the smaller number first, equals by arrival. A task waits in one queue at a time, which
 * goes by the times that it had when it was put in. Every question but the listing of many takes O(log n) (`TaskTree`).
 */
export class TaskQueue<E extends Waiting> {
  readonly #tree = new TaskTree();
  /** By node. */
  #entries: (E | undefined)[] = [undefined];
  /** Kept from the first time on that somebody asks for a model. */
  #byModel: Map<string, Set<E>> | undefined;

  get size(): number {
    return this.#tree.size(this.#tree.root);
  }

  /** Expected work of all waiting tasks on the edge. */
  get workMs(): number {
    return this.#tree.workMs(this.#tree.root);
  }

  /** The latest time at which the edge may begin with the queue so that none misses its deadline; Infinity if empty. */
  get latestStartMs(): number {
    return this.#tree.latestStartMs(this.#tree.root);
  }

  has(entry: Waiting): boolean {
    return this.#entries[entry.node] === entry;
  }

  /** Puts a task behind all that are equally or more urgent. */
  insert(entry: E, priority: number): void {
    const { edgeMs, deadlineMs, task } = entry;
    const node = this.#tree.insert(edgeMs, deadlineMs, task.createdMs, priority);
    entry.node = node;
    this.#entries[node] = entry;
    if (this.#byModel !== undefined) addTo(this.#byModel, entry);
  }

  /** The most urgent task. */
  peek(): E | undefined {
    return this.#entries[this.#tree.first()];
  }

  /** Priority of the most urgent task. */
  peekPriority(): number | undefined {
    const first = this.#tree.first();
    return first === none ? undefined : this.#tree.priority(first);
  }

  /** Takes out the most urgent task. */
  shift(): E | undefined {
    const first = this.peek();
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes out a task; false if it does not wait here. */
  remove(entry: Waiting): boolean {
    if (!this.has(entry)) return false;
    this.#byModel?.get(entry.task.model)?.delete(entry as E);
    this.#entries[entry.node] = undefined;
    this.#tree.remove(entry.node);
    return true;
  }

  /** Takes out the task that was created first. */
  removeOldest(): E | undefined {
    const oldest = this.#entries[this.#tree.oldest()];
    if (oldest !== undefined) this.remove(oldest);
    return oldest;
  }

  /** Milliseconds of expected work that a new task of this priority would wait for. */
  workAheadMs(priority: number): number {
    const tree = this.#tree;
    let workMs = 0;
    let node = tree.root;
    while (node !== none) {
      if (tree.priority(node) <= priority) {
        workMs += tree.workMs(tree.left(node)) + tree.edgeMs(node);
        node = tree.right(node);
      } else {
        node = tree.left(node);
      }
    }
    return workMs;
  }

  /** How many are less urgent than this. */
  sizeBehind(priority: number): number {
    const tree = this.#tree;
    let behind = 0;
    let node = tree.root;
    while (node !== none) {
      if (tree.priority(node) <= priority) {
        node = tree.right(node);
      } else {
        behind += 1 + tree.size(tree.right(node));
        node = tree.left(node);
      }
    }
    return behind;
  }

  /** A model's tasks. */
  ofModel(model: string): Iterable<E> {
    if (this.#byModel === undefined) {
      this.#byModel = new Map();
      for (const entry of this) addTo(this.#byModel, entry);
    }
    return this.#byModel.get(model) ?? [];
  }

  /**
   * Those behind `priority` that would miss their deadlines if the first of them began at `startMs` and each
   * that misses were taken out, in order. `skipFirst` leaves the first of them out of the reckoning.
   */
  missedBehind(priority: number, startMs: number, skipFirst = false): E[] {
    const tree = this.#tree;
    const missed: E[] = [];
    let atMs = startMs;
    let skip = skipFirst;
    const visitAll = (node: number): void => {
      if (node === none) return;
      if (!skip && atMs <= tree.latestStartMs(node)) {
        atMs += tree.workMs(node);
        return;
      }
      visitAll(tree.left(node));
      visitOne(this.#entries[node] as E);
      visitAll(tree.right(node));
    };
    const visitOne = (entry: E): void => {
      if (skip) skip = false;
      else if (entry.deadlineMs < atMs + entry.edgeMs) missed.push(entry);
      else atMs += entry.edgeMs;
    };
    const visitBehind = (node: number): void => {
      if (node === none) return;
      if (tree.priority(node) <= priority) {
        visitBehind(tree.right(node));
        return;
      }
      visitBehind(tree.left(node));
      visitOne(this.#entries[node] as E);
      visitAll(tree.right(node));
    };
    visitBehind(tree.root);
    return missed;
  }

  /** The waiting tasks in order. */
  *[Symbol.iterator](): Generator<E> {
    const tree = this.#tree;
    const path: number[] = [];
    let node = tree.root;
    while (node !== none || path.length > 0) {
      while (node !== none) {
        path.push(node);
        node = tree.left(node);
      }
      const next = path.pop() as number;
      yield this.#entries[next] as E;
      node = tree.right(next);
    }
  }

  /** Sorts anew by another order; equals keep the order they had. */
  reorder(priorityOf: (entry: E) => number): void {
    const entries = [...this];
    this.clear();
    for (const entry of entries) this.insert(entry, priorityOf(entry));
  }

  /** Takes out everything. */
  clear(): void {
    this.#tree.clear();
    this.#entries = [undefined];
    this.#byModel = undefined;
  }
}

function addTo<E extends Waiting>(byModel: Map<string, Set<E>>, entry: E): void {
  const sameModel = byModel.get(entry.task.model);
  if (sameModel === undefined) byModel.set(entry.task.model, new Set([entry]));
  else sameModel.add(entry);
}
