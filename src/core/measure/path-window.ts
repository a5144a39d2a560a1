import { ArrivalOrder } from './arrival-order.ts';
import { summarizeLatencies } from './latency-stats.ts';
import type { PathStats } from './profile.ts';
import { Ring } from './ring.ts';

/**
 * Latency along a path by the header stamp that its messages carry on: from the stamp of a message on the
 * first topic to the arrival on the last topic of the first message with this stamp. Topics in between name
 * the way and are not needed. A stamp that was never seen on the first topic is not counted, as it may be
 * of another source; the order in which the two arrive at the profiler does not matter.
 */
export class PathWindow {
  readonly path: readonly string[];
  readonly #capacity: number;
  readonly #completions: Ring<{ arrivalMs: number; latencyMs: number }>;
  readonly #order: ArrivalOrder;
  /** Stamps seen on the first topic, oldest first, and whether each has been counted. */
  readonly #departed = new Map<number, 'under way' | 'counted'>();
  /** Arrivals on the last topic whose stamp is not yet known from the first. */
  readonly #early = new Map<number, number>();
  #unmatched = 0;

  /** `path` has at least two topics; at most `capacity` stamps are remembered. */
  constructor(options: { path: readonly string[]; capacity?: number; jumpBackMs?: number }) {
    const { path, capacity = 4096, jumpBackMs } = options;
    if (path.length < 2) throw new RangeError('a path has at least two topics');
    this.path = path;
    this.#capacity = capacity;
    this.#completions = new Ring(capacity);
    this.#order = new ArrivalOrder(jumpBackMs);
  }

  /** Arrivals on the last topic, since the last reset, whose stamp has not been seen on the first. */
  get unmatched(): number {
    return this.#unmatched;
  }

  /** Files a stamped message of any topic; topics other than the path's two ends are ignored. */
  record(topic: string, arrivalMs: number, stampMs: number): void {
    const isHead = topic === this.path[0];
    const isTail = topic === this.path.at(-1);
    if (!isHead && !isTail) return;
    const { timeMs, jumped } = this.#order.next(arrivalMs);
    if (jumped) this.reset();
    if (isHead) this.#depart(stampMs);
    if (isTail) this.#arrive(stampMs, timeMs);
  }

  /** Forgets everything. */
  reset(): void {
    this.#completions.clear();
    this.#order.reset();
    this.#departed.clear();
    this.#early.clear();
    this.#unmatched = 0;
  }

  /** Latencies of the messages that reached the last topic in (endMs - windowMs, endMs]. */
  stats(endMs: number, windowMs: number): PathStats {
    const startMs = endMs - windowMs;
    const latencies = [...this.#completions]
      .filter(({ arrivalMs }) => arrivalMs > startMs && arrivalMs <= endMs)
      .map(({ latencyMs }) => latencyMs);
    return {
      path: [...this.path],
      latency: summarizeLatencies(latencies),
      unmatched: this.#unmatched,
      unseen: [],
    };
  }

  #depart(stampMs: number): void {
    if (this.#departed.has(stampMs)) return;
    this.#departed.set(stampMs, 'under way');
    dropOldest(this.#departed, this.#capacity);
    const arrivalMs = this.#early.get(stampMs);
    if (arrivalMs === undefined) return;
    this.#early.delete(stampMs);
    this.#unmatched--;
    this.#complete(stampMs, arrivalMs);
  }

  #arrive(stampMs: number, arrivalMs: number): void {
    const state = this.#departed.get(stampMs);
    if (state === 'under way') this.#complete(stampMs, arrivalMs);
    if (state !== undefined || this.#early.has(stampMs)) return;
    this.#early.set(stampMs, arrivalMs);
    dropOldest(this.#early, this.#capacity);
    this.#unmatched++;
  }

  #complete(stampMs: number, arrivalMs: number): void {
    this.#departed.set(stampMs, 'counted');
    this.#completions.push({ arrivalMs, latencyMs: arrivalMs - stampMs });
  }
}

function dropOldest(map: Map<number, unknown>, capacity: number): void {
  for (const key of map.keys()) {
    if (map.size <= capacity) return;
    map.delete(key);
  }
}
