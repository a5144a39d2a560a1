/** No node, and what an empty tree is: no work, and no deadline to miss. */
export const none = 0;

/** A node's numbers stand in a row: its own first, then the sums over it and all below it. */
const rowLength = 8;
const priorityAt = 0;
const heightAt = 1;
const edgeMsAt = 2;
const deadlineMsAt = 3;
const createdMsAt = 4;
const workMsAt = 5;
const latestStartMsAt = 6;
const oldestMsAt = 7;

/** And so do the nodes below and above it, and how many it and those below it are. */
const linksLength = 4;
const leftAt = 0;
const rightAt = 1;
const aboveAt = 2;
const sizeAt = 3;

const fewestNodes = 16;

/**
 * A treap of tasks by priority, equals by arrival, whose nodes know the work and the slack of what is below them. The heights
 * come from a hash of the arrival number: same calls, same tree.
 *
 * Nodes are numbers, from 1 on, and what they hold are rows of two typed arrays. As objects they took more of a decision's time
 * than all else: with thousands of tasks they lie far apart, and the collector copies them.
 */
export class TaskTree {
  #root = none;
  #arrivals = 0;
  /** The first node that was never in use, and those that were and are free again. */
  #unused = 1;
  readonly #free: number[] = [];
  #rows = new Float64Array(fewestNodes * rowLength);
  #links = new Int32Array(fewestNodes * linksLength);

  constructor() {
    this.#rows[none + latestStartMsAt] = Number.POSITIVE_INFINITY;
    this.#rows[none + oldestMsAt] = Number.POSITIVE_INFINITY;
  }

  /** `none` if the tree is empty. */
  get root(): number {
    return this.#root;
  }

  /** The node below that comes before a node, with all below it. */
  left(node: number): number {
    return this.#links[node * linksLength + leftAt] as number;
  }

  /** The node below that comes behind. */
  right(node: number): number {
    return this.#links[node * linksLength + rightAt] as number;
  }

  /** How many a node and those below it are. */
  size(node: number): number {
    return this.#links[node * linksLength + sizeAt] as number;
  }

  priority(node: number): number {
    return this.#rows[node * rowLength + priorityAt] as number;
  }

  /** A node's own work on the edge. */
  edgeMs(node: number): number {
    return this.#rows[node * rowLength + edgeMsAt] as number;
  }

  /** The work of a node and all below it. */
  workMs(node: number): number {
    return this.#rows[node * rowLength + workMsAt] as number;
  }

  /** The latest time at which the edge may begin with a node and all below it so that none misses its deadline. */
  latestStartMs(node: number): number {
    return this.#rows[node * rowLength + latestStartMsAt] as number;
  }

