/**
 * The covariance of two configurations: how alike their outcomes are believed to be,
 *
 *   k(x, x') = s2 m(r) + s2a / D sum_d q(D t_d),   t_d = delta_d^2 / l_d^2,   r^2 = sum_d t_d,
 *   m(r) = (1 + a + a^2/3) exp(-a), a = sqrt(5) r   (Matérn 5/2, Rasmussen & Williams 2006, eq. 4.17),
 *   q(u) = 1 / (1 + 0.4 u)                           (rational quadratic, eq. 4.19 with alpha = 1, one knob at a time).
 *
 * The first part knows knobs only together: two configurations are alike when all knobs are. The second adds up what
 * each knob does on its own (additive kernels: Duvenaud et al., NIPS 2011), which is what a few observations of many
 * knobs can teach: a load is the sum of its causes. q has no exponential because it is evaluated for every knob.
 *
 * Notation: D number of knobs; s2, s2a variances of the two parts; l_d length scale of knob d in units of its whole
 * range; delta_d difference of the coordinates, and for a categorical knob 0 or 1 (same or another category), which is
 * the distance of one-hot vectors with their constant factor taken into l_d.
 */

const sqrt5 = Math.sqrt(5);
/** Narrows q, so that it falls about as fast as m does at the same length scale. */
const rationalRate = 0.4;

/** m at r^2. */
export function matern52(r2: number): number {
  const a = sqrt5 * Math.sqrt(r2);
  return (1 + a + (a * a) / 3) * Math.exp(-a);
}

/** dm / d(log l_d), divided by t_d: the same for all knobs. `value` is m at r^2. */
export function matern52Slope(r2: number, value: number): number {
  const a = sqrt5 * Math.sqrt(r2);
  return ((5 / 3) * (1 + a) * value) / (1 + a + (a * a) / 3);
}

/** q at u. */
export function rational(u: number): number {
  return 1 / (1 + rationalRate * u);
}

/** dq / d(log l_d), divided by u. `value` is q at u. */
export function rationalSlope(value: number): number {
  return 2 * rationalRate * value * value;
}

/** delta_d^2. */
export function squaredDifference(a: number, b: number, categorical: boolean): number {
  if (categorical) return Number(a !== b);
  return (a - b) * (a - b);
}
