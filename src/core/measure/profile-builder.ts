import { ArrivalOrder } from './arrival-order.ts';
import { missingStamps } from './companion.ts';
import { type Carriage, judgeLoss, type LossEvidence } from './loss.ts';
import { PathWindow } from './path-window.ts';
import type { Profile, TopicStats } from './profile.ts';
import { type Arrival, type TopicLoad, TopicWindow } from './topic-window.ts';

/** How a topic is offered; all that a window of its messages cannot tell. */
export type TopicOffer = Omit<Carriage, 'bytes'> & {
  type: string;
  /** A topic with a message of the same stamp for each of this one's. */
  companion?: string;
};

/** How a topic fares, as /diagnostics grades it. */
export type TopicHealth = 'ok' | 'lossy' | 'silent';

/** The part of a profile that is made of messages; the rest is the machine's. */
export type TrafficProfile = Pick<Profile, 'endMs' | 'windowMs' | 'topics' | 'paths'>;

/**
 * Collects what the profiler hears and makes the profile's topics and paths of any trailing window. All times are
 * of one clock. When it jumps back by more than `jumpBackMs` everything is forgotten and begins anew.
 */
export class ProfileBuilder {
  readonly #capacity: number | undefined;
  readonly #order: ArrivalOrder;
  readonly #topics = new Map<string, TopicWindow>();
  readonly #offers = new Map<string, TopicOffer>();
  #paths: PathWindow[] = [];
  #sinceMs: number;

  /** `sinceMs` is now; `capacity` bounds the messages kept per topic and per path. */
  constructor(options: { sinceMs: number; capacity?: number; jumpBackMs?: number }) {
    this.#sinceMs = options.sinceMs;
    this.#capacity = options.capacity;
    this.#order = new ArrivalOrder(options.jumpBackMs);
  }

  /** From now on the topic is part of each profile, also when it stays silent. */
  watchTopic(topic: string, sinceMs: number): void {
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, new TopicWindow({ topic, sinceMs, ...this.#bound() }));
  }

  /** The topic is no part of later profiles. */
  forgetTopic(topic: string): void {
    this.#topics.delete(topic);
    this.#offers.delete(topic);
  }

  /** Says how a watched topic is offered from now on; another type makes it another topic, which begins anew. */
  offerTopic(topic: string, offer: TopicOffer, atMs: number): void {
    const before = this.#offers.get(topic);
    if (before && before.type !== offer.type) this.#topics.get(topic)?.reset(atMs);
    this.#offers.set(topic, offer);
  }

  /** What a watched topic does from `atMs` on is not known, until `resumeTopic`. */
  pauseTopic(topic: string, atMs: number): void {
    this.#topics.get(topic)?.pause(atMs);
  }

  /** A watched topic is listened to from `atMs` on. */
  resumeTopic(topic: string, atMs: number): void {
    this.#topics.get(topic)?.resume(atMs);
  }

  /** What a watched topic brought in (endMs - windowMs, endMs]. */
  load(topic: string, endMs: number, windowMs: number): TopicLoad | undefined {
    return this.#topics.get(topic)?.load(endMs, windowMs);
  }

  /** Exactly these paths' latencies are part of later profiles. All their topics must be fed to `recordMessage`. */
  watchPaths(paths: readonly (readonly string[])[]): void {
    this.#paths = paths.map(
      (path) =>
        this.#paths.find((known) => known.path.join(' ') === path.join(' ')) ??
        new PathWindow({ path, ...this.#bound() }),
    );
  }

  /** Files a message for its topic, if that is watched, and for every path that it is on. */
  recordMessage(topic: string, arrival: Arrival): void {
    this.#advance(arrival.arrivalMs);
    this.#topics.get(topic)?.record(arrival);
    for (const path of this.#paths) path.record(topic, arrival.arrivalMs, arrival.stampMs);
  }

  /** Forgets all that was recorded; what is watched stays watched. */
  reset(sinceMs: number): void {
    this.#sinceMs = sinceMs;
    this.#order.reset();
    for (const topic of this.#topics.values()) topic.reset(sinceMs);
    for (const path of this.#paths) path.reset();
  }

  /** How each watched topic fared in (endMs - windowMs, endMs], by what is known without statistics; cheap. */
  health(endMs: number, windowMs: number): Map<string, TopicHealth> {
    return new Map(
      [...this.#topics].map(([topic, window]) => [
        topic,
        window.lostWithin(endMs, windowMs) > 0
          ? 'lossy'
          : window.spokeWithin(endMs, windowMs)
            ? 'ok'
            : 'silent',
      ]),
    );
  }

  /** What was seen in (endMs - windowMs, endMs]; the profile's window is shorter when less has been watched. */
  build(endMs: number, windowMs: number): TrafficProfile {
    const coveredMs = Math.max(0, Math.min(windowMs, endMs - this.#sinceMs));
    return {
      endMs,
      windowMs: coveredMs,
      topics: [...this.#topics.values()].map((topic) => this.#topicStats(topic, endMs, coveredMs)),
      paths: this.#paths.map((path) => path.stats(endMs, coveredMs)),
    };
  }

  #topicStats(window: TopicWindow, endMs: number, windowMs: number): TopicStats {
    const { lostCounted, skipped, ...traffic } = window.stats(endMs, windowMs);
    const offer = this.#offers.get(window.topic);
    if (!offer) return { ...traffic, type: '', lost: 0, loss: '' };
    const evidence = {
      count: traffic.count,
      counted: lostCounted,
      companion: this.#companionEvidence(window, offer, endMs, windowMs),
      skipped,
    };
    const bytes = window.newestBytes;
    return { ...traffic, type: offer.type, ...judgeLoss(evidence, { ...offer, bytes }) };
  }

  #companionEvidence(
    window: TopicWindow,
    { companion }: TopicOffer,
    endMs: number,
    windowMs: number,
  ): LossEvidence['companion'] {
    const beside = companion === undefined ? undefined : this.#topics.get(companion);
    if (!beside || companion === undefined) return undefined;
    const spans = window.heardSpans(endMs, windowMs);
    const stampsOf = (each: TopicWindow) =>
      spans.flatMap(({ fromMs, toMs }) => each.stampsWithin(fromMs, toMs));
    const besideMs = stampsOf(beside);
    const missing = missingStamps(stampsOf(window), besideMs);
    return missing === undefined ? undefined : { topic: companion, missing, heard: besideMs.length };
  }

  #advance(timeMs: number): void {
    if (!this.#order.next(timeMs).jumped) return;
    this.reset(timeMs);
    this.#order.next(timeMs);
  }

  #bound(): { capacity?: number } {
    return this.#capacity === undefined ? {} : { capacity: this.#capacity };
  }
}