  /** The node that comes first; `none` if there is none. */
  first(): number {
    let first: number = none;
    for (let node = this.#root; node !== none; node = this.left(node)) first = node;
    return first;
  }

  /** The node that was created first; of several the one that comes first. `none` if there is none. */
  oldest(): number {
    const rows = this.#rows;
    let node = this.#root;
    const oldestMs = rows[node * rowLength + oldestMsAt];
    while (node !== none) {
      const left = this.left(node);
      if (left !== none && rows[left * rowLength + oldestMsAt] === oldestMs) node = left;
      else if (rows[node * rowLength + createdMsAt] === oldestMs) break;
      else node = this.right(node);
    }
    return node;
  }

  /** Puts a task behind all that are equally or more urgent; says which node it is until it is taken out. */
  insert(edgeMs: number, deadlineMs: number, createdMs: number, priority: number): number {
    const node = this.#allocate();
    const height = hash(this.#arrivals++);
    const rows = this.#rows;
    const row = node * rowLength;
    rows[row + priorityAt] = priority;
    rows[row + heightAt] = height;
    rows[row + edgeMsAt] = edgeMs;
    rows[row + deadlineMsAt] = deadlineMs;
    rows[row + createdMsAt] = createdMs;
    let above: number = none;
    let side = leftAt;
    let at = this.#root;
    while (at !== none && (rows[at * rowLength + heightAt] as number) >= height) {
      above = at;
      side = priority < (rows[at * rowLength + priorityAt] as number) ? leftAt : rightAt;
      at = this.#links[at * linksLength + side] as number;
    }
    this.#attach(node, above, side);
    this.#split(at, node, priority);
    this.#sumUpTo(none, node);
    return node;
  }

  /** Takes out a node. */
  remove(node: number): void {
    const rows = this.#rows;
    const links = this.#links;
    let above = links[node * linksLength + aboveAt] as number;
    let side = links[above * linksLength + leftAt] === node ? leftAt : rightAt;
    let before = this.left(node);
    let behind = this.right(node);
    // What is below it is merged into its place: the higher of two trees stays, and the other goes below it.
    while (before !== none && behind !== none) {
      const isHigher =
        (rows[before * rowLength + heightAt] as number) > (rows[behind * rowLength + heightAt] as number);
      const higher = isHigher ? before : behind;
      this.#attach(higher, above, side);
      above = higher;
      side = isHigher ? rightAt : leftAt;
      if (isHigher) before = this.right(higher);
      else behind = this.left(higher);
    }
    this.#attach(before === none ? behind : before, above, side);
    this.#sumUpTo(none, above);
    this.#free.push(node);
  }

  /** Takes out all; the order of arrival goes on. */
  clear(): void {
    this.#root = none;
    this.#unused = 1;
    this.#free.length = 0;
  }

  /** Parts the tree under `root` into what comes before a new node and what comes behind it, which go below it. */
  #split(root: number, node: number, priority: number): void {
    const links = this.#links;
    links[node * linksLength + leftAt] = none;
    links[node * linksLength + rightAt] = none;
    /** Where the next that comes before goes, and the next that comes behind. */
    let before = node;
    let beforeSide = leftAt;
    let behind = node;
    let behindSide = rightAt;
    let at = root;
    while (at !== none) {
      if ((this.#rows[at * rowLength + priorityAt] as number) <= priority) {
        this.#attach(at, before, beforeSide);
        before = at;
        beforeSide = rightAt;
        at = links[at * linksLength + rightAt] as number;
      } else {
        this.#attach(at, behind, behindSide);
        behind = at;
        behindSide = leftAt;
        at = links[at * linksLength + leftAt] as number;
      }
    }
    links[before * linksLength + beforeSide] = none;
    links[behind * linksLength + behindSide] = none;
    this.#sumUpTo(node, before);
    this.#sumUpTo(node, behind);
  }

  /** Puts a node, or none, below another; below none it is the root. */
  #attach(node: number, above: number, side: number): void {
    if (above === none) this.#root = node;
    else this.#links[above * linksLength + side] = node;
    if (node !== none) this.#links[node * linksLength + aboveAt] = above;
  }

  /** Sums up anew from a node upwards, as far as the node `end`, which is left out. */
  #sumUpTo(end: number, from: number): void {
    const rows = this.#rows;
    const links = this.#links;
    for (let node = from; node !== end; node = links[node * linksLength + aboveAt] as number) {
      const left = links[node * linksLength + leftAt] as number;
      const right = links[node * linksLength + rightAt] as number;
      const row = node * rowLength;
      const leftRow = left * rowLength;
      const rightRow = right * rowLength;
      const throughMs = (rows[leftRow + workMsAt] as number) + (rows[row + edgeMsAt] as number);
      const startMs = Math.min(
        (rows[row + deadlineMsAt] as number) - throughMs,
        rows[leftRow + latestStartMsAt] as number,
      );
      const oldestMs = Math.min(rows[row + createdMsAt] as number, rows[leftRow + oldestMsAt] as number);
      rows[row + workMsAt] = throughMs + (rows[rightRow + workMsAt] as number);
      rows[row + latestStartMsAt] = Math.min(
        startMs,
        (rows[rightRow + latestStartMsAt] as number) - throughMs,
      );
      rows[row + oldestMsAt] = Math.min(oldestMs, rows[rightRow + oldestMsAt] as number);
      links[node * linksLength + sizeAt] =
        1 + (links[left * linksLength + sizeAt] as number) + (links[right * linksLength + sizeAt] as number);
    }
  }

  #allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const node = this.#unused++;
    if (node * linksLength === this.#links.length) {
      const rows = new Float64Array(2 * this.#rows.length);
      rows.set(this.#rows);
      this.#rows = rows;
      const links = new Int32Array(2 * this.#links.length);
      links.set(this.#links);
      this.#links = links;
    }
    return node;
  }
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): spreads consecutive numbers evenly. */
function hash(value: number): number {
  let h = value + 1;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
