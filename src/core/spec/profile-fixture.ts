import type { LatencyStats, Profile, TopicStats } from '../measure/profile.ts';

/** A profile for tests, from the numbers that matter to them: rates by topic, p95 by path, CPU by process. */
export function profileOf({
  windowMs = 2000,
  rates = {},
  ages = {},
  paths = {},
  cpu = {},
  platform = {},
}: {
  windowMs?: number;
  rates?: Record<string, number>;
  ages?: Record<string, number>;
  /** Keys are topics joined by ` -> `. */
  paths?: Record<string, number>;
  cpu?: Record<string, number>;
  platform?: Record<string, number>;
}): Profile {
  return {
    endMs: 10_000,
    windowMs,
    topics: Object.entries(rates).map(([topic, rateHz]) => topicStats(topic, rateHz, windowMs, ages[topic])),
    paths: Object.entries(paths).map(([path, p95Ms]) => ({
      path: path.split(' -> '),
      latency: latencyOf(p95Ms),
      unmatched: 0,
      unseen: [],
    })),
    processes: Object.entries(cpu).map(([name, cpuCores]) => ({
      name,
      pids: [1],
      cpuCores,
      rssBytes: 1e7,
      threads: 1,
      voluntarySwitchesHz: 0,
      involuntarySwitchesHz: 0,
      nodes: [],
      evidence: '',
    })),
    cgroups: [],
    platform,
    unmappedNodes: [],
  };
}

/** Latencies around a p95; NaN stands for no samples. */
function latencyOf(p95Ms: number): LatencyStats {
  return {
    count: Number.isNaN(p95Ms) ? 0 : 40,
    meanMs: p95Ms * 0.6,
    p50Ms: p95Ms * 0.5,
    p95Ms,
    p99Ms: p95Ms * 1.2,
    maxMs: p95Ms * 2,
  };
}

function topicStats(topic: string, rateHz: number, windowMs: number, ageP95Ms?: number): TopicStats {
  return {
    topic,
    type: '',
    count: Math.round((rateHz * windowMs) / 1000),
    rateHz,
    periodJitterMs: 1,
    bytesPerSecond: rateHz * 100,
    maxGapMs: rateHz > 0 ? 1000 / rateHz : windowMs,
    lost: 0,
    loss: '',
    observedMs: windowMs,
    rateErrorHz: 0,
    ...(ageP95Ms !== undefined && { age: latencyOf(ageP95Ms) }),
  };
}
