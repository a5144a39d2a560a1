/** Cores used between two looks at a counter of CPU milliseconds. */
export class UsageRate {
  #timeMs = performance.now();
  #totalMs = 0;

  /** Mean since the last call, or since this object was made. */
  next(totalMs: number): number {
    const timeMs = performance.now();
    const cores = timeMs > this.#timeMs ? (totalMs - this.#totalMs) / (timeMs - this.#timeMs) : 0;
    this.#timeMs = timeMs;
    this.#totalMs = totalMs;
    return cores;
  }
}
