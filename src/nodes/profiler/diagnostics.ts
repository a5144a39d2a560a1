import type { Profile, TopicStats } from '../../core/measure/profile.ts';
import { type Message, msToStamp } from '../../ros/index.ts';

const ok = 0;
const warn = 1;
const stale = 3;

/**
 * A profile in the standard form of /diagnostics: one status a topic; one that loses messages warns, a silent one is
 * stale. `hostName` is the machine on which the profiler heard it.
 */
export function diagnosticsMessage(
  { nodeName, hostName }: { nodeName: string; hostName: string },
  profile: Profile,
): Message {
  return {
    header: { stamp: msToStamp(profile.endMs), frame_id: '' },
    status: profile.topics.map((topic) => ({
      level: topic.lost > 0 ? warn : topic.count > 0 ? ok : stale,
      name: `${nodeName}: ${topic.topic}`,
      message: message(topic),
      hardware_id: hostName,
      values: [
        { key: 'type', value: topic.type },
        { key: 'rate_hz', value: topic.rateHz.toFixed(2) },
        ...(topic.rateErrorHz > 0 ? [{ key: 'rate_error_hz', value: topic.rateErrorHz.toFixed(2) }] : []),
        { key: 'period_jitter_ms', value: topic.periodJitterMs.toFixed(2) },
        ...(topic.period ? [{ key: 'period_p99_ms', value: topic.period.p99Ms.toFixed(2) }] : []),
        ...(topic.age ? [{ key: 'age_p95_ms', value: topic.age.p95Ms.toFixed(2) }] : []),
        { key: 'bytes_per_second', value: topic.bytesPerSecond.toFixed(0) },
        { key: 'lost', value: String(topic.lost) },
      ],
    })),
  };
}

function message({ count, rateHz, loss }: TopicStats): string {
  const rate = count > 0 ? `${rateHz.toFixed(1)} Hz` : 'silent';
  return loss === '' ? rate : `${rate}; ${loss}`;
}
