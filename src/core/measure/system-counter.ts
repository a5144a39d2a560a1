import { CounterWindow } from './counter-window.ts';

/** Enough for a window of a minute at four looks a second, and some more. */
const capacity = 512;

/** A cumulative counter of the machine. One that goes down has begun anew, as that of a group made again by its name. */
export class SystemCounter {
  readonly #window = new CounterWindow(capacity);
  #latest = Number.NEGATIVE_INFINITY;

  /** Times must not go down. */
  record(timeMs: number, total: number): void {
    if (total < this.#latest) this.#window.reset();
    this.#latest = total;
    this.#window.record(timeMs, total);
  }

  /** Growth per millisecond over (endMs - windowMs, endMs]; undefined before two looks. */
  ratePerMs(endMs: number, windowMs: number): number | undefined {
    return this.#window.ratePerMs(endMs, windowMs);
  }
}
