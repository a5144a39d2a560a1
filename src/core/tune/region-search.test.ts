import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { boxAround } from './region.ts';
import { searchRegion } from './region-search.ts';
import { keyOf, type Point, UnitSpace } from './space.ts';

const space = new UnitSpace([
  ...['a', 'b', 'c'].map((name) => ({ name, domain: { type: 'real', low: 0, high: 1 } as const })),
  { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu'] } },
  { name: 'codec', domain: { type: 'categorical', values: ['raw', 'jpeg'] } },
]);
const center = space.snap([0.5, 0.5, 0.5, 0, 0]);
const box = boxAround(space, center, { length: 0.2, lengthScales: [1, 1, 1, 1, 1] });
const search = (score: (point: Point) => number, exclude: (key: string) => boolean = () => false) =>
  searchRegion({ space, score, center, box, exclude, random: seededRandom(1) });

describe('the search of a trust region', () => {
  it('finds the best point within, at a corner of the box', () => {
    const top = search(([a, b, c]) => a! + b! - c!)!;
    expect(top.point.slice(0, 3).map((u) => Number(u.toFixed(2)))).toEqual([0.6, 0.6, 0.4]);
  });

  it('changes a category where that helps, and never two at once', () => {
    const seen: Point[] = [];
    const top = search((point) => {
      seen.push(point);
      return point[3]!;
    })!;
    expect(top.point[3]).toBe(1);
    expect(seen.some((point) => point[4] === 1)).toBe(true);
    expect(seen.filter((point) => point[3] === 1 && point[4] === 1)).toEqual([]);
  });

  it('leaves out what is excluded', () => {
    const best = search(([a]) => a!)!;
    expect(
      keyOf(
        search(
          ([a]) => a!,
          (key) => key === keyOf(best.point),
        )!.point,
      ),
    ).not.toBe(keyOf(best.point));
    expect(
      search(
        ([a]) => a!,
        () => true,
      ),
    ).toBeUndefined();
  });
});
