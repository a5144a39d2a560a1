import { ArrivalOrder } from './arrival-order.ts';
import { summarizeLatencies } from './latency-stats.ts';
import type { TopicStats } from './profile.ts';
import { Ring } from './ring.ts';

/** One message as the profiler saw it; `stampMs` is the header stamp, undefined for messages without one. */
export type Arrival = { arrivalMs: number; stampMs: number | undefined; bytes: number };

/**
 * The recent traffic of one topic. Memory is bounded: of a topic faster than `capacity` messages per window
 * only the newest are kept, and statistics then speak of the time that these cover.
 */
export class TopicWindow {
  readonly topic: string;
  readonly #arrivals: Ring<Arrival>;
  readonly #order: ArrivalOrder;
  #sinceMs: number;

  /** `sinceMs` is when listening began: silence before it is not held against the topic. */
  constructor(options: { topic: string; sinceMs: number; capacity?: number; jumpBackMs?: number }) {
    const { topic, sinceMs, capacity = 4096, jumpBackMs } = options;
    this.topic = topic;
    this.#sinceMs = sinceMs;
    this.#arrivals = new Ring(capacity);
    this.#order = new ArrivalOrder(jumpBackMs);
  }

  /** Files one message; a jump of the clock back to before `jumpBackMs` forgets all earlier ones. */
  record(arrival: Arrival): void {
    const { timeMs, jumped } = this.#order.next(arrival.arrivalMs);
    if (jumped) this.reset(timeMs);
    this.#arrivals.push({ ...arrival, arrivalMs: timeMs });
  }

  /** Forgets all messages and listens anew from `sinceMs`. */
  reset(sinceMs: number): void {
    this.#arrivals.clear();
    this.#order.reset();
    this.#sinceMs = sinceMs;
  }

  /** Statistics of the messages that arrived in (endMs - windowMs, endMs], or the part of it that was heard. */
  stats(endMs: number, windowMs: number): TopicStats {
    const startMs = this.#coveredFromMs(endMs - windowMs);
    const heard = [...this.#arrivals].filter(({ arrivalMs }) => arrivalMs > startMs && arrivalMs <= endMs);
    const times = heard.map(({ arrivalMs }) => arrivalMs);
    const intervals = times.slice(1).map((time, index) => time - (times[index] as number));
    const headMs = (times[0] ?? endMs) - startMs;
    const tailMs = endMs - (times.at(-1) ?? startMs);
    const bytes = heard.reduce((sum, arrival) => sum + arrival.bytes, 0);
    const ages = heard.flatMap(({ arrivalMs, stampMs }) =>
      stampMs === undefined ? [] : arrivalMs - stampMs,
    );
    const coveredMs = endMs - startMs;
    return {
      topic: this.topic,
      type: '',
      count: heard.length,
      rateHz: rateHz(heard.length, headMs, tailMs, coveredMs),
      periodJitterMs: standardDeviation(intervals),
      ...(intervals.length > 0 && { period: summarizeLatencies(intervals) }),
      ...(ages.length > 0 && { age: summarizeLatencies(ages) }),
      bytesPerSecond: coveredMs > 0 ? (1000 * bytes) / coveredMs : 0,
      maxGapMs: intervals.reduce((longest, gap) => Math.max(longest, gap), Math.max(0, headMs, tailMs)),
      lost: 0,
      loss: '',
      observedMs: coveredMs,
      rateErrorHz: 0,
    };
  }

  /** Of a ring that has dropped messages nothing is known before its oldest one. */
  #coveredFromMs(wantedMs: number): number {
    const oldestMs = this.#arrivals.isFull
      ? (this.#arrivals.first?.arrivalMs ?? this.#sinceMs)
      : this.#sinceMs;
    return Math.max(wantedMs, this.#sinceMs, oldestMs);
  }
}

/**
 * Plain count / window is off by up to one message for a topic in perfect health: 20 Hz reads as 19.7 Hz in
 * every third window of 3.5 s. So the intervals between the messages are counted over their span, and
 * silence at an edge is added only as far as it is longer than the mean interval. A topic that starves
 * is charged for its silence; one or no message falls back to count / window.
 */
function rateHz(count: number, headMs: number, tailMs: number, coveredMs: number): number {
  if (coveredMs <= 0) return 0;
  const intervals = count - 1;
  const spanMs = coveredMs - headMs - tailMs;
  if (intervals < 1 || spanMs <= 0) return (1000 * count) / coveredMs;
  const meanMs = spanMs / intervals;
  return (1000 * intervals) / (spanMs + Math.max(0, headMs - meanMs) + Math.max(0, tailMs - meanMs));
}

/** Of the population; 0 for fewer than two values. */
function standardDeviation(values: number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
