import { ArrivalOrder } from './arrival-order.ts';
import { summarizeLatencies } from './latency-stats.ts';
import { Listening, type Span } from './listening.ts';
import { NumberRing } from './number-ring.ts';
import type { TopicStats } from './profile.ts';
import { type Edges, rateErrorHz, rateOf, standardDeviation } from './rate.ts';
import { skippedStamps } from './skipped-stamps.ts';

/** One message as the profiler saw it. */
export type Arrival = {
  arrivalMs: number;
  /** The header stamp; undefined for messages without one. */
  stampMs: number | undefined;
  bytes: number;
  /** Messages missing before this one by the publisher's numbering; absent where nothing numbers them. */
  lost?: number;
};

/** What a topic's window alone can say; how a loss is to be understood takes more, see `loss.ts`. */
export type TopicTraffic = Omit<TopicStats, 'type' | 'lost' | 'loss'> & {
  /** Lost on the way by the publishers' numbering; undefined where nothing numbers the messages. */
  lostCounted: number | undefined;
  /** Messages that stamps at even distances show to be missing, whatever became of them. */
  skipped: number;
};

/** How much a topic brings; `observedMs` is for how long it was listened to. */
export type TopicLoad = { messagesPerSecond: number; bytesPerSecond: number; observedMs: number };

/** So long a first subscription may be deaf, until the middleware has connected it with every publisher. */
const connectingMs = 2000;
/** Spans leave out their first instant, and the first message is to be in its span. */
const instantMs = 1e-3;

/**
 * The recent traffic of one topic. Memory is bounded: of a topic faster than `capacity` messages per window
 * only the newest are kept, and statistics then speak of the time that these cover.
 */
export class TopicWindow {
  readonly topic: string;
  readonly #arrivals: NumberRing;
  /** NaN for a message without a stamp. */
  readonly #stamps: NumberRing;
  readonly #sizes: NumberRing;
  readonly #lostAt: NumberRing;
  readonly #lostCounts: NumberRing;
  readonly #listening = new Listening();
  readonly #order: ArrivalOrder;
  #isNumbered = false;
  /** When listening began, while nothing has been heard since. */
  #deafSinceMs: number | undefined;

  /** `sinceMs` is when listening began: silence before it is not held against the topic. */
  constructor(options: { topic: string; sinceMs: number; capacity?: number; jumpBackMs?: number }) {
    const { topic, sinceMs, capacity = 16_384, jumpBackMs } = options;
    this.topic = topic;
    this.#arrivals = new NumberRing(capacity);
    this.#stamps = new NumberRing(capacity);
    this.#sizes = new NumberRing(capacity);
    this.#lostAt = new NumberRing(capacity);
    this.#lostCounts = new NumberRing(capacity);
    this.#order = new ArrivalOrder(jumpBackMs);
    this.#listening.begin(sinceMs);
    this.#deafSinceMs = sinceMs;
  }

  /** Files one message; a jump of the clock back to before `jumpBackMs` forgets all earlier ones. */
  record(arrival: Arrival): void {
    const { timeMs, jumped } = this.#order.next(arrival.arrivalMs);
    if (jumped) this.reset(timeMs);
    this.#noteHearing(timeMs);
    this.#arrivals.push(timeMs);
    this.#stamps.push(arrival.stampMs ?? Number.NaN);
    this.#sizes.push(arrival.bytes);
    if (arrival.lost === undefined) return;
    this.#isNumbered = true;
    if (arrival.lost === 0) return;
    this.#lostAt.push(timeMs);
    this.#lostCounts.push(arrival.lost);
  }

  /** Listens again from `atMs` on. */
  resume(atMs: number): void {
    this.#listening.begin(atMs);
  }

  /** What happens from `atMs` on is not known, until `resume`. */
  pause(atMs: number): void {
    this.#deafSinceMs = undefined;
    this.#listening.end(atMs);
  }

