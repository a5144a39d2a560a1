import type { Clock } from '../../core/clock.ts';
import { accept, type Result } from '../../core/refusal.ts';
import { McapRecording, type RecordedTopic } from '../../io/recording/mcap-recording.ts';
import { ros2MessageSchema } from '../../io/recording/mcap-schema.ts';
import { type RclNode, subscribeRaw } from '../../ros/index.ts';
import { reliable, volatile } from '../../ros/qos.ts';
import type { Rclnodejs } from '../../ros/rclnodejs.ts';

/** A recording that runs. */
export type Recording = {
  path: string;
  /** Stops listening and completes the file. */
  close(): Promise<void>;
};

/**
 * Records the profiles that a profiler publishes, and everybody's /diagnostics, into an MCAP file until it is
 * closed. Refused where the file cannot be made, or a message type is not installed.
 */
export function recordProfiles(options: {
  rcl: Rclnodejs;
  node: RclNode;
  clock: Clock;
  /** Fully qualified. */
  profileTopic: string;
  path: string;
  onError: (error: Error) => void;
}): Result<Recording> {
  const { rcl, node, clock, profileTopic, path, onError } = options;
  const topics: RecordedTopic[] = [];
  for (const [topic, type] of [
    [profileTopic, 'trimtab_msgs/msg/Profile'],
    ['/diagnostics', 'diagnostic_msgs/msg/DiagnosticArray'],
  ] as const) {
    const schema = ros2MessageSchema(type, (process.env.AMENT_PREFIX_PATH ?? '').split(':'));
    if (!schema.ok) return schema;
    topics.push({ topic, type, schema: schema.value });
  }
  const recording = McapRecording.open({ path, topics, onError });
  if (!recording.ok) return recording;
  const offered = [{ reliability: reliable, durability: volatile }];
  const subscriptions = topics.map(({ topic, type }) =>
    subscribeRaw({ rcl, node, depth: 50 }, topic, { type, qos: offered }, (bytes) =>
      recording.value.add(topic, bytes, clock.nowMs()),
    ),
  );
  const close = () => {
    for (const subscription of subscriptions) node.destroySubscription(subscription);
    return recording.value.close();
  };
  return accept({ path, close });
}
