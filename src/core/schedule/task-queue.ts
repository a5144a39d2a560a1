import type { Task } from './task.ts';

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
};

type Node<E> = {
  readonly entry: E;
  readonly priority: number;
  /** Order of arrival in this queue; breaks ties. */
  readonly sequence: number;
  readonly height: number;
  left: Node<E> | undefined;
  right: Node<E> | undefined;
  /** Over the node and all below it: number, work, the latest start at which none misses its deadline, the oldest. */
  size: number;
  workMs: number;
  latestStartMs: number;
  oldestMs: number;
};

/**
 * Waiting tasks in order of priority, the smaller number first, equals by arrival. A treap whose nodes know
 * the work and the slack of what is below them, so that every question but the listing of many answers
 * takes O(log n). The heights come from a hash of the arrival number: same calls, same tree.
 */
export class TaskQueue<E extends Waiting> {
  #root: Node<E> | undefined;
  #sequence = 0;
  readonly #nodes = new Map<number, Node<E>>();
  /** Kept from the first time on that somebody asks for a model. */
  #byModel: Map<string, Set<E>> | undefined;

  get size(): number {
    return this.#nodes.size;
  }

  /** Expected work of all waiting tasks on the edge. */
  get workMs(): number {
    return this.#root?.workMs ?? 0;
  }

  /** The latest time at which the edge may begin with the queue so that none misses its deadline; Infinity if empty. */
  get latestStartMs(): number {
    return this.#root?.latestStartMs ?? Number.POSITIVE_INFINITY;
  }

  has(entry: Waiting): boolean {
    return this.#nodes.has(entry.task.id);
  }

