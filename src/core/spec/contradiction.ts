import { describeMetric } from './describe.ts';
import type { Metric, Requirement, Statistic } from './spec.ts';

/** No latency of a set has a greater value of one of these than of one after it. */
const ascending: readonly Statistic[] = ['p50', 'p95', 'p99', 'max'];

/** Equal for requirements of one quantity, whatever their statistic: only these can contradict each other. */
export function quantityKey({ metric }: Requirement): string {
  return describeMetric('statistic' in metric ? { ...metric, statistic: 'mean' } : metric);
}

/**
 * The requirement among `others` that none can meet together with this one: the same quantity must be above one bound
 * and below a smaller one. Also where a p50 must be above what a p95 must be below. Shares of the baseline are compared
 * with each other only.
 */
export function contradictionOf(
  requirement: Requirement,
  others: readonly Requirement[],
): Requirement | undefined {
  return others.find((other) => excludes(requirement, other) || excludes(other, requirement));
}

function excludes(lower: Requirement, upper: Requirement): boolean {
  if (lower.comparison !== '>=' || upper.comparison !== '<=') return false;
  if (lower.ofBaseline !== upper.ofBaseline || lower.bound <= upper.bound) return false;
  return isAtMost(lower.metric, upper.metric);
}

/** Whether the first metric is never greater than the second, in whatever window. */
function isAtMost(first: Metric, second: Metric): boolean {
  if (!('statistic' in first && 'statistic' in second))
    return describeMetric(first) === describeMetric(second);
  const same = { ...first, statistic: second.statistic };
  if (describeMetric(same) !== describeMetric(second)) return false;
  if (first.statistic === second.statistic || second.statistic === 'max') return true;
  const [low, high] = [ascending.indexOf(first.statistic), ascending.indexOf(second.statistic)];
  return low >= 0 && low < high;
}
