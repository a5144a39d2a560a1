import { describe, expect, it } from 'vitest';
import { boxAround, followRegion, type Standing } from './region.ts';
import { UnitSpace } from './space.ts';

const feasible = (objective: number): Standing => ({ feasible: true, missed: 0, objective });
const broken = (missed: number): Standing => ({ feasible: false, missed, objective: 9 });

describe('the trust region', () => {
  it('stands at the trial that misses least, and at the best once one is feasible', () => {
    expect(followRegion([broken(0.4), broken(0.1), broken(0.2)], 0).center).toBe(1);
    expect(followRegion([broken(0.1), feasible(1), feasible(3), feasible(2), broken(0.1)], 0).center).toBe(2);
  });

  const flat = (count: number) => Array.from({ length: count }, () => feasible(1));
  const rising = (count: number) => Array.from({ length: count }, (_, i) => feasible(2 + i));

  it('is the whole space at first, halves its side after four failures in a row each, and is then the whole space again', () => {
    const sides = [1, 5, 9, 13, 17, 21].map((trials) => followRegion(flat(trials), 0).length);
    expect(sides).toEqual([undefined, 0.8, 0.4, 0.2, 0.1, undefined]);
  });

  it('grows again after three successes in a row', () => {
    expect(followRegion([...flat(9), ...rising(2)], 0).length).toBe(0.4);
    expect(followRegion([...flat(9), ...rising(3)], 0).length).toBe(0.8);
    expect(followRegion([...flat(9), ...rising(6)], 0).length).toBeUndefined();
    expect(followRegion([...flat(9), ...rising(20)], 0).length).toBeUndefined();
  });

  it('takes a gain of less than a thousandth for none, and still goes to where it is', () => {
    const slow = Array.from({ length: 5 }, (_, i) => feasible(1 + 1e-4 * i));
    expect(followRegion(slow, 0)).toEqual({ length: 0.8, center: 4 });
  });

  it('counts failures in a row only', () => {
    const mixed = [...flat(4), feasible(2), feasible(2), broken(0.1), feasible(2)];
    expect(followRegion(mixed, 0).length).toBeUndefined();
    expect(followRegion([...mixed, feasible(1)], 0).length).toBe(0.8);
  });

  it('leaves the trials of the start out of account', () => {
    expect(followRegion(flat(5), 5)).toEqual({ length: undefined, center: 0 });
  });
});

describe('the box of a trust region', () => {
  const space = new UnitSpace([
    { name: 'rate', domain: { type: 'real', low: 0, high: 10 } },
    { name: 'share', domain: { type: 'real', low: 0, high: 10 } },
    { name: 'threads', domain: { type: 'integer', low: 1, high: 4 } },
    { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu'] } },
  ]);
  const center = space.encode({ rate: 5, share: 9.5, threads: 2, place: 'cpu' })!;

  it('is as long as the length scales in each knob, within the space, with a value to each side', () => {
    const { low, high } = boxAround(space, center, { length: 0.2, lengthScales: [2, 0.5, 1, 1] });
    expect(low.map((u) => Number(u.toFixed(9)))).toEqual([0.3, 0.9, 0, 0]);
    expect(high.map((u) => Number(u.toFixed(9)))).toEqual([0.7, 1, 0.666666667, 1]);
  });

  it('stretches no side to more than three times the mean', () => {
    const { high } = boxAround(space, center, { length: 0.1, lengthScales: [1000, 0.001, 1, 1] });
    expect(high[0]).toBeCloseTo(0.65, 9);
  });
});
