import { NumberRing } from './number-ring.ts';

/** How fast a cumulative counter grew over a trailing window, between samples by linear interpolation. */
export class CounterWindow {
  readonly #times: NumberRing;
  readonly #totals: NumberRing;

  constructor(capacity = 1024) {
    this.#times = new NumberRing(capacity);
    this.#totals = new NumberRing(capacity);
  }

  /** Times and totals must not go down; call `reset` first when they do. */
  record(timeMs: number, total: number): void {
    this.#times.push(timeMs);
    this.#totals.push(total);
  }

  reset(): void {
    this.#times.clear();
    this.#totals.clear();
  }

  /**
   * Growth per millisecond over (endMs - windowMs, endMs] or the sampled part of it; undefined when fewer
   * than two samples say anything about it. CPU milliseconds thus give cores, millijoules give watts.
   */
  ratePerMs(endMs: number, windowMs: number): number | undefined {
    if (this.#times.length === 0) return undefined;
    const fromMs = Math.max(endMs - windowMs, this.#times.at(0));
    const toMs = Math.min(endMs, this.#times.last);
    if (toMs <= fromMs) return undefined;
    return (this.#totalAt(toMs) - this.#totalAt(fromMs)) / (toMs - fromMs);
  }

  /** `timeMs` lies between the oldest and the newest sample. */
  #totalAt(timeMs: number): number {
    const after = this.#times.firstAfter(timeMs);
    const before = after - 1;
    const total = this.#totals.at(before);
    if (after === this.#times.length) return total;
    const share = (timeMs - this.#times.at(before)) / (this.#times.at(after) - this.#times.at(before));
    return total + share * (this.#totals.at(after) - total);
  }
}
