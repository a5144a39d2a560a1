import type { CgroupStats, LatencyStats, PathStats, ProcessStats, Profile, TopicStats } from './profile.ts';

/** One number of a profile: `kind` and `subject` say of what, `quantity` with its unit says which. */
export type FlatMetric = {
  kind: 'topic' | 'path' | 'process' | 'cgroup' | 'platform';
  /** Topic, path joined by ` -> `, process or group; empty for the platform. */
  subject: string;
  quantity: string;
  value: number;
};

/** Every number of a profile that was really measured, in the profile's order: rates, latencies, CPU, readings. */
export function flatMetrics(profile: Profile): FlatMetric[] {
  return [
    ...profile.topics.flatMap((topic) => of('topic', topic.topic, topicNumbers(topic))),
    ...profile.paths.flatMap((path) => of('path', path.path.join(' -> '), pathNumbers(path))),
    ...profile.processes.flatMap((process) => of('process', process.name, processNumbers(process))),
    ...profile.cgroups.flatMap((group) => of('cgroup', group.name, cgroupNumbers(group))),
    ...of('platform', '', profile.platform),
  ];
}

/** A metric as the name of a column: `topic /image rate_hz`, `platform cpu`. */
export function metricName({ kind, subject, quantity }: FlatMetric): string {
  return [kind, subject, quantity].filter((part) => part !== '').join(' ');
}

function of(kind: FlatMetric['kind'], subject: string, numbers: Record<string, number>): FlatMetric[] {
  return Object.entries(numbers)
    .filter(([, value]) => Number.isFinite(value))
    .map(([quantity, value]) => ({ kind, subject, quantity, value }));
}

function topicNumbers(topic: TopicStats): Record<string, number> {
  return {
    rate_hz: topic.rateHz,
    rate_error_hz: topic.rateErrorHz,
    count: topic.count,
    lost: topic.lost,
    period_jitter_ms: topic.periodJitterMs,
    max_gap_ms: topic.maxGapMs,
    bytes_per_second: topic.bytesPerSecond,
    ...latencyNumbers('period', topic.period),
    ...latencyNumbers('age', topic.age),
  };
}

function pathNumbers({ latency, unmatched }: PathStats): Record<string, number> {
  return { ...latencyNumbers('latency', latency), latency_count: latency.count, unmatched };
}

function processNumbers(process: ProcessStats): Record<string, number> {
  return {
    cpu_cores: process.cpuCores,
    rss_bytes: process.rssBytes,
    threads: process.threads,
    voluntary_switches_hz: process.voluntarySwitchesHz,
    involuntary_switches_hz: process.involuntarySwitchesHz,
  };
}

function cgroupNumbers(group: CgroupStats): Record<string, number> {
  return {
    cpu_cores: group.cpuCores,
    ...(group.limitCores !== undefined && { limit_cores: group.limitCores }),
    throttled_share: group.throttledShare,
    memory_bytes: group.memoryBytes,
    ...(group.cpuPressure !== undefined && { cpu_pressure: group.cpuPressure }),
    ...(group.memoryPressure !== undefined && { memory_pressure: group.memoryPressure }),
    ...(group.ioPressure !== undefined && { io_pressure: group.ioPressure }),
    ...(group.voluntarySwitchesHz !== undefined && { voluntary_switches_hz: group.voluntarySwitchesHz }),
    ...(group.involuntarySwitchesHz !== undefined && {
      involuntary_switches_hz: group.involuntarySwitchesHz,
    }),
  };
}

function latencyNumbers(prefix: string, latency: LatencyStats | undefined): Record<string, number> {
  if (latency === undefined) return {};
  return {
    [`${prefix}_mean_ms`]: latency.meanMs,
    [`${prefix}_p50_ms`]: latency.p50Ms,
    [`${prefix}_p95_ms`]: latency.p95Ms,
    [`${prefix}_p99_ms`]: latency.p99Ms,
    [`${prefix}_max_ms`]: latency.maxMs,
  };
}
