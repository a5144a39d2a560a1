import type { Profile } from '../../core/measure/profile.ts';
import { type Message, msToStamp } from '../../ros/index.ts';

const ok = 0;
const stale = 3;

/** A profile in the standard form of /diagnostics: one status a topic; a silent topic is stale. */
export function diagnosticsMessage(nodeName: string, profile: Profile): Message {
  return {
    header: { stamp: msToStamp(profile.endMs), frame_id: '' },
    status: profile.topics.map((topic) => ({
      level: topic.count > 0 ? ok : stale,
      name: `${nodeName}: ${topic.topic}`,
      message: topic.count > 0 ? `${topic.rateHz.toFixed(1)} Hz` : 'silent',
      hardware_id: '',
      values: [
        { key: 'rate_hz', value: topic.rateHz.toFixed(2) },
        { key: 'period_jitter_ms', value: topic.periodJitterMs.toFixed(2) },
        ...(topic.age ? [{ key: 'age_p95_ms', value: topic.age.p95Ms.toFixed(2) }] : []),
        { key: 'bytes_per_second', value: topic.bytesPerSecond.toFixed(0) },
      ],
    })),
  };
}
