import type { LatencyStats, Profile } from '../measure/profile.ts';
import { latencyOf } from './metric-value.ts';
import type { Metric, Requirement } from './spec.ts';

/** The quantiles that a profile knows, in ascending order; `max` is the last of the samples. */
const known = [
  { fraction: 0.5, field: 'p50Ms' },
  { fraction: 0.95, field: 'p95Ms' },
  { fraction: 0.99, field: 'p99Ms' },
  { fraction: 1, field: 'maxMs' },
] as const satisfies { fraction: number; field: keyof LatencyStats }[];

const fractions: Partial<Record<string, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** Which share of the samples a metric's quantile lies above; undefined for anything but a quantile of a latency, of which `max` is one. */
export function fractionOf(metric: Metric): number | undefined {
  if (!('statistic' in metric)) return undefined;
  return metric.statistic === 'max' ? 1 : fractions[metric.statistic];
}

/** At least so many of a summary's samples exceed `boundMs`; the summary knows four of its quantiles only. */
export function leastBeyond(latency: LatencyStats, boundMs: number): number {
  const first = known.find(({ field }) => latency[field] > boundMs);
  return first ? latency.count - rankOf(first.fraction, latency.count) + 1 : 0;
}

/** The rank of a quantile among `count` samples; with the slack of `percentile`, so that both count the same. */
export function rankOf(fraction: number, count: number): number {
  return Math.max(1, Math.ceil(fraction * count - 1e-9));
}

/**
 * How sure one window is that a quantile of a latency truly keeps to its bound, 0 to 1; undefined for anything but p50,
 * p95 and p99 of a latency with samples. Distribution-free: were the share of messages beyond the bound just what the
 * quantile allows, at most as many as were seen would be seen with the complement of this probability (one-sided
 * binomial test; Conover, Practical Nonparametric Statistics, 3.1). Of n samples only the quantiles in the profile are
 * known, so what is returned is the least that they prove. It takes samples as independent, which messages of one
 * queue are not quite. 59 samples, none of them late, prove a p95 with 0.95; a p99 needs 299.
 */
export function quantileConfidence(
  metric: Metric,
  profile: Profile,
  { comparison, bound }: Pick<Requirement, 'comparison' | 'bound'>,
): number | undefined {
  const fraction = 'statistic' in metric ? fractions[metric.statistic] : undefined;
  const latency = latencyOf(metric, profile);
  if (fraction === undefined || !latency || latency.count === 0) return undefined;
  const { count } = latency;
  if (comparison === '<=') {
    const within = known.findLast(({ field }) => latency[field] <= bound);
    const late = count - (within ? rankOf(within.fraction, count) : 0);
    return 1 - binomialCdf(late, count, 1 - fraction);
  }
  const beyond = known.find(({ field }) => latency[field] >= bound);
  const early = beyond ? rankOf(beyond.fraction, count) - 1 : count;
  return 1 - binomialCdf(early, count, fraction);
}

/** P(at most `successes` of `trials`), each with `probability` in (0, 1); summed in logarithms. */
export function binomialCdf(successes: number, trials: number, probability: number): number {
  if (successes >= trials) return 1;
  const odds = Math.log(probability) - Math.log1p(-probability);
  let logTerm = trials * Math.log1p(-probability);
  let sum = 0;
  for (let k = 0; k <= successes; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(trials - k) - Math.log(k + 1) + odds;
  }
  return Math.min(1, sum);
}
