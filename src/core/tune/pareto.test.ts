import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { distancesBeyondEnds, hypervolume, nonDominated } from './pareto.ts';

describe('the points of a front', () => {
  it('are those that no other beats in something without losing in something', () => {
    const points = [
      [1, 0.2],
      [0.5, 0.5],
      [0.4, 0.5],
      [0.5, 0.4],
      [0.1, 0.9],
    ];
    expect(nonDominated(points)).toEqual([true, true, false, false, true]);
  });

  it('stand beside those that are just as good', () => {
    expect(
      nonDominated([
        [0.5, 0.5],
        [0.5, 0.5],
      ]),
    ).toEqual([true, true]);
    expect(nonDominated([])).toEqual([]);
  });
});

describe('the hypervolume', () => {
  it('of one point is its product', () => {
    expect(hypervolume([[0.5, 0.4]])).toBeCloseTo(0.2, 12);
    expect(hypervolume([[0.5, 0.4, 0.1]])).toBeCloseTo(0.02, 12);
  });

  it('counts what two points share once', () => {
    const points = [
      [1, 0.25],
      [0.5, 0.75],
    ];
    expect(hypervolume(points)).toBeCloseTo(0.25 + 0.5 * 0.5, 12);
  });

  it('is not changed by dominated points, nor by such as have nothing of an objective', () => {
    const front = [
      [1, 0.25],
      [0.5, 0.75],
    ];
    expect(hypervolume([...front, [0.4, 0.2], [2, 0], [3, -1]])).toBe(hypervolume(front));
    expect(hypervolume([])).toBe(0);
  });

  it.each([2, 3, 4])('of %i objectives is the share of random points below it', (count) => {
    const random = seededRandom(count);
    const draw = () => Array.from({ length: count }, () => random.next());
    const points = Array.from({ length: 6 }, draw);
    const below = Array.from({ length: 20_000 }, draw).filter((one) =>
      points.some((point) => point.every((value, k) => value > one[k]!)),
    ).length;
    // The deviation of the share is at most 0.0036.
    expect(Math.abs(hypervolume(points) - below / 20_000)).toBeLessThan(0.0144);
  });
});

describe('the distance beyond the ends', () => {
  it('is greatest at the knee, 0 at the ends, and below 0 where the front bends inwards', () => {
    const points = [
      [10, 0],
      [8, 0.8],
      [2, 0.5],
      [0, 1],
    ];
    const [first, knee, inside, last] = distancesBeyondEnds(points);
    expect([first, last]).toEqual([0, 0]);
    expect(knee).toBeCloseTo(0.6 / Math.SQRT2, 12);
    // Dominated, and counted on the same scale.
    expect(inside).toBeCloseTo(-0.3 / Math.SQRT2, 12);
  });

  it('does not depend on the units of the objectives', () => {
    const points = [
      [1, 0.1],
      [0.7, 0.8],
      [0.2, 1],
    ];
    const inOtherUnits = points.map(([a, b]) => [1000 * a! + 3, b! / 7]);
    for (const [i, distance] of distancesBeyondEnds(inOtherUnits).entries())
      expect(distance).toBeCloseTo(distancesBeyondEnds(points)[i]!, 10);
  });

  it('is the same for the only point of a front and for none', () => {
    expect(distancesBeyondEnds([[0.5, 0.5]])).toEqual([-1 / Math.SQRT2]);
    expect(distancesBeyondEnds([])).toEqual([]);
  });
});