  /** Forgets all messages and listens anew from `sinceMs`. */
  reset(sinceMs: number): void {
    for (const ring of [this.#arrivals, this.#stamps, this.#sizes, this.#lostAt, this.#lostCounts])
      ring.clear();
    this.#order.reset();
    this.#listening.reset(sinceMs);
  }

  /** Size of the newest message that is remembered; 0 before the first. Of a window in which all were lost it is what is known. */
  get newestBytes(): number {
    return this.#sizes.length > 0 ? this.#sizes.last : 0;
  }

  /** Whether a message arrived in (endMs - windowMs, endMs]; cheap. */
  spokeWithin(endMs: number, windowMs: number): boolean {
    return this.#arrivals.firstAfter(endMs - windowMs) < this.#arrivals.firstAfter(endMs);
  }

  /** Lost by the publishers' numbering in (endMs - windowMs, endMs]; cheap. */
  lostWithin(endMs: number, windowMs: number): number {
    let lost = 0;
    const end = this.#lostAt.firstAfter(endMs);
    for (let i = this.#lostAt.firstAfter(endMs - windowMs); i < end; i++) lost += this.#lostCounts.at(i);
    return lost;
  }

  /** Header stamps of the messages that arrived in (startMs, endMs], in the order of arrival. */
  stampsWithin(startMs: number, endMs: number): number[] {
    const stampsMs: number[] = [];
    const end = this.#arrivals.firstAfter(endMs);
    for (let i = this.#arrivals.firstAfter(startMs); i < end; i++) {
      if (!Number.isNaN(this.#stamps.at(i))) stampsMs.push(this.#stamps.at(i));
    }
    return stampsMs;
  }

  /**
   * When it was listened to in (endMs - windowMs, endMs], as far as the messages kept reach back; the latest time
   * before, when it was not listened to in the window at all.
   */
  heardSpans(endMs: number, windowMs: number): Span[] {
    // Of a ring that has dropped messages nothing is known before its oldest one.
    const keptFromMs = this.#arrivals.isFull ? this.#arrivals.at(0) : Number.NEGATIVE_INFINITY;
    const spans = this.#listening.within(Math.max(endMs - windowMs, keptFromMs), endMs);
    return spans.length > 0 ? spans : this.#listening.within(keptFromMs, endMs).slice(-1);
  }

  /** What came in (endMs - windowMs, endMs], or the part of it that was heard; cheap beside `stats`. */
  load(endMs: number, windowMs: number): TopicLoad {
    let count = 0;
    let bytes = 0;
    let observedMs = 0;
    for (const { fromMs, toMs } of this.heardSpans(endMs, windowMs)) {
      const begin = this.#arrivals.firstAfter(fromMs);
      const end = this.#arrivals.firstAfter(toMs);
      for (let i = begin; i < end; i++) bytes += this.#sizes.at(i);
      count += end - begin;
      observedMs += toMs - fromMs;
    }
    const perSecond = (amount: number) => (observedMs > 0 ? (1000 * amount) / observedMs : 0);
    return { messagesPerSecond: perSecond(count), bytesPerSecond: perSecond(bytes), observedMs };
  }

  /** Statistics of the messages that arrived in (endMs - windowMs, endMs], or the part of it that was heard. */
  stats(endMs: number, windowMs: number): TopicTraffic {
    const spans = this.heardSpans(endMs, windowMs);
    const heard = spans.map((span) => this.#heardIn(span));
    const observedMs = sum(spans.map(({ fromMs, toMs }) => toMs - fromMs));
    const intervalsMs = heard.flatMap((each) => each.intervalsMs);
    const agesMs = heard.flatMap((each) => each.agesMs);
    const count = sum(heard.map((each) => each.count));
    const rateHz = rateOf({ count, intervalsMs, edges: heard, observedMs });
    const wasInterrupted = endMs - (spans[0]?.fromMs ?? endMs) > observedMs;
    return {
      topic: this.topic,
      count,
      rateHz,
      periodJitterMs: standardDeviation(intervalsMs),
      ...(intervalsMs.length > 0 && { period: summarizeLatencies(intervalsMs) }),
      ...(agesMs.length > 0 && { age: summarizeLatencies(agesMs) }),
      bytesPerSecond: observedMs > 0 ? (1000 * sum(heard.map((each) => each.bytes))) / observedMs : 0,
      maxGapMs: heard.reduce((longest, each) => Math.max(longest, each.maxGapMs), 0),
      observedMs,
      rateErrorHz: wasInterrupted ? rateErrorHz(rateHz, intervalsMs) : 0,
      lostCounted: this.#isNumbered ? this.lostWithin(endMs, windowMs) : undefined,
      skipped: sum(heard.map(({ stampsMs }) => skippedStamps(stampsMs))),
    };
  }

  /** The silence before the first message is the middleware's rather than the topic's, as long as it is short. */
  #noteHearing(timeMs: number): void {
    if (this.#deafSinceMs !== undefined && timeMs - this.#deafSinceMs <= connectingMs)
      this.#listening.postpone(timeMs - instantMs);
    this.#deafSinceMs = undefined;
  }

  #heardIn({ fromMs, toMs }: Span): Heard {
    const begin = this.#arrivals.firstAfter(fromMs);
    const end = this.#arrivals.firstAfter(toMs);
    const heard: Heard = {
      count: end - begin,
      bytes: 0,
      intervalsMs: [],
      agesMs: [],
      stampsMs: [],
      headMs: end > begin ? this.#arrivals.at(begin) - fromMs : toMs - fromMs,
      tailMs: end > begin ? toMs - this.#arrivals.at(end - 1) : 0,
      maxGapMs: 0,
    };
    for (let i = begin; i < end; i++) {
      const arrivalMs = this.#arrivals.at(i);
      const stampMs = this.#stamps.at(i);
      heard.bytes += this.#sizes.at(i);
      if (i > begin) heard.intervalsMs.push(arrivalMs - this.#arrivals.at(i - 1));
      if (Number.isNaN(stampMs)) continue;
      heard.agesMs.push(arrivalMs - stampMs);
      heard.stampsMs.push(stampMs);
    }
    const gaps = heard.intervalsMs.reduce((longest, gap) => Math.max(longest, gap), 0);
    heard.maxGapMs = Math.max(gaps, heard.headMs, heard.tailMs);
    return heard;
  }
}

/** What one span of listening heard. */
type Heard = Edges & {
  count: number;
  bytes: number;
  intervalsMs: number[];
  agesMs: number[];
  stampsMs: number[];
  maxGapMs: number;
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
