import { describe, expect, it } from 'vitest';
import { EarningRate } from './earning-rate.ts';

describe('EarningRate', () => {
  it('finds the rate of steady earnings, early and late', () => {
    const rate = new EarningRate();
    expect(rate.pointsPerMs(0)).toBe(0);
    for (let atMs = 0; atMs < 60_000; atMs += 500) {
      rate.earned(100, atMs);
      // Each 500 ms earn 100 points; the newest came just now, so the rate is a little high.
      if (atMs > 3000) expect(rate.pointsPerMs(atMs) / 0.2).toBeCloseTo(1, 0);
    }
    expect(rate.pointsPerMs(60_000)).toBeGreaterThan(0.17);
    expect(rate.pointsPerMs(90_000)).toBeLessThan(0.01);
  });
});
