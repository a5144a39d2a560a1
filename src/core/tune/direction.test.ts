import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { alongDirection, directionFor } from './direction.ts';

describe('directions', () => {
  it('are the same for the same seed and trial, and others for others', () => {
    expect(directionFor(2, 7, 3)).toEqual(directionFor(2, 7, 3));
    expect(directionFor(2, 7, 3)).not.toEqual(directionFor(2, 7, 4));
    expect(directionFor(2, 7, 3)).not.toEqual(directionFor(2, 8, 3));
  });

  it.each([2, 3, 4])('of %i objectives have length 1 and no share of 0', (count) => {
    for (let trial = 0; trial < 50; trial++) {
      const direction = directionFor(count, 1, trial);
      expect(direction).toHaveLength(count);
      expect(Math.min(...direction)).toBeGreaterThan(0);
      expect(Math.hypot(...direction)).toBeCloseTo(1, 2);
    }
  });

  it('spread evenly: each eighth of the quarter circle once in eight trials, give or take one', () => {
    const angles = Array.from({ length: 16 }, (_, trial) => {
      const [x, y] = directionFor(2, 5, trial);
      return Math.atan2(y!, x!) / (Math.PI / 2);
    });
    const eighths = Array.from({ length: 8 }, (_, i) => angles.filter((a) => Math.floor(8 * a) === i).length);
    expect(Math.min(...eighths)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...eighths)).toBeLessThanOrEqual(3);
  });
});

describe('the belief along a direction', () => {
  it.each([
    ['equal means', [0.5, 0.5], [0.01, 0.04]],
    ['one that is surely smaller', [0.2, 0.9], [0.001, 0.001]],
    ['three objectives', [0.5, 0.6, 0.4], [0.01, 0.02, 0.04]],
  ])('has the mean and variance of the smallest share with %s', (_, means, variances) => {
    const direction = directionFor(means.length, 3, 1);
    const beliefs = means.map((mean, k) => ({
      mean: mean * direction[k]!,
      variance: variances[k]! * direction[k]! ** 2,
    }));
    const random = seededRandom(1);
    const draws = Array.from({ length: 40_000 }, () =>
      Math.min(...means.map((mean, k) => mean + Math.sqrt(variances[k]!) * normal(random))),
    );
    const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
    const variance = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length;
    const belief = alongDirection(beliefs, direction);
    expect(belief.mean).toBeCloseTo(mean, 2);
    expect(belief.variance / variance).toBeGreaterThan(0.93);
    expect(belief.variance / variance).toBeLessThan(1.07);
  });

  it('of what is known exactly is the smallest share itself, with a variance that is a number above 0', () => {
    const known = alongDirection(
      [
        { mean: 0.6, variance: 1e-18 },
        { mean: 0.8, variance: 1e-18 },
      ],
      [0.6, 0.8],
    );
    expect(known.mean).toBeCloseTo(1, 6);
    expect(known.variance).toBeGreaterThan(0);
    const apart = alongDirection(
      [
        { mean: 0, variance: 0 },
        { mean: 1, variance: 0 },
      ],
      [0.6, 0.8],
    );
    expect(apart.mean).toBe(0);
  });
});
