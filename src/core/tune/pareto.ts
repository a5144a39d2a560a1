/**
 * Geometry of fronts. A point holds one value per objective, each larger the better and 0 the least that counts; all points of
 * a list have the same objectives in the same order.
 */

/** The values of one configuration, one per objective. */
export type Values = readonly number[];

/** For each point whether it is on the front: no other is at least as good in everything and better in something. */
export function nonDominated(points: readonly Values[]): boolean[] {
  return points.map((point) => !points.some((other) => dominates(other, point)));
}

/**
 * Volume of what is dominated by at least one point, counted from 0 in every objective (Zitzler and Thiele, PPSN 1998). The
 * greater, the better the front as a whole. Computed by slicing, objective by objective (While et al., IEEE Trans.
 * Evolutionary Computation 10, 2006), in about n^(m - 1) steps for n points and m objectives. 0 without points.
 */
export function hypervolume(points: readonly Values[]): number {
  const counting = points.filter((point) => point.every((value) => value > 0));
  return volume(counting, counting[0]?.length ?? 0);
}

/**
 * How far each point lies beyond the plane through the ends of the front, which is the line between its two ends where there
 * are two objectives, each objective counted as a share of its range over the front. The knee is where it is greatest: whoever
 * leaves it loses more of one objective than is won of another (Das, Structural Optimization 18, 1999). 0 on the plane, as
 * the ends themselves are where there are two objectives.
 */
export function distancesBeyondEnds(points: readonly Values[]): number[] {
  const isOnFront = nonDominated(points);
  const front = points.filter((_, i) => isOnFront[i]);
  const count = points[0]?.length ?? 0;
  const ranges = Array.from({ length: count }, (_, k) => {
    const values = front.map((point) => point[k]!);
    const low = Math.min(...values);
    return { low, width: Math.max(...values) - low };
  });
  return points.map((point) => {
    const shares = ranges.map(({ low, width }, k) => (width > 0 ? (point[k]! - low) / width : 0));
    return (shares.reduce((sum, share) => sum + share, 0) - 1) / Math.sqrt(count);
  });
}

function dominates(a: Values, b: Values): boolean {
  return a.every((value, k) => value >= b[k]!) && a.some((value, k) => value > b[k]!);
}

/** Of the first `count` objectives: slices of the last of them, each as thick as the way to the next point. */
function volume(points: readonly Values[], count: number): number {
  if (count === 0) return 0;
  const last = count - 1;
  if (count === 1) return points.reduce((most, point) => Math.max(most, point[0]!), 0);
  const sorted = [...points].sort((a, b) => b[last]! - a[last]!);
  return sorted.reduce((sum, point, i) => {
    const thickness = point[last]! - (sorted[i + 1]?.[last] ?? 0);
    return thickness > 0 ? sum + thickness * volume(sorted.slice(0, i + 1), last) : sum;
  }, 0);
}
