import { normal, type Random } from '../../src/core/random.ts';

/** Median and 95th percentile of what an execution takes on top of its model's time. */
export type Overhead = { p50Ms: number; p95Ms: number };

/** The standard normal distribution's 95th percentile. */
const normalP95 = 1.645;

/** Draws log-normal overheads; always 0 where the median is. */
export function overheadSource({ p50Ms, p95Ms }: Overhead, random: Random): () => number {
  if (p50Ms <= 0) return () => 0;
  const spread = Math.log(Math.max(p95Ms, p50Ms) / p50Ms) / normalP95;
  return () => p50Ms * Math.exp(spread * normal(random));
}
