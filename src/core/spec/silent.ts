import type { Profile } from '../measure/profile.ts';
import type { Refusal } from '../refusal.ts';
import { describeMetric } from './describe.ts';
import { metricValue } from './metric-value.ts';
import type { Metric, Spec } from './spec.ts';

/**
 * What the spec needs and the profile does not tell: TT_TOPIC_SILENT for every topic without a message in
 * the window, TT_NOT_MEASURED for every other metric without a value. Each once, in the order of the spec.
 */
export function silentRefusals(spec: Spec, profile: Profile): Refusal[] {
  const refusals = [...spec.requirements, ...spec.objectives].flatMap(({ metric }) =>
    explain(metric, profile),
  );
  return [...new Map(refusals.map((refusal) => [refusal.found, refusal])).values()];
}

/** Why a metric has no value; empty when it has one. A silent topic has a rate, 0, and is reported all the same. */
function explain(metric: Metric, profile: Profile): Refusal[] {
  const value = metricValue(metric, profile);
  if (value !== undefined && (value !== 0 || metric.kind !== 'topic-rate')) return [];
  const silent = topicsOf(metric).filter((topic) => isSilent(topic, profile));
  if (silent.length > 0) return silent.map((topic) => silentTopic(topic, profile.windowMs));
  const name = describeMetric(metric);
  return [{ code: 'TT_NOT_MEASURED', reason: `The profiler has no value for ${name}.`, found: name }];
}

function silentTopic(topic: string, windowMs: number): Refusal {
  return {
    code: 'TT_TOPIC_SILENT',
    reason: `No message on ${topic} in ${(windowMs / 1000).toFixed(1)} s.`,
    found: topic,
    accepted: 'a topic that a running node publishes',
  };
}

function topicsOf(metric: Metric): string[] {
  if ('path' in metric) return metric.path;
  return 'topic' in metric ? [metric.topic] : [];
}

function isSilent(topic: string, profile: Profile): boolean {
  return (profile.topics.find((stats) => stats.topic === topic)?.count ?? 0) === 0;
}
