/** Points d with `normal` · d >= `least`. */
export type HalfSpace = { normal: Float64Array; least: number };

/** Ranges of each coordinate. */
export type Bounds = { low: Float64Array; high: Float64Array };

const sweeps = 200;
const settled = 1e-9;

/**
 * The point nearest to `start` within bounds and half-spaces, by Dykstra's alternating projections (Boyle & Dykstra,
 * 1986). The corrections of the half-spaces are their multipliers times their normals: how much each holds the point
 * back. Where nothing is in all of them the result lies between them, within the bounds.
 */
export function projectOnto(
  start: Float64Array,
  halfSpaces: readonly HalfSpace[],
  { low, high }: Bounds,
): Float64Array {
  const clip = (at: Float64Array): Float64Array => at.map((u, k) => Math.min(Math.max(u, low[k]!), high[k]!));
  const sets = [...halfSpaces.map((one) => (at: Float64Array) => nearestIn(one, at)), clip];
  const corrections = sets.map(() => new Float64Array(start.length));
  let at: Float64Array = Float64Array.from(start);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = at;
    for (const [i, project] of sets.entries()) {
      const shifted = at.map((u, k) => u + corrections[i]![k]!);
      at = project(shifted);
      corrections[i] = shifted.map((u, k) => u - at[k]!);
    }
    if (at.every((u, k) => Math.abs(u - before[k]!) < settled)) break;
  }
  return at;
}

function nearestIn({ normal, least }: HalfSpace, at: Float64Array): Float64Array {
  let [inner, size] = [0, 0];
  for (let k = 0; k < at.length; k++) {
    inner += normal[k]! * at[k]!;
    size += normal[k]! * normal[k]!;
  }
  if (inner >= least || size === 0) return at;
  return at.map((u, k) => u + ((least - inner) / size) * normal[k]!);
}
