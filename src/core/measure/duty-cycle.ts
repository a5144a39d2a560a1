import type { TopicLoad } from './topic-window.ts';

/** From here on listening to a topic costs more than it is worth to hear every message. */
const heavy = { bytesPerSecond: 2e6, messagesPerSecond: 200 };
/** Fewer say nothing of a rate. */
const fewestMessages = 4;
/** More say little more of a steady rate, and of a fast topic they are what listening costs. */
const mostMessages = 100;
/** How long a topic may stay silent after it was subscribed to: discovery takes its time. */
const patienceMs = 1000;

/** Whether a topic is to be listened to in short windows only; half as heavy is enough to stay so. */
export function isHeavy(load: Omit<TopicLoad, 'observedMs'>, wasHeavy: boolean): boolean {
  const factor = wasHeavy ? 0.5 : 1;
  return (
    load.bytesPerSecond >= factor * heavy.bytesPerSecond ||
    load.messagesPerSecond >= factor * heavy.messagesPerSecond
  );
}

/**
 * Listens to one topic for a share of the time: for `listenMs` from its first message on, longer where too few
 * messages come, shorter where many do, and then rests so long that the share of `listenMs`, or of what was longer, holds.
 * All times are of one clock.
 */
export class DutyCycle {
  readonly #share: number;
  readonly #listenMs: number;
  #sinceMs: number;
  #firstMs: number | undefined;
  #messages = 0;
  #restUntilMs = Number.NEGATIVE_INFINITY;

  /** `share` lies in (0, 1]; listening begins at `nowMs`. */
  constructor({ share, listenMs, nowMs }: { share: number; listenMs: number; nowMs: number }) {
    this.#share = share;
    this.#listenMs = listenMs;
    this.#sinceMs = nowMs;
  }

  /** Notes a message. */
  hear(arrivalMs: number): void {
    this.#firstMs ??= arrivalMs;
    this.#messages++;
  }

  /** Whether the topic is to be listened to at `nowMs`; a clock that goes back ends a rest. */
  isListening(nowMs: number): boolean {
    if (this.#share === 1) return true;
    const hasJumped = nowMs < this.#sinceMs;
    if (this.#restUntilMs > nowMs && !hasJumped) return false;
    if (this.#restUntilMs > this.#sinceMs || hasJumped) this.#begin(nowMs);
    if (!this.#hasEnough(nowMs)) return true;
    this.#restUntilMs = this.#sinceMs + Math.max(nowMs - this.#sinceMs, this.#listenMs) / this.#share;
    return this.#restUntilMs <= nowMs;
  }

  #begin(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#restUntilMs = Number.NEGATIVE_INFINITY;
    this.#firstMs = undefined;
    this.#messages = 0;
  }

  #hasEnough(nowMs: number): boolean {
    if (this.#firstMs === undefined) return nowMs - this.#sinceMs >= patienceMs + this.#listenMs;
    if (this.#messages >= mostMessages) return true;
    const isLongEnough = nowMs - this.#firstMs >= this.#listenMs;
    return isLongEnough && (this.#messages >= fewestMessages || nowMs - this.#firstMs >= 10 * this.#listenMs);
  }
}
