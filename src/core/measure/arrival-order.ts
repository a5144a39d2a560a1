/** How far back arrival times may step before it counts as a jump of the clock, in milliseconds. */
const defaultJumpBackMs = 1000;

/**
 * Keeps arrival times in order. Small steps back (receive stamps taken by different threads) are raised to
 * the latest time; a large one is a jump of the clock, as when a simulation starts anew.
 */
export class ArrivalOrder {
  readonly #jumpBackMs: number;
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor(jumpBackMs = defaultJumpBackMs) {
    this.#jumpBackMs = jumpBackMs;
  }

  /** The time to file an arrival under, and whether the clock jumped back before it. */
  next(timeMs: number): { timeMs: number; jumped: boolean } {
    const jumped = this.#latestMs - timeMs > this.#jumpBackMs;
    this.#latestMs = jumped ? timeMs : Math.max(timeMs, this.#latestMs);
    return { timeMs: this.#latestMs, jumped };
  }

  reset(): void {
    this.#latestMs = Number.NEGATIVE_INFINITY;
  }
}
