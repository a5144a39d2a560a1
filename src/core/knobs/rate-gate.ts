/** Rates with a meaning of their own. */
export const gateOff = 0;
export const gateUnlimited = -1;

/** A hair below one absorbs rounding, so that a request for the source's own rate lets everything pass. */
const passingCredit = 1 - 1e-6;
/** At most two messages pass back to back after a pause, for each message that shares a reading of the clock. */
const burst = 2;

/**
 * Thins a stream of messages to an exact rate. Credit grows with time at the requested rate and each message
 * that passes costs one; what is left over is kept, so the mean rate is the requested one at any source rate.
 * Gates that compare with the time of the last passed message alias instead: 25 of 30 Hz becomes 15 Hz
 * (ConfigBot's adaptor, ros_comm#560).
 *
 * A clock may tick coarser than messages come: a simulator's /clock often at 10 Hz. Credit then comes in lumps,
 * so the bound grows with the number of messages that one tick covered; on a fine clock that is one.
 */
export class RateGate {
  #rateHz: number;
  #credit = 1;
  #lastMs: number | undefined;
  /** Messages seen at `#lastMs`. */
  #sharing = 1;

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

  /**
   * Whether the message that arrives at `nowMs` passes. Time that goes back earns nothing. `lateMs` is how long the
   * message waited for its reader: what was earned meanwhile is kept for those that waited with it, as a reader
   * that stands still is no pause of the source.
   */
  admit(nowMs: number, lateMs = 0): boolean {
    this.#advance(nowMs, lateMs);
    if (this.#rateHz === gateUnlimited) return true;
    if (this.#rateHz === gateOff) return false;
    if (this.#credit < passingCredit) return false;
    this.#credit -= 1;
    return true;
  }

  #advance(nowMs: number, lateMs: number): void {
    if (nowMs === this.#lastMs) {
      this.#sharing++;
      return;
    }
    const elapsedMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    const earned = (ms: number) => (ms / 1000) * Math.max(0, this.#rateHz);
    this.#credit = Math.min(this.#credit + earned(elapsedMs), burst * this.#sharing + earned(lateMs));
    this.#lastMs = nowMs;
    this.#sharing = 1;
  }
}

function checked(rateHz: number): number {
  if (rateHz === gateUnlimited || (Number.isFinite(rateHz) && rateHz >= 0)) return rateHz;
  throw new RangeError(`gate rate ${rateHz}`);
}
