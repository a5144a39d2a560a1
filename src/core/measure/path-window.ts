import { ArrivalOrder } from './arrival-order.ts';
import { summarizeLatencies } from './latency-stats.ts';
import type { PathStats } from './profile.ts';
import { Ring } from './ring.ts';

/** What was heard on one topic of a path, and when last. */
type Heard = { atMs: number; stampedAtMs: number; ofPathAtMs: number };

/**
 * Latency along a path by the header stamp that its messages carry on: from the stamp of a message on the
 * first topic to the arrival on the last topic of the first message with this stamp. Topics in between name
 * the way; they are only looked at to say where a stamp got lost. A stamp that was never seen on the first topic
 * is not counted, as it may be of another source; the order in which the two arrive at the profiler does not
 * matter.
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
  readonly #heard = new Map<string, Heard>();

  /** `path` has at least two topics; at most `capacity` stamps are remembered. */
  constructor(options: { path: readonly string[]; capacity?: number; jumpBackMs?: number }) {
    const { path, capacity = 4096, jumpBackMs } = options;
    if (path.length < 2) throw new RangeError('a path has at least two topics');
    this.path = path;
    this.#capacity = capacity;
    this.#completions = new Ring(capacity);
    this.#order = new ArrivalOrder(jumpBackMs);
  }

  /** Files a message of any topic; topics that are not on the path are ignored. */
  record(topic: string, arrivalMs: number, stampMs: number | undefined): void {
    if (!this.path.includes(topic)) return;
    if (this.#order.next(arrivalMs).jumped) this.reset();
    if (stampMs !== undefined && topic === this.path[0]) this.#depart(stampMs);
    this.#notice(topic, arrivalMs, stampMs);
    if (stampMs !== undefined && topic === this.path.at(-1)) this.#arrive(stampMs, arrivalMs);
  }

  /** Forgets everything. */
  reset(): void {
    this.#completions.clear();
    this.#order.reset();
    this.#departed.clear();
    this.#early.clear();
    this.#heard.clear();
  }

  /** Latencies of the messages that reached the last topic in (endMs - windowMs, endMs], and what they leave out. */
  stats(endMs: number, windowMs: number): PathStats {
    const startMs = endMs - windowMs;
    const isWithin = (timeMs: number) => timeMs > startMs && timeMs <= endMs;
    const latencies = [...this.#completions]
      .filter(({ arrivalMs }) => isWithin(arrivalMs))
      .map(({ latencyMs }) => latencyMs);
    return {
      path: [...this.path],
      latency: summarizeLatencies(latencies),
      unmatched: [...this.#early.values()].filter(isWithin).length,
      unseen: this.#unseen(startMs),
    };
  }

  /** The way before the first stamp and after the last arrival is never seen; the rest is a fault, and named. */
  #unseen(startMs: number): string[] {
    const head = this.path[0] as string;
    const tail = this.path.at(-1) as string;
    const faults = this.path.flatMap((topic) => {
      const fault = this.#faultOf(topic, startMs);
      return fault === undefined ? [] : [`${topic}: ${fault}`];
    });
    return [
      `from the event itself to its stamp on ${head}`,
      `from the arrival on ${tail} to its effect`,
      ...faults,
    ];
  }

  #faultOf(topic: string, startMs: number): string | undefined {
    const { atMs, stampedAtMs, ofPathAtMs } = this.#heard.get(topic) ?? silent;
    const isEnd = topic === this.path[0] || topic === this.path.at(-1);
    const consequence = isEnd ? ', so that the path cannot be measured' : '';
    if (atMs <= startMs) return `not heard${consequence}`;
    if (stampedAtMs <= startMs) return `carries no stamps${consequence}`;
    if (ofPathAtMs <= startMs) return `carries other stamps than ${this.path[0]}${consequence}`;
    return undefined;
  }

  #notice(topic: string, atMs: number, stampMs: number | undefined): void {
    const before = this.#heard.get(topic) ?? silent;
    const isOfPath = stampMs !== undefined && this.#departed.has(stampMs);
    this.#heard.set(topic, {
      atMs,
      stampedAtMs: stampMs === undefined ? before.stampedAtMs : atMs,
      ofPathAtMs: isOfPath ? atMs : before.ofPathAtMs,
    });
  }

  #depart(stampMs: number): void {
    if (this.#departed.has(stampMs)) return;
    this.#departed.set(stampMs, 'under way');
    dropOldest(this.#departed, this.#capacity);
    const arrivalMs = this.#early.get(stampMs);
    if (arrivalMs === undefined) return;
    this.#early.delete(stampMs);
    this.#notice(this.path.at(-1) as string, arrivalMs, stampMs);
    this.#complete(stampMs, arrivalMs);
  }

  #arrive(stampMs: number, arrivalMs: number): void {
    const state = this.#departed.get(stampMs);
    if (state === 'under way') this.#complete(stampMs, arrivalMs);
    if (state !== undefined || this.#early.has(stampMs)) return;
    this.#early.set(stampMs, arrivalMs);
    dropOldest(this.#early, this.#capacity);
  }

  #complete(stampMs: number, arrivalMs: number): void {
    this.#departed.set(stampMs, 'counted');
    this.#completions.push({ arrivalMs, latencyMs: arrivalMs - stampMs });
  }
}

const silent: Heard = { atMs: -Infinity, stampedAtMs: -Infinity, ofPathAtMs: -Infinity };

function dropOldest(map: Map<number, unknown>, capacity: number): void {
  for (const key of map.keys()) {
    if (map.size <= capacity) return;
    map.delete(key);
  }
}
