import type { Point } from './space.ts';

/**
 * Matérn 5/2 covariance with one length scale per knob (Rasmussen & Williams 2006, eq. 4.17 and 5.1):
 *
 *   k(x, x') = s2 (1 + a + a^2/3) exp(-a),  a = sqrt(5) r,  r^2 = sum_d delta_d(x, x')^2 / l_d^2
 *
 * Notation: s2 signal variance; l_d length scale of knob d in units of its whole range; delta_d difference of
 * the coordinates, and for a categorical knob 0 or 1 (same or another category), which is the distance of
 * one-hot vectors with one common length scale, their constant factor taken into l_d.
 */

const sqrt5 = Math.sqrt(5);

/** Points side by side in memory: coordinate d of point i at i * dimensions + d. */
export type PointMatrix = { values: Float64Array; count: number; categorical: Uint8Array };

/** Lays points out for the functions below. */
export function pointMatrix(points: readonly Point[], categorical: readonly boolean[]): PointMatrix {
  return {
    values: Float64Array.from(points.flat()),
    count: points.length,
    categorical: Uint8Array.from(categorical, Number),
  };
}

/** Squared differences delta_d^2 of points i and j, written to `out` from `at`. */
export function squaredDifferences(
  { values, categorical }: PointMatrix,
  i: number,
  j: number,
  out: Float64Array,
  at: number,
): void {
  const dimensions = categorical.length;
  for (let d = 0; d < dimensions; d++) {
    const difference = values[i * dimensions + d]! - values[j * dimensions + d]!;
    out[at + d] = categorical[d] ? Number(difference !== 0) : difference * difference;
  }
}

/** r^2 of every point to `x`, written to `out`; `weights` are 1 / l_d^2. */
export function squaredDistances(
  { values, count, categorical }: PointMatrix,
  x: Point,
  weights: Float64Array,
  out: Float64Array = new Float64Array(count),
): Float64Array {
  const dimensions = categorical.length;
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++, at++) {
      const difference = x[d]! - values[at]!;
      if (categorical[d] === 0) sum += difference * difference * weights[d]!;
      else if (difference !== 0) sum += weights[d]!;
    }
    out[i] = sum;
  }
  return out;
}

/** k / s2 at r^2. */
export function matern52(r2: number): number {
  const a = sqrt5 * Math.sqrt(r2);
  return (1 + a + (a * a) / 3) * Math.exp(-a);
}

/** d(k / s2) / d(log l_d), divided by delta_d^2 / l_d^2: the same for all knobs. `correlation` is k / s2 at r^2. */
export function matern52Slope(r2: number, correlation: number): number {
  const a = sqrt5 * Math.sqrt(r2);
  return ((5 / 3) * (1 + a) * correlation) / (1 + a + (a * a) / 3);
}
