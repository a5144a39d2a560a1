import type { LatencyStats, TopicStats } from '../../measure/profile.ts';
import { binomialCdf, leastBeyond, rankOf } from '../../spec/quantile-confidence.ts';
import { normalCdf } from '../gaussian.ts';
import { normalDeviate } from '../student.ts';

/**
 * How probable it is to see what a window has shown so far, if the whole window ends just on its bound. Small: it will
 * not, and so surely not within it.
 *
 * Notation: f the share of the window that is over; n values, of N that the window will have. Of a window that ends on
 * its bound B, the part until now is a draw without replacement: its mean has the expectation B and the variance
 * s² (1/n − 1/N), for independent values of the variance s² (Cochran, Sampling Techniques, 1977, theorem 2.2).
 */

/**
 * Neither intervals nor blocks are taken for steadier than this share of their mean: a few that are alike by luck, or a
 * pause that has not come yet, must not look like certainty.
 */
const steadiest = 0.2;
/** So many degrees of freedom that knowledge is worth. */
const steadinessWeight = 2;
/** Fewer intervals tell nothing of how unsteady a topic is. */
const fewestIntervals = 4;
const fewestBlocks = 3;
/** Share of the time until now for which a topic must have been listened to. */
const whole = 0.98;
/** The rest of a window may bring messages so many times as fast as the part until now. */
const quickestRest = 2;

/** A bound, and which side of it is safe. */
export type Bound = { comparison: '>=' | '<='; bound: number };

/**
 * Of a topic's rate. The variance of a count is that of a renewal process, c² times its expectation, c being the variation
 * of the intervals (Cox, Renewal Theory, 1962, section 3.3). A silence at an edge counts as one of them. One message is
 * always under way. With too few intervals messages are taken to come independently of each other. Undefined where the
 * topic was not listened to all the time.
 */
export function chanceOfRate(
  topic: TopicStats,
  { comparison, bound }: Bound,
  { elapsedMs, windowMs }: { elapsedMs: number; windowMs: number },
): number | undefined {
  if (topic.rateErrorHz > 0 || topic.observedMs < whole * elapsedMs) return undefined;
  const share = Math.min(1, elapsedMs / windowMs);
  const wanted = (bound * windowMs) / 1000;
  const intervals = intervalsOf(topic);
  if (intervals.count < fewestIntervals)
    return comparison === '>=' ? binomialCdf(topic.count, Math.ceil(wanted - 1), share) : undefined;
  const missing = (comparison === '>=' ? 1 : -1) * (share * wanted - topic.count) - 1;
  const variation = Math.max(steadiest, intervals.variation);
  const deviation = variation * Math.sqrt(wanted * share * (1 - share));
  return upperTail(missing, deviation, intervals.count - 1 + steadinessWeight);
}

/** Of a mean over time, from the means of equal parts of the window until now; undefined for fewer than three. */
export function chanceOfMean(
  blocks: readonly number[],
  { comparison, bound }: Bound,
  share: number,
): number | undefined {
  const n = blocks.length;
  if (n < fewestBlocks) return undefined;
  const mean = blocks.reduce((sum, value) => sum + value, 0) / n;
  const seen = Math.sqrt(blocks.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const deviation = Math.max(seen, steadiest * Math.max(Math.abs(mean), Math.abs(bound)));
  const excess = comparison === '<=' ? mean - bound : bound - mean;
  return upperTail(excess, deviation * Math.sqrt((1 - share) / n), n - 1 + steadinessWeight);
}

/**
 * Of a quantile of latencies that is to be at most `boundMs`: 0 once so many samples exceed it that the quantile does at the
 * end, even if none of the rest exceeds it and the rest comes twice as fast; else undefined, as samples of one queue are
 * anything but independent.
 */
export function chanceOfQuantile(
  latency: LatencyStats,
  fraction: number,
  boundMs: number,
  share: number,
): number | undefined {
  const { count } = latency;
  if (count === 0) return undefined;
  const most = Math.ceil(count * (1 + (quickestRest * (1 - share)) / share));
  return leastBeyond(latency, boundMs) > most - rankOf(fraction, most) ? 0 : undefined;
}

/** P(T > t) of Student's t; of no deviation at all, certainty. */
function upperTail(excess: number, deviation: number, freedom: number): number {
  if (excess <= 0) return 1;
  return deviation <= 0 ? 0 : normalCdf(-normalDeviate(excess / deviation, freedom));
}

/** Number and variation, deviation over mean, of the intervals and of the longer of the silences at the edges. */
function intervalsOf({ period, periodJitterMs, maxGapMs }: TopicStats): { count: number; variation: number } {
  if (!period) return { count: 0, variation: 0 };
  const isSilent = maxGapMs > period.maxMs;
  const count = period.count + (isSilent ? 1 : 0);
  const gap = isSilent ? maxGapMs - period.meanMs : 0;
  const mean = period.meanMs + gap / count;
  const squares = period.count * periodJitterMs ** 2 + (gap * gap * period.count) / count;
  return { count, variation: Math.sqrt(squares / Math.max(1, count - 1)) / mean };
}
