import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../random.ts';
import { contradiction, largestDoubt, withFresh } from './aging.ts';
import { measured } from './library.fixture.ts';

const stored = [measured(10, 0.2, 1), measured(20, 0.05, 2), measured(30, -0.3, 3)];

describe('what fresh measurements do to stored ones', () => {
  it('changes nothing when they agree, or measured something else', () => {
    for (const fresh of [measured(20, 0.09, 9), measured(15, 0.9, 9)])
      expect(withFresh(stored, [fresh])).toEqual([...stored, fresh]);
  });

  it('puts all of them in doubt by what a configuration measured again differs', () => {
    const aged = withFresh(stored, [measured(20, -0.1, 9)]);
    expect(aged).toHaveLength(4);
    for (const { doubt } of aged.slice(0, 3)) expect(doubt).toBeCloseTo(0.1, 2);
    expect(aged[3]?.doubt).toBe(0);
  });

  it('adds doubts up over time, and forgets what is too much in doubt', () => {
    const once = withFresh(stored, [measured(20, -0.1, 9)]);
    const twice = withFresh(once, [measured(20, -0.25, 10)]);
    expect(twice[0]?.doubt).toBeGreaterThan(once[0]!.doubt);
    const thrice = withFresh(twice, [measured(20, -0.7, 11)]);
    expect(thrice.map(({ atMs }) => atMs)).toEqual([9, 10, 11]);
  });

  it('forgets everything when the robot is another one', () => {
    expect(withFresh(stored, [measured(20, -0.6, 9)])).toEqual([measured(20, -0.6, 9)]);
  });

  it('keeps what ordinary noise touches for a hundred measurements', () => {
    const random = seededRandom(5);
    let aged = stored;
    for (let i = 0; i < 50; i++)
      aged = withFresh(aged, [measured(20, 0.05 + 0.015 * normal(random), 10 + i)]);
    expect(aged).toHaveLength(53);
    expect(aged[0]!.doubt).toBeLessThan(largestDoubt / 2);
  });

  it('keeps the newest sixty-four', () => {
    const many = Array.from({ length: 70 }, (_, i) => measured(i / 10, 0, i));
    expect(withFresh(many, [measured(29, 0, 99)]).map(({ atMs }) => atMs)).toEqual([
      ...Array.from({ length: 63 }, (_, i) => i + 7),
      99,
    ]);
  });
});

describe('a contradiction', () => {
  it('is between margins that both have, also of a trial that was cut short', () => {
    const other = measured(20, -0.6);
    expect(contradiction(measured(20, 0.1), other)).toBeGreaterThan(0.4);
    expect(contradiction(measured(20, 0.1), { ...other, censored: true })).toBeGreaterThan(0.4);
    expect(contradiction({ ...measured(20, 0.1), margins: {} }, other)).toBeUndefined();
    expect(contradiction(measured(19, 0.1), other)).toBeUndefined();
  });

  it('far from the bound counts by its logarithm', () => {
    expect(contradiction(measured(20, -8), measured(20, -9))).toBe(0);
    expect(contradiction(measured(20, -0.1), measured(20, 0.9))).toBeGreaterThan(0.4);
  });
});
