import { summarizeLatencies } from '../core/measure/latency-stats.ts';
import type {
  CgroupStats,
  LatencyStats,
  PathStats,
  ProcessStats,
  Profile,
  TopicStats,
} from '../core/measure/profile.ts';
import { unitOfReading } from '../core/measure/system-units.ts';
import type { Message } from './rclnodejs.ts';
import { msToStamp, stampToMs } from './time.ts';

const none = summarizeLatencies([]);

/** A profile as trimtab_msgs/msg/Profile. */
export function profileToMessage(profile: Profile): Message {
  return {
    header: { stamp: msToStamp(profile.endMs), frame_id: '' },
    window_s: profile.windowMs / 1000,
    topics: profile.topics.map(topicToMessage),
    paths: profile.paths.map(({ latency, ...path }) => ({ ...path, latency: latencyToMessage(latency) })),
    processes: profile.processes.map((process) => ({
      name: process.name,
      pids: process.pids,
      cpu_cores: process.cpuCores,
      rss_bytes: BigInt(Math.round(process.rssBytes)),
      threads: process.threads,
      voluntary_switches_hz: process.voluntarySwitchesHz,
      involuntary_switches_hz: process.involuntarySwitchesHz,
      nodes: process.nodes,
      evidence: process.evidence,
    })),
    cgroups: profile.cgroups.map((group) => ({
      name: group.name,
      cpu_cores: group.cpuCores,
      limit_cores: group.limitCores ?? 0,
      throttled_share: group.throttledShare,
      memory_bytes: BigInt(Math.round(group.memoryBytes)),
      cpu_pressure: group.cpuPressure ?? Number.NaN,
      memory_pressure: group.memoryPressure ?? Number.NaN,
      io_pressure: group.ioPressure ?? Number.NaN,
      voluntary_switches_hz: group.voluntarySwitchesHz ?? Number.NaN,
      involuntary_switches_hz: group.involuntarySwitchesHz ?? Number.NaN,
    })),
    platform: Object.entries(profile.platform).map(([name, value]) => ({
      name,
      value,
      unit: unitOfReading(name),
    })),
    unmapped_nodes: profile.unmappedNodes,
  };
}

/** trimtab_msgs/msg/Profile as a profile. */
export function profileFromMessage(message: Message): Profile {
  return {
    endMs: stampToMs(message.header.stamp),
    windowMs: message.window_s * 1000,
    topics: message.topics.map(topicFromMessage),
    paths: message.paths.map(
      (path: Message): PathStats => ({
        path: [...path.path],
        latency: latencyFromMessage(path.latency),
        unmatched: path.unmatched,
        unseen: [...path.unseen],
      }),
    ),
    processes: message.processes.map(
      (process: Message): ProcessStats => ({
        name: process.name,
        pids: Array.from(process.pids as ArrayLike<number>),
        cpuCores: process.cpu_cores,
        rssBytes: Number(process.rss_bytes),
        threads: process.threads,
        voluntarySwitchesHz: process.voluntary_switches_hz,
        involuntarySwitchesHz: process.involuntary_switches_hz,
        nodes: [...process.nodes],
        evidence: process.evidence,
      }),
    ),
    cgroups: message.cgroups.map(
      (group: Message): CgroupStats => ({
        name: group.name,
        cpuCores: group.cpu_cores,
        ...(group.limit_cores > 0 && { limitCores: group.limit_cores }),
        throttledShare: group.throttled_share,
        memoryBytes: Number(group.memory_bytes),
        ...(!Number.isNaN(group.cpu_pressure) && { cpuPressure: group.cpu_pressure }),
        ...(!Number.isNaN(group.memory_pressure) && { memoryPressure: group.memory_pressure }),
        ...(!Number.isNaN(group.io_pressure) && { ioPressure: group.io_pressure }),
        ...(!Number.isNaN(group.voluntary_switches_hz) && {
          voluntarySwitchesHz: group.voluntary_switches_hz,
        }),
        ...(!Number.isNaN(group.involuntary_switches_hz) && {
          involuntarySwitchesHz: group.involuntary_switches_hz,
        }),
      }),
    ),
    platform: Object.fromEntries(message.platform.map((reading: Message) => [reading.name, reading.value])),
    unmappedNodes: [...message.unmapped_nodes],
  };
}

function topicToMessage(topic: TopicStats): Message {
  return {
    topic: topic.topic,
    type: topic.type,
    count: topic.count,
    rate_hz: topic.rateHz,
    period_jitter_ms: topic.periodJitterMs,
    period: latencyToMessage(topic.period ?? none),
    age: latencyToMessage(topic.age ?? none),
    bytes_per_second: topic.bytesPerSecond,
    max_gap_ms: topic.maxGapMs,
    lost: topic.lost,
    loss: topic.loss,
    observed_s: topic.observedMs / 1000,
    rate_error_hz: topic.rateErrorHz,
  };
}

function topicFromMessage(message: Message): TopicStats {
  const age = latencyFromMessage(message.age);
  const period = latencyFromMessage(message.period);
  return {
    topic: message.topic,
    type: message.type,
    count: message.count,
    rateHz: message.rate_hz,
    periodJitterMs: message.period_jitter_ms,
    ...(period.count > 0 ? { period } : {}),
    ...(age.count > 0 ? { age } : {}),
    bytesPerSecond: message.bytes_per_second,
    maxGapMs: message.max_gap_ms,
    lost: message.lost,
    loss: message.loss,
    observedMs: message.observed_s * 1000,
    rateErrorHz: message.rate_error_hz,
  };
}

function latencyToMessage(latency: LatencyStats): Message {
  return {
    count: latency.count,
    mean_ms: latency.meanMs,
    p50_ms: latency.p50Ms,
    p95_ms: latency.p95Ms,
    p99_ms: latency.p99Ms,
    max_ms: latency.maxMs,
  };
}

function latencyFromMessage(message: Message): LatencyStats {
  return {
    count: message.count,
    meanMs: message.mean_ms,
    p50Ms: message.p50_ms,
    p95Ms: message.p95_ms,
    p99Ms: message.p99_ms,
    maxMs: message.max_ms,
  };
}
