import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { erfcx, logExpectedExcess, logNormalCdf, normalCdf } from './gaussian.ts';
import { cholesky, inverse, logDeterminant, solve } from './linalg.ts';
import { minimize } from './minimize.ts';

describe('the Gaussian tail functions', () => {
  it.each([
    [-1, 5.008980080762283],
    [0, 1],
    [1, 0.427583576155807],
    [1.999999, 0.2553957831070094],
    [2, 0.2553956763105057],
    [5, 0.1107046377330686],
    [30, 0.01879588886141675],
  ])('erfcx(%f) is %f', (x, expected) => {
    expect(erfcx(x) / expected).toBeCloseTo(1, 10);
  });

  it.each([
    [0, Math.log(0.5)],
    [2, -0.0230129093289635],
    [-3, -6.60772622151035],
    [-10, -53.2312851505047],
    [-40, -804.608442013754],
  ])('log Phi(%f) is %f', (z, expected) => {
    expect(logNormalCdf(z)).toBeCloseTo(expected, 9);
  });

  it('gives complementary probabilities', () => {
    for (const z of [-8, -2, -0.3, 0, 1, 4]) expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 12);
  });

  it.each([
    [0, -0.918938533204673],
    [-1, -2.485121025712641],
    [-5, -16.74430116266099],
    [-30, -457.724653760598],
    [-1000, -500014.7344520912],
  ])('log h(%f) is %f', (z, expected) => {
    expect(logExpectedExcess(z)).toBeCloseTo(expected, 8);
  });

  it('rises steadily over the whole range, its branches included', () => {
    const zs = [-1e7, -1.00001e5, -1e5, -0.99999e5, -1e3, -50, -5, -1.0001, -1, -0.9999, 0, 3, 40];
    const values = zs.map(logExpectedExcess);
    expect(values.every(Number.isFinite)).toBe(true);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]!);
  });
});

describe('linear algebra', () => {
  const n = 12;
  const random = seededRandom(3);
  const b = Float64Array.from({ length: n * n }, () => normal(random));
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) a[i * n + j]! += b[i * n + k]! * b[j * n + k]!;
    }
    a[i * n + i]! += 0.5;
  }
  const times = (x: Float64Array) =>
    Array.from({ length: n }, (_, i) => x.reduce((sum, value, j) => sum + a[i * n + j]! * value, 0));

  it('solves', () => {
    const x = solve(
      cholesky(a, n),
      Float64Array.from({ length: n }, (_, i) => i),
    );
    for (const [i, value] of times(x).entries()) expect(value).toBeCloseTo(i, 8);
  });

  it('inverts', () => {
    const inverted = inverse(cholesky(a, n));
    for (let j = 0; j < n; j++) {
      const column = Float64Array.from({ length: n }, (_, i) => inverted[i * n + j]!);
      for (const [i, value] of times(column).entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 8);
    }
  });

  it('knows the determinant', () => {
    expect(logDeterminant(cholesky(Float64Array.of(4, 2, 2, 3), 2))).toBeCloseTo(Math.log(8), 12);
  });

  it('adds jitter to a singular matrix and says how much', () => {
    const singular = new Float64Array(9).fill(1);
    expect(cholesky(singular, 3).jitter).toBeGreaterThan(0);
    expect(cholesky(Float64Array.of(1, 0, 0, 1), 2).jitter).toBe(0);
  });

  it('throws on a matrix that is no covariance', () => {
    expect(() => cholesky(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow('not positive definite');
    expect(() => cholesky(Float64Array.of(1, 9, 9, 1), 2)).toThrow('not positive definite');
  });
});

describe('minimize', () => {
  it('finds the minimum of a bent valley', () => {
    const rosenbrock = ([x = 0, y = 0]: Float64Array) => ({
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    });
    const { at } = minimize(rosenbrock, Float64Array.of(-1.2, 1), { maxIterations: 200, tolerance: 0 });
    expect(at[0]).toBeCloseTo(1, 4);
    expect(at[1]).toBeCloseTo(1, 4);
  });

  it('never moves a coordinate by more than the step limit in one iteration', () => {
    const steep = ([x = 0]: Float64Array) => ({ value: 1e6 * x * x, gradient: Float64Array.of(2e6 * x) });
    const { at } = minimize(steep, Float64Array.of(10), { maxIterations: 1, maxStep: 0.5 });
    expect(Math.abs(at[0]! - 10)).toBeLessThanOrEqual(0.5);
  });
});
