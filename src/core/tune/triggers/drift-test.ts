import { normalDeviate } from '../student.ts';

/**
 * A self-starting two-sided CUSUM (Hawkins: Self-starting cumulative sum charts for location and scale. The
 * Statistician 36, 1987): a sequential test for a lasting change of a quantity's level, which needs no known mean or
 * deviation, as it learns both while it tests.
 *
 * Notation: x_n the nth value, m and s mean and standard deviation of the values before it,
 *
 *     t_n = √((n − 1)/n) (x_n − m) / s        Student's t with n − 2 degrees of freedom while nothing changes
 *     z_n = ± (8ν + 1)/(8ν + 3) √(ν ln(1 + t²/ν)),   ν = n − 2     standard normal (Wallace 1959)
 *     C⁺_n = max(0, C⁺_{n−1} + z_n − k),   C⁻_n = max(0, C⁻_{n−1} − z_n − k)
 *
 * and the test alarms when C⁺ or C⁻ exceeds h. A change by 2k deviations is what it finds soonest. By Siegmund's
 * approximation a false alarm comes once in about (e^{2kb} − 2kb − 1)/(4k²) values, b = h + 1.166, if values are
 * independent and normal.
 */
export class DriftTest {
  readonly #allowance: number;
  readonly #threshold: number;
  #count = 0;
  #mean = 0;
  /** Sum of squared deviations from the mean (Welford). */
  #squares = 0;
  #up = 0;
  #down = 0;

  /** `allowance` is k and `threshold` h, both in standard deviations. */
  constructor({ allowance, threshold }: { allowance: number; threshold: number }) {
    this.#allowance = allowance;
    this.#threshold = threshold;
  }

  /** Takes the next value; what is not finite is left out. */
  observe(value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.#count >= learntFrom) {
      const deviate = this.#deviate(value);
      this.#up = Math.max(0, this.#up + deviate - this.#allowance);
      this.#down = Math.max(0, this.#down - deviate - this.#allowance);
    }
    this.#count++;
    const before = this.#mean;
    this.#mean += (value - before) / this.#count;
    this.#squares += (value - before) * (value - this.#mean);
  }

  /** Which way the level has gone; undefined while nothing speaks for a change. */
  get alarm(): 'up' | 'down' | undefined {
    if (this.#up > this.#threshold) return 'up';
    return this.#down > this.#threshold ? 'down' : undefined;
  }

  /** z_n. */
  #deviate(value: number): number {
    const freedom = this.#count - 1;
    const deviation = Math.max(
      Math.sqrt(this.#squares / freedom),
      smallestShare * Math.abs(this.#mean),
      Number.MIN_VALUE,
    );
    const t = Math.sqrt(this.#count / (this.#count + 1)) * ((value - this.#mean) / deviation);
    return normalDeviate(t, freedom);
  }
}

/** Values before the first is tested. With fewer the deviation is a guess, and Wallace's formula is coarse. */
const learntFrom = 5;
/** A deviation below this share of the mean is taken for it: on a quantity that never varies, anything would be a drift. */
const smallestShare = 0.01;
