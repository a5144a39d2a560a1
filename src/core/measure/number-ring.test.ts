import { describe, expect, it } from 'vitest';
import { NumberRing } from './number-ring.ts';

function held(ring: NumberRing): number[] {
  return Array.from({ length: ring.length }, (_, index) => ring.at(index));
}

describe('NumberRing', () => {
  it.each([1, 3, 64, 100, 1000])('keeps the newest %d, oldest first, at every fill', (capacity) => {
    const ring = new NumberRing(capacity);
    const all: number[] = [];
    for (let value = 0; value < 2.5 * capacity; value++) {
      ring.push(value);
      all.push(value);
      expect(held(ring)).toEqual(all.slice(-capacity));
    }
    expect(ring.isFull).toBe(true);
  });

  it('finds the first number after a value, also across its seam', () => {
    const ring = new NumberRing(5);
    for (const value of [0, 10, 20, 30, 30, 40, 50]) ring.push(value);
    expect([19, 20, 29, 30, 49, 50, 60].map((value) => ring.firstAfter(value))).toEqual([
      0, 1, 1, 3, 4, 5, 5,
    ]);
    expect(new NumberRing(3).firstAfter(0)).toBe(0);
  });

  it('replaces its newest number', () => {
    const ring = new NumberRing(2);
    for (const value of [1, 2, 3]) ring.push(value);
    ring.replaceLast(9);
    expect(held(ring)).toEqual([2, 9]);
  });

  it('can be used again after it was cleared', () => {
    const ring = new NumberRing(3);
    for (const value of [1, 2, 3, 4]) ring.push(value);
    ring.clear();
    expect(ring.length).toBe(0);
    ring.push(7);
    expect(held(ring)).toEqual([7]);
  });

  it('refuses a capacity that is none', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN])
      expect(() => new NumberRing(capacity)).toThrow(RangeError);
  });
});
