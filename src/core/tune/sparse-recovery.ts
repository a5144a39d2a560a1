import { cholesky, solve } from './linalg.ts';

/**
 * A sparse vector from fewer measurements than it has entries: CoSaMP (Needell & Tropp, Applied and Computational
 * Harmonic Analysis 26, 2009, algorithm 1).
 *
 * Notation: y = A g + noise with m measurements of d entries; s number of entries that g is taken to have.
 */

const mostIterations = 50;
const smallestResidual = 0.005;
/** Added to the diagonal of the normal equations, as a share of its mean: rows may be fewer than the entries tried. */
const ridge = 1e-6;

/** g, `dimensions` entries of which at most `sparsity` are not 0. `rows` are those of A, all of one length; no rows, or y = 0, give 0. */
export function recoverSparse(
  rows: readonly ArrayLike<number>[],
  values: readonly number[],
  dimensions: number,
  sparsity: number,
): Float64Array {
  const size = squaredNorm(values);
  let best = { vector: new Float64Array(dimensions), left: size };
  if (!(size > 0)) return best.vector;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const proxy = project(rows, residual(rows, values, best.vector), dimensions);
    const support = [...new Set([...largest(proxy, 2 * sparsity), ...nonZero(best.vector)])];
    const fitted = leastSquares(rows, values, support);
    const vector = new Float64Array(dimensions);
    for (const entry of largest(fitted, sparsity)) vector[support[entry]!] = fitted[entry]!;
    const left = squaredNorm(residual(rows, values, vector));
    if (!(left < best.left)) break;
    best = { vector, left };
    if (left < smallestResidual ** 2 * size) break;
  }
  return best.vector;
}

function squaredNorm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** y - A g. */
function residual(
  rows: readonly ArrayLike<number>[],
  values: readonly number[],
  vector: Float64Array,
): Float64Array {
  return Float64Array.from(values, (value, i) => {
    let left = value;
    for (let k = 0; k < vector.length; k++) left -= rows[i]![k]! * vector[k]!;
    return left;
  });
}

/** A^T v. */
function project(rows: readonly ArrayLike<number>[], v: Float64Array, dimensions: number): Float64Array {
  const out = new Float64Array(dimensions);
  for (const [i, row] of rows.entries()) {
    for (let k = 0; k < dimensions; k++) out[k]! += row[k]! * v[i]!;
  }
  return out;
}

/** Indices of the `count` entries of greatest size, zeros left out. */
function largest(vector: Float64Array, count: number): number[] {
  return nonZero(vector)
    .sort((a, b) => Math.abs(vector[b]!) - Math.abs(vector[a]!))
    .slice(0, count);
}

function nonZero(vector: Float64Array): number[] {
  return Array.from(vector.keys()).filter((index) => vector[index] !== 0);
}

/** The entries at `support` that fit best, by the normal equations. */
function leastSquares(
  rows: readonly ArrayLike<number>[],
  values: readonly number[],
  support: readonly number[],
): Float64Array {
  const n = support.length;
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (const [i, row] of rows.entries()) {
    for (let a = 0; a < n; a++) {
      const factor = row[support[a]!]!;
      right[a]! += factor * values[i]!;
      for (let b = 0; b < n; b++) normal[a * n + b]! += factor * row[support[b]!]!;
    }
  }
  let trace = 0;
  for (let a = 0; a < n; a++) trace += normal[a * n + a]!;
  for (let a = 0; a < n; a++) normal[a * n + a]! += (ridge * trace) / n;
  return solve(cholesky(normal, n), right);
}
