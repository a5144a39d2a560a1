/** The only way core learns the time. Real, simulated (`/clock`) and virtual clocks implement it. */
export interface Clock {
  /** Milliseconds since an epoch of the clock's own. It may jump, a simulated one also back, when the simulation starts anew. */
  nowMs(): number;
}

/** A clock that a test or a simulation moves by hand. */
export class VirtualClock implements Clock {
  #nowMs: number;

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Moves on to `timeMs`; an earlier time is ignored, as time does not go back. */
  advanceTo(timeMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, timeMs);
  }
}
