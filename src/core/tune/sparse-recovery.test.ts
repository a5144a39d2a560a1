import { describe, expect, it } from 'vitest';
import { normal, seededRandom, shuffled } from '../random.ts';
import { recoverSparse } from './sparse-recovery.ts';

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

/** 50 entries of which 5 are not 0, seen through 24 = 2 s ln(d / s) normal measurements, as in CONGO's experiments. */
function made(seed: number, noise: number) {
  const random = seededRandom(seed);
  const [d, s, m] = [50, 5, 24];
  const truth = new Float64Array(d);
  const support = shuffled([...truth.keys()], random).slice(0, s);
  for (const k of support) truth[k] = 1 + random.next();
  const rows = Array.from({ length: m }, () =>
    Array.from({ length: d }, () => normal(random) / Math.sqrt(m)),
  );
  const values = rows.map((row) => {
    const exact = row.reduce((sum, a, k) => sum + a * truth[k]!, 0);
    return exact + noise * normal(random);
  });
  return { truth, rows, values, d, s };
}

function relativeError(seed: number, noise: number): number {
  const { truth, rows, values, d, s } = made(seed, noise);
  const vector = recoverSparse(rows, values, d, s);
  return Math.hypot(...vector.map((g, k) => g - truth[k]!)) / Math.hypot(...truth);
}

describe('recovery of a sparse vector', () => {
  it('is exact from half as many measurements as entries in most draws without noise', () => {
    const errors = seeds.map((seed) => relativeError(seed, 0)).sort((a, b) => a - b);
    expect(errors[Math.floor(0.8 * errors.length)]).toBeLessThan(0.01);
  });

  it('is off by little where the measurements are', () => {
    const errors = seeds.map((seed) => relativeError(seed, 0.02)).sort((a, b) => a - b);
    expect(errors[Math.floor(0.5 * errors.length)]).toBeLessThan(0.1);
  });

  it('keeps to the number of entries that it is given', () => {
    const { rows, values, d } = made(1, 0.5);
    const vector = recoverSparse(rows, values, d, 3);
    expect(vector.filter((g) => g !== 0).length).toBe(3);
  });

  it.each([
    ['no measurements', [], []],
    ['measurements that say nothing', [[1, 2, 3]], [0]],
    ['displacements that are none', [[0, 0, 0]], [1]],
  ])('gives 0 from %s', (_, rows, values) => {
    expect([...recoverSparse(rows, values, 3, 2)]).toEqual([0, 0, 0]);
  });
});
