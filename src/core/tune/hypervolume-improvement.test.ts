import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { HypervolumeImprovement } from './hypervolume-improvement.ts';
import { hypervolume } from './pareto.ts';

const known = (values: number[]) => values.map((mean) => ({ mean, variance: 1e-16 }));

describe('the expected improvement of the hypervolume', () => {
  it.each([
    [2, 5],
    [3, 6],
    [4, 4],
    [2, 0],
  ])('is the difference of two hypervolumes for %i known objectives and a front of %i', (count, size) => {
    const random = seededRandom(10 * count + size);
    const draw = () => Array.from({ length: count }, () => random.next());
    const points = Array.from({ length: size }, draw);
    const improvement = new HypervolumeImprovement(points, count);
    for (const point of Array.from({ length: 20 }, draw)) {
      const gain = hypervolume([...points, point]) - hypervolume(points);
      expect(improvement.expected(known(point))).toBeCloseTo(gain, 7);
    }
  });

  it.each([2, 3])('is the mean of what draws from the belief gain, for %i objectives', (count) => {
    const random = seededRandom(count);
    const points = Array.from({ length: 4 }, () => Array.from({ length: count }, () => random.next()));
    const beliefs = Array.from({ length: count }, (_, k) => ({
      mean: 0.4 + 0.1 * k,
      variance: 0.02 * (k + 1),
    }));
    const before = hypervolume(points);
    const gains = Array.from({ length: 20_000 }, () => {
      const drawn = beliefs.map(({ mean, variance }) => mean + Math.sqrt(variance) * normal(random));
      return hypervolume([...points, drawn]) - before;
    });
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / gains.length;
    const expected = new HypervolumeImprovement(points, count).expected(beliefs);
    expect(Math.abs(expected - mean)).toBeLessThan(4 * Math.sqrt(variance / gains.length));
  });

  it('is next to nothing for what is surely dominated, and never less', () => {
    const improvement = new HypervolumeImprovement([[0.9, 0.9]], 2);
    const gain = improvement.expected([
      { mean: 0.5, variance: 1e-4 },
      { mean: 0.5, variance: 1e-4 },
    ]);
    expect(gain).toBeGreaterThanOrEqual(0);
    expect(gain).toBeLessThan(1e-12);
  });

  it('counts from 0 while nothing on the front has something of every objective', () => {
    const improvement = new HypervolumeImprovement([[0.9, 0]], 2);
    expect(improvement.expected(known([0.5, 0.5]))).toBeCloseTo(0.25, 7);
  });
});
