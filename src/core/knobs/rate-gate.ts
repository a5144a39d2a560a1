/** Rates with a meaning of their own. */
export const gateOff = 0;
export const gateUnlimited = -1;

/** A hair below one absorbs rounding, so that a request for the source's own rate lets everything pass. */
const passingCredit = 1 - 1e-6;
/** At most two messages pass back to back after a pause. */
const maxCredit = 2;

/**
 * Thins a stream of messages to an exact rate. Credit grows with time at the requested rate and each message
 * that passes costs one; what is left over is kept, so the mean rate is the requested one at any source rate.
 * Gates that compare with the time of the last passed message alias instead: 25 of 30 Hz becomes 15 Hz
 * (ConfigBot's adaptor, ros_comm#560).
 */
export class RateGate {
  #rateHz: number;
  #credit = 1;
  #lastMs: number | undefined;

  /** `rateHz` > 0, or `gateOff` (0), or `gateUnlimited` (-1). */
  constructor(rateHz: number) {
    this.#rateHz = checked(rateHz);
  }

  get rateHz(): number {
    return this.#rateHz;
  }

  /** Acts from the next message on; the first message after `gateOff` passes at once. */
  setRate(rateHz: number): void {
    if (this.#rateHz <= 0) this.#credit = 1;
    this.#rateHz = checked(rateHz);
  }

  /** Whether the message that arrives at `nowMs` passes. Time that goes back earns nothing. */
  admit(nowMs: number): boolean {
    const elapsedMs = this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (this.#rateHz === gateUnlimited) return true;
    if (this.#rateHz === gateOff) return false;
    this.#credit = Math.min(this.#credit + (elapsedMs / 1000) * this.#rateHz, maxCredit);
    if (this.#credit < passingCredit) return false;
    this.#credit -= 1;
    return true;
  }
}

function checked(rateHz: number): number {
  if (rateHz === gateUnlimited || (Number.isFinite(rateHz) && rateHz >= 0)) return rateHz;
  throw new RangeError(`gate rate ${rateHz}`);
}
