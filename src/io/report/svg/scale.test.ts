import { describe, expect, it } from 'vitest';
import { exactScale, linearScale, logScale } from './scale.ts';

describe('linearScale', () => {
  it('widens to round ticks and maps ends to pixels', () => {
    const scale = linearScale({ low: 0, high: 23.7, start: 100, end: 0 });
    expect(scale.ticks).toEqual([0, 5, 10, 15, 20, 25]);
    expect(scale.toPixel(0)).toBe(100);
    expect(scale.toPixel(25)).toBe(0);
    expect(scale.toPixel(12.5)).toBe(50);
  });

  it('has no rounding noise in its ticks', () => {
    expect(linearScale({ low: 0, high: 1, start: 0, end: 1 }).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it.each([
    [0, 0],
    [5, 5],
    [-3, -3],
    [3, 1],
  ])('stays finite from %s to %s', (low, high) => {
    const scale = linearScale({ low, high, start: 0, end: 10 });
    expect(Number.isFinite(scale.toPixel(low))).toBe(true);
    expect(scale.ticks.length).toBeGreaterThan(1);
  });
});

describe('exactScale', () => {
  it('ends where the data ends', () => {
    const scale = exactScale({ low: 0, high: 24, start: 0, end: 240 });
    expect(scale.toPixel(24)).toBe(240);
    expect(scale.ticks).toEqual([0, 5, 10, 15, 20]);
  });

  it('has a second of room when there is no data', () => {
    expect(exactScale({ low: 0, high: 0, start: 0, end: 10 }).toPixel(1)).toBe(10);
  });
});

describe('logScale', () => {
  it('has ticks at 1, 2, 5 around the data and equal steps for equal factors', () => {
    const scale = logScale({ low: 60, high: 1800, start: 0, end: 100 });
    expect(scale.ticks).toEqual([50, 100, 200, 500, 1000, 2000]);
    const factor = (from: number, to: number) => scale.toPixel(to) - scale.toPixel(from);
    expect(factor(100, 200)).toBeCloseTo(factor(500, 1000), 9);
  });

  it('puts what is below its low end, zero too, on its edge', () => {
    const scale = logScale({ low: 60, high: 1800, start: 0, end: 100 });
    expect(scale.toPixel(0)).toBe(0);
    expect(scale.toPixel(1)).toBe(0);
  });

  it('holds data that lies on a single power of ten', () => {
    const scale = logScale({ low: 100, high: 100, start: 0, end: 10 });
    expect(Number.isFinite(scale.toPixel(100))).toBe(true);
  });
});
