/** Over how long earnings are averaged. */
const memoryMs = 8000;

/** Points that the edge earns per millisecond, idle time included: the price of its time. */
export class EarningRate {
  #points = 0;
  #sinceMs: number | undefined;
  #lastMs = 0;

  earned(points: number, nowMs: number): void {
    this.#sinceMs ??= nowMs;
    this.#points = this.#faded(nowMs) + points;
    this.#lastMs = nowMs;
  }

  /** The rate of late; 0 until half a second has been seen. */
  pointsPerMs(nowMs: number): number {
    if (this.#sinceMs === undefined) return 0;
    // What is left of the time seen, when it fades as the points do.
    const weightMs = memoryMs * (1 - Math.exp((this.#sinceMs - nowMs) / memoryMs));
    return weightMs < 500 ? 0 : this.#faded(nowMs) / weightMs;
  }

  #faded(nowMs: number): number {
    return this.#points * Math.exp((this.#lastMs - nowMs) / memoryMs);
  }
}
