import { describe, expect, it } from 'vitest';
import { percentile, summarizeLatencies } from './latency-stats.ts';

describe('percentile', () => {
  it('follows the nearest-rank definition on the textbook example', () => {
    const values = [15, 20, 35, 40, 50];
    expect([0.05, 0.3, 0.4, 0.5, 1].map((fraction) => percentile(values, fraction))).toEqual([
      15, 20, 20, 35, 50,
    ]);
  });

  it('takes the k-th of a hundred values for k percent, for every k', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    for (let k = 1; k <= 100; k++) expect(percentile(values, k / 100)).toBe(k);
  });
});

describe('summarizeLatencies', () => {
  it('is exact whatever the order', () => {
    const values = Array.from({ length: 200 }, (_, index) => ((index * 37) % 200) + 1);
    expect(summarizeLatencies(values)).toEqual({
      count: 200,
      meanMs: 100.5,
      p50Ms: 100,
      p95Ms: 190,
      p99Ms: 198,
      maxMs: 200,
    });
  });

  it('sorts by size, not as text', () => {
    expect(summarizeLatencies([9, 10, 100]).p50Ms).toBe(10);
  });

  it('says that there is nothing to summarize', () => {
    const { count, ...rest } = summarizeLatencies([]);
    expect(count).toBe(0);
    for (const value of Object.values(rest)) expect(value).toBeNaN();
  });
});
