import type { LatencyStats } from './profile.ts';

/**
 * Nearest-rank percentile: the smallest value that at least `fraction` of the values do not exceed
 * (Hyndman & Fan 1996, definition 1). It is always a value that was really seen.
 * `ascending` must be sorted and not empty; `fraction` lies in (0, 1].
 */
export function percentile(ascending: ArrayLike<number>, fraction: number): number {
  // 0.07 * 100 is a hair above 7 in binary; without the slack it would take the eighth value.
  const rank = Math.ceil(fraction * ascending.length - 1e-9);
  return ascending[Math.min(Math.max(rank, 1), ascending.length) - 1] as number;
}

/** Summary of latencies in milliseconds, exact over the values given; count 0 and NaN for none. */
export function summarizeLatencies(latenciesMs: Iterable<number>): LatencyStats {
  const ascending = Float64Array.from(latenciesMs).sort();
  const count = ascending.length;
  if (count === 0) {
    return { count, meanMs: NaN, p50Ms: NaN, p95Ms: NaN, p99Ms: NaN, maxMs: NaN };
  }
  return {
    count,
    meanMs: ascending.reduce((sum, value) => sum + value, 0) / count,
    p50Ms: percentile(ascending, 0.5),
    p95Ms: percentile(ascending, 0.95),
    p99Ms: percentile(ascending, 0.99),
    maxMs: percentile(ascending, 1),
  };
}
