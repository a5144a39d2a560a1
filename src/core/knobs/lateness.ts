/** How far back the least age is looked for, at least. */
const memoryMs = 1000;
/** More lateness than this is not made up for: what waited so long is old. */
const mostMs = 100;

/**
 * How much later than usual messages are read, from their stamps: the age of a message less the least age of the
 * last second or two. A reader that stood still finds messages that waited; after a pause of the source the first
 * one is as fresh as ever. The clocks of stamp and arrival need not agree, only run.
 */
export class Lateness {
  #lastStampMs = Number.NEGATIVE_INFINITY;
  /** Least ages of the present and of the last stretch of `memoryMs`. */
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #stretchSinceMs = Number.NEGATIVE_INFINITY;

  /**
   * Milliseconds that the message which arrives at `nowMs` is late, from 0 to 100; 0 for one whose stamp does not
   * go on from the last one's: such stamps say nothing.
   */
  of(stampMs: number, nowMs: number): number {
    const goesOn = stampMs > this.#lastStampMs;
    this.#lastStampMs = stampMs;
    this.#turn(nowMs);
    if (!goesOn) return 0;
    const ageMs = nowMs - stampMs;
    this.#least = Math.min(this.#least, ageMs);
    return Math.min(ageMs - Math.min(this.#least, this.#leastBefore), mostMs);
  }

  #turn(nowMs: number): void {
    const elapsedMs = nowMs - this.#stretchSinceMs;
    if (elapsedMs >= 0 && elapsedMs < memoryMs) return;
    // After a long silence, or when time went back, the old ages say nothing about now.
    const isNext = elapsedMs >= 0 && elapsedMs < 2 * memoryMs;
    this.#leastBefore = isNext ? this.#least : Number.POSITIVE_INFINITY;
    this.#least = Number.POSITIVE_INFINITY;
    this.#stretchSinceMs = nowMs;
  }
}