  /** Puts a task behind all that are equally or more urgent. */
  insert(entry: E, priority: number): void {
    const sequence = this.#sequence++;
    const node: Node<E> = {
      entry,
      priority,
      sequence,
      height: hash(sequence),
      left: undefined,
      right: undefined,
      size: 1,
      workMs: 0,
      latestStartMs: 0,
      oldestMs: 0,
    };
    update(node);
    this.#nodes.set(entry.task.id, node);
    if (this.#byModel !== undefined) addTo(this.#byModel, entry);
    this.#root = insertNode(this.#root, node);
  }

  /** The most urgent task. */
  peek(): E | undefined {
    let node = this.#root;
    while (node?.left !== undefined) node = node.left;
    return node?.entry;
  }

  /** Priority of the most urgent task. */
  peekPriority(): number | undefined {
    let node = this.#root;
    while (node?.left !== undefined) node = node.left;
    return node?.priority;
  }

  /** The task at this place in the order, 0 for the most urgent; undefined if there are not so many. */
  at(place: number): E | undefined {
    let ahead = place;
    let node = this.#root;
    while (node !== undefined) {
      const before: number = node.left?.size ?? 0;
      if (ahead === before) break;
      if (ahead < before) {
        node = node.left;
      } else {
        ahead -= before + 1;
        node = node.right;
      }
    }
    return node?.entry;
  }

  /** Takes out the most urgent task. */
  shift(): E | undefined {
    const first = this.peek();
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes out a task; false if it does not wait here. */
  remove(entry: Waiting): boolean {
    const node = this.#nodes.get(entry.task.id);
    if (node === undefined) return false;
    this.#nodes.delete(entry.task.id);
    this.#byModel?.get(entry.task.model)?.delete(node.entry);
    this.#root = removeNode(this.#root, node);
    return true;
  }

  /** Takes out the task that was created first. */
  removeOldest(): E | undefined {
    let node = this.#root;
    while (node !== undefined) {
      const { oldestMs }: Node<E> = node;
      if (node.left !== undefined && node.left.oldestMs === oldestMs) node = node.left;
      else if (node.entry.task.createdMs === oldestMs) break;
      else node = node.right;
    }
    if (node !== undefined) this.remove(node.entry);
    return node?.entry;
  }

  /** Milliseconds of expected work that a new task of this priority would wait for. */
  workAheadMs(priority: number): number {
    let workMs = 0;
    let node = this.#root;
    while (node !== undefined) {
      if (node.priority <= priority) {
        workMs += (node.left?.workMs ?? 0) + node.entry.edgeMs;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return workMs;
  }

  /** How many are less urgent than this. */
  sizeBehind(priority: number): number {
    let behind = 0;
    let node = this.#root;
    while (node !== undefined) {
      if (node.priority <= priority) {
        node = node.right;
      } else {
        behind += 1 + (node.right?.size ?? 0);
        node = node.left;
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
    const missed: E[] = [];
    let atMs = startMs;
    let skip = skipFirst;
    const visitAll = (node: Node<E> | undefined): void => {
      if (node === undefined) return;
      if (!skip && atMs <= node.latestStartMs) {
        atMs += node.workMs;
        return;
      }
      visitAll(node.left);
      visitOne(node.entry);
      visitAll(node.right);
    };
    const visitOne = (entry: E): void => {
      if (skip) skip = false;
      else if (entry.deadlineMs < atMs + entry.edgeMs) missed.push(entry);
      else atMs += entry.edgeMs;
    };
    const visitBehind = (node: Node<E> | undefined): void => {
      if (node === undefined) return;
      if (node.priority <= priority) {
        visitBehind(node.right);
        return;
      }
      visitBehind(node.left);
      visitOne(node.entry);
      visitAll(node.right);
    };
    visitBehind(this.#root);
    return missed;
  }

  /** The waiting tasks in order. */
  *[Symbol.iterator](): Generator<E> {
    const path: Node<E>[] = [];
    let node = this.#root;
    while (node !== undefined || path.length > 0) {
      while (node !== undefined) {
        path.push(node);
        node = node.left;
      }
      const next = path.pop() as Node<E>;
      yield next.entry;
      node = next.right;
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
    this.#root = undefined;
    this.#nodes.clear();
    this.#byModel = undefined;
  }
}

function addTo<E extends Waiting>(byModel: Map<string, Set<E>>, entry: E): void {
  const sameModel = byModel.get(entry.task.model);
  if (sameModel === undefined) byModel.set(entry.task.model, new Set([entry]));
  else sameModel.add(entry);
}

function update<E extends Waiting>(node: Node<E>): void {
  const { entry, left, right } = node;
  const throughMs = (left?.workMs ?? 0) + entry.edgeMs;
  let latestStartMs = entry.deadlineMs - throughMs;
  let oldestMs = entry.task.createdMs;
  if (left !== undefined) {
    latestStartMs = Math.min(latestStartMs, left.latestStartMs);
    oldestMs = Math.min(oldestMs, left.oldestMs);
  }
  if (right !== undefined) {
    latestStartMs = Math.min(latestStartMs, right.latestStartMs - throughMs);
    oldestMs = Math.min(oldestMs, right.oldestMs);
  }
  node.size = 1 + (left?.size ?? 0) + (right?.size ?? 0);
  node.workMs = throughMs + (right?.workMs ?? 0);
  node.latestStartMs = latestStartMs;
  node.oldestMs = oldestMs;
}

function isBefore<E>(a: Node<E>, b: Node<E>): boolean {
  return a.priority < b.priority || (a.priority === b.priority && a.sequence < b.sequence);
}

function insertNode<E extends Waiting>(root: Node<E> | undefined, node: Node<E>): Node<E> {
  if (root === undefined) return node;
  if (node.height > root.height) {
    [node.left, node.right] = split(root, node);
    update(node);
    return node;
  }
  if (isBefore(node, root)) root.left = insertNode(root.left, node);
  else root.right = insertNode(root.right, node);
  update(root);
  return root;
}

function removeNode<E extends Waiting>(root: Node<E> | undefined, node: Node<E>): Node<E> | undefined {
  if (root === undefined || root === node) return merge(node.left, node.right);
  if (isBefore(node, root)) root.left = removeNode(root.left, node);
  else root.right = removeNode(root.right, node);
  update(root);
  return root;
}

/** Parts a tree into what comes before a node and what comes behind it. */
function split<E extends Waiting>(
  root: Node<E> | undefined,
  at: Node<E>,
): [Node<E> | undefined, Node<E> | undefined] {
  if (root === undefined) return [undefined, undefined];
  if (isBefore(root, at)) {
    const [before, behind] = split(root.right, at);
    root.right = before;
    update(root);
    return [root, behind];
  }
  const [before, behind] = split(root.left, at);
  root.left = behind;
  update(root);
  return [before, root];
}

function merge<E extends Waiting>(
  before: Node<E> | undefined,
  behind: Node<E> | undefined,
): Node<E> | undefined {
  if (before === undefined) return behind;
  if (behind === undefined) return before;
  if (before.height > behind.height) {
    before.right = merge(before.right, behind);
    update(before);
    return before;
  }
  behind.left = merge(before, behind.left);
  update(behind);
  return behind;
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): spreads consecutive numbers evenly. */
function hash(value: number): number {
  let h = value + 1;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
