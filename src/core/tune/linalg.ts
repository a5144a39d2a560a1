/**
 * Dense linear algebra of symmetric positive definite matrices, as much as a Gaussian process needs.
 *
 * Notation: n order of the matrix; A symmetric positive definite, n x n, row-major in a Float64Array of n*n;
 * L its lower Cholesky factor, A = L L^T, stored the same way with zeros above the diagonal.
 */

/** A lower Cholesky factor and what had to be added to the diagonal to get it. */
export type Cholesky = { n: number; factor: Float64Array; jitter: number };

const firstJitter = 1e-10;
const lastJitter = 1e-1;

/**
 * Factors A, adding jitter (from 1e-10 of the mean diagonal, ten times more at each try) when rounding has made
 * it indefinite. Throws when even a tenth of the mean diagonal does not help: the matrix then holds NaN or is no
 * covariance.
 */
export function cholesky(a: Float64Array, n: number): Cholesky {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += a[i * n + i]!;
  const scale = trace / Math.max(n, 1);
  const plain = tryFactor(a, n, 0);
  if (plain) return { n, factor: plain, jitter: 0 };
  for (let relative = firstJitter; relative <= lastJitter; relative *= 10) {
    const factor = tryFactor(a, n, relative * scale);
    if (factor) return { n, factor, jitter: relative * scale };
  }
  throw new Error(`cholesky: matrix of order ${n} is not positive definite (mean diagonal ${scale})`);
}

function tryFactor(a: Float64Array, n: number, jitter: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]! + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return l;
}

/** x with L x = b; `x` may be `b` itself. */
export function solveLower(
  { n, factor }: Cholesky,
  b: Float64Array,
  x: Float64Array = new Float64Array(n),
): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  return x;
}

/** x with A x = b. */
export function solve(cholesky: Cholesky, b: Float64Array): Float64Array {
  const { n, factor } = cholesky;
  const x = solveLower(cholesky, b);
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  return x;
}

/** The inverse of A, n x n, row-major. */
export function inverse({ n, factor }: Cholesky): Float64Array {
  const t = transposedInverse(factor, n);
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += t[i * n + k]! * t[j * n + k]!;
      result[i * n + j] = sum;
      result[j * n + i] = sum;
    }
  }
  return result;
}

/** L^-T, so that the sums above and below run along rows of memory. */
function transposedInverse(l: Float64Array, n: number): Float64Array {
  const t = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    t[j * n + j] = 1 / l[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k]! * t[j * n + k]!;
      t[j * n + i] = sum / l[i * n + i]!;
    }
  }
  return t;
}

/** log |A|. */
export function logDeterminant({ n, factor }: Cholesky): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(factor[i * n + i]!);
  return 2 * sum;
}
