import type { LatencyStats, Profile, TopicStats } from '../measure/profile.ts';
import type { Metric, Statistic } from './spec.ts';

const fieldOf = {
  mean: 'meanMs',
  p50: 'p50Ms',
  p95: 'p95Ms',
  p99: 'p99Ms',
  max: 'maxMs',
} as const satisfies Record<Statistic, keyof LatencyStats>;

/**
 * What a profile says of a metric, in the metric's canonical unit; undefined when it says nothing: a topic or
 * process that is not in it, a latency without samples, a reading the platform does not give.
 */
export function metricValue(metric: Metric, profile: Profile): number | undefined {
  switch (metric.kind) {
    case 'topic-rate':
      return topicOf(metric.topic, profile)?.rateHz;
    case 'topic-age':
    case 'path-latency':
      return statisticOf(metric.statistic, latencyOf(metric, profile));
    case 'process-cpu':
      return profile.processes.find(({ name }) => name === metric.process)?.cpuCores;
    case 'platform':
      return profile.platform[metric.quantity];
  }
}

/** The latencies that a metric is a statistic of; undefined where there are none. */
export function latencyOf(metric: Metric, profile: Profile): LatencyStats | undefined {
  if (metric.kind === 'topic-age') return topicOf(metric.topic, profile)?.age;
  if (metric.kind !== 'path-latency') return undefined;
  return profile.paths.find(({ path }) => path.join(' ') === metric.path.join(' '))?.latency;
}

/** The traffic of a topic; undefined where the profile has none. */
export function topicOf(topic: string, profile: Profile): TopicStats | undefined {
  return profile.topics.find((stats) => stats.topic === topic);
}

function statisticOf(statistic: Statistic, latency: LatencyStats | undefined): number | undefined {
  return latency === undefined || latency.count === 0 ? undefined : latency[fieldOf[statistic]];
}
