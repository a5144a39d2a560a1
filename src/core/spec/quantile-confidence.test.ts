import { describe, expect, it } from 'vitest';
import { summarizeLatencies } from '../measure/latency-stats.ts';
import type { Profile } from '../measure/profile.ts';
import { seededRandom } from '../random.ts';
import { profileOf } from './profile-fixture.ts';
import { quantileConfidence } from './quantile-confidence.ts';
import type { Metric, Statistic } from './spec.ts';

const latency = (statistic: Statistic): Metric => ({ kind: 'path-latency', path: ['a', 'b'], statistic });

function profileWith(latenciesMs: readonly number[]): Profile {
  const profile = profileOf({ paths: { 'a -> b': 1 } });
  return {
    ...profile,
    paths: profile.paths.map((path) => ({ ...path, latency: summarizeLatencies(latenciesMs) })),
  };
}

const confidence = (statistic: Statistic, latenciesMs: readonly number[], bound: number) =>
  quantileConfidence(latency(statistic), profileWith(latenciesMs), { comparison: '<=', bound });

const equal = (count: number) => Array.from({ length: count }, () => 10);

describe('quantileConfidence', () => {
  it('needs 59 samples without a late one for a p95 with 0.95, and 299 for a p99', () => {
    expect(confidence('p95', equal(58), 20)).toBeLessThan(0.95);
    expect(confidence('p95', equal(59), 20)).toBeGreaterThan(0.95);
    expect(confidence('p99', equal(298), 20)).toBeLessThan(0.95);
    expect(confidence('p99', equal(299), 20)).toBeGreaterThan(0.95);
    expect(confidence('p50', equal(1), 20)).toBeCloseTo(0.5, 12);
  });

  it('is low where the quantile only just keeps to its bound, and lower where it does not', () => {
    const rising = Array.from({ length: 100 }, (_, i) => i + 1);
    const [within, beyond] = [confidence('p95', rising, 95), confidence('p95', rising, 60)];
    // P(Binomial(100, 0.05) <= 5), from tables.
    expect(within).toBeCloseTo(1 - 0.616, 3);
    expect(beyond).toBeLessThan(within as number);
  });

  it('is not greater than the share of windows in which it may be wrong', () => {
    // The true p95 lies just above the bound of 95: every confidence of 0.9 is a mistake, and one in ten may happen.
    const random = seededRandom(3);
    const windows = Array.from({ length: 2000 }, () =>
      Array.from({ length: 80 }, () => 100.001 * random.next()),
    );
    const mistaken = windows.filter((window) => (confidence('p95', window, 95) as number) >= 0.9);
    expect(mistaken.length / windows.length).toBeLessThan(0.1);
  });

  it('knows the other side of a bound', () => {
    const metric = latency('p50');
    const at = (bound: number) =>
      quantileConfidence(metric, profileWith(equal(10)), { comparison: '>=', bound }) as number;
    // Of ten samples the median is the fifth: six of them are known to lie above. P(Binomial(10, 0.5) <= 4), from tables.
    expect(at(5)).toBeCloseTo(1 - 0.377, 3);
    expect(at(15)).toBe(0);
  });

  it('says nothing of a mean, of a rate, and where nothing was measured', () => {
    expect(confidence('mean', equal(100), 20)).toBeUndefined();
    expect(confidence('p95', [], 20)).toBeUndefined();
    const rate: Metric = { kind: 'topic-rate', topic: 'a' };
    const profile = profileOf({ rates: { a: 10 } });
    expect(quantileConfidence(rate, profile, { comparison: '>=', bound: 5 })).toBeUndefined();
  });
});
