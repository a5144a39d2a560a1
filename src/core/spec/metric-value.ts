import type { LatencyStats, Profile } from '../measure/profile.ts';
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
      return statisticOf(metric.statistic, topicOf(metric.topic, profile)?.age);
    case 'path-latency': {
      const same = profile.paths.find(({ path }) => path.join(' ') === metric.path.join(' '));
      return statisticOf(metric.statistic, same?.latency);
    }
    case 'process-cpu':
      return profile.processes.find(({ name }) => name === metric.process)?.cpuCores;
    case 'platform':
      return profile.platform[metric.quantity];
  }
}

function topicOf(topic: string, profile: Profile) {
  return profile.topics.find((stats) => stats.topic === topic);
}

function statisticOf(statistic: Statistic, latency: LatencyStats | undefined): number | undefined {
  return latency === undefined || latency.count === 0 ? undefined : latency[fieldOf[statistic]];
}
