import type { LatencyStats, PathStats, ProcessStats, Profile, TopicStats } from '../core/measure/profile.ts';
import type { Message } from './rclnodejs.ts';
import { msToStamp, stampToMs } from './time.ts';

const none: LatencyStats = {
  count: 0,
  meanMs: Number.NaN,
  p50Ms: Number.NaN,
  p95Ms: Number.NaN,
  p99Ms: Number.NaN,
  maxMs: Number.NaN,
};
const units: Record<string, string> = { cpu: 'cores', load: '%', power: 'W', temperature: 'C' };

/** A profile as trimtab_msgs/msg/Profile. */
export function profileToMessage(profile: Profile): Message {
  return {
    header: { stamp: msToStamp(profile.endMs), frame_id: '' },
    window_s: profile.windowMs / 1000,
    topics: profile.topics.map(topicToMessage),
    paths: profile.paths.map((path) => ({ path: path.path, latency: latencyToMessage(path.latency) })),
    processes: profile.processes.map((process) => ({
      name: process.name,
      pids: process.pids,
      cpu_cores: process.cpuCores,
      rss_bytes: BigInt(Math.round(process.rssBytes)),
    })),
    platform: Object.entries(profile.platform).map(([name, value]) => ({
      name,
      value,
      unit: units[name] ?? '',
    })),
  };
}

/** trimtab_msgs/msg/Profile as a profile. */
export function profileFromMessage(message: Message): Profile {
  return {
    endMs: stampToMs(message.header.stamp),
    windowMs: message.window_s * 1000,
    topics: message.topics.map(topicFromMessage),
    paths: message.paths.map(
      (path: Message): PathStats => ({ path: [...path.path], latency: latencyFromMessage(path.latency) }),
    ),
    processes: message.processes.map(
      (process: Message): ProcessStats => ({
        name: process.name,
        pids: Array.from(process.pids as ArrayLike<number>),
        cpuCores: process.cpu_cores,
        rssBytes: Number(process.rss_bytes),
      }),
    ),
    platform: Object.fromEntries(message.platform.map((reading: Message) => [reading.name, reading.value])),
  };
}

function topicToMessage(topic: TopicStats): Message {
  return {
    topic: topic.topic,
    count: topic.count,
    rate_hz: topic.rateHz,
    period_jitter_ms: topic.periodJitterMs,
    age: latencyToMessage(topic.age ?? none),
    bytes_per_second: topic.bytesPerSecond,
    max_gap_ms: topic.maxGapMs,
  };
}

function topicFromMessage(message: Message): TopicStats {
  const age = latencyFromMessage(message.age);
  return {
    topic: message.topic,
    count: message.count,
    rateHz: message.rate_hz,
    periodJitterMs: message.period_jitter_ms,
    ...(age.count > 0 ? { age } : {}),
    bytesPerSecond: message.bytes_per_second,
    maxGapMs: message.max_gap_ms,
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
