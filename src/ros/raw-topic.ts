import { qualifiedName } from './node-endpoints.ts';
import { type MatchedQos, matchingQos, type OfferedQos } from './qos.ts';
import type { EndpointInfo, RclNode, Rclnodejs, RclSubscription } from './rclnodejs.ts';

/** A topic as its publishers offer it; `nodes` are their fully qualified names. */
export type OfferedTopic = { type: string; qos: OfferedQos[]; nodes: string[] };

/** What the publishers of a topic offer now; undefined while nobody publishes it. */
export function offeredTopic(node: RclNode, topic: string): OfferedTopic | undefined {
  const publishers = node.getPublishersInfoByTopic(node.resolveTopicName(topic));
  const [first] = publishers;
  if (!first) return undefined;
  return {
    type: normalizeType(first.topic_type),
    qos: publishers.map(readQos),
    nodes: publishers.map(({ node_namespace, node_name }) => qualifiedName(node_namespace, node_name)),
  };
}

function readQos({ qos_profile: qos }: EndpointInfo): OfferedQos {
  return {
    reliability: Number(qos.reliability),
    durability: Number(qos.durability),
    depth: Number(qos.depth),
    liveliness: Number(qos.liveliness),
    deadlineMs: periodMs(qos.deadline),
    lifespanMs: periodMs(qos.lifespan),
    leaseMs: periodMs(qos.liveliness_lease_duration),
  };
}

/** rmw has 0 for a period that was left open, and about 292 years for one without end. */
const endlessS = 9_223_372_036;

function periodMs({ seconds, nanoseconds }: { seconds: bigint; nanoseconds: number }): number {
  const isOpen = seconds >= endlessS || (seconds === 0n && nanoseconds === 0);
  return isOpen ? Number.POSITIVE_INFINITY : Number(seconds) * 1000 + nanoseconds / 1e6;
}

/** The graph says `sensor_msgs/msg/Image`; some distros say `sensor_msgs::msg::dds_::Image_`. */
function normalizeType(type: string): string {
  return type.replaceAll('::', '/').replace('/dds_/', '/').replace(/_$/, '');
}

/** Subscribes to serialized messages with a profile that every publisher of the topic matches. */
export function subscribeRaw(
  { rcl, node, depth = 10 }: { rcl: Rclnodejs; node: RclNode; depth?: number },
  topic: string,
  offered: { type: string; qos: readonly MatchedQos[] },
  callback: (bytes: Buffer) => void,
): RclSubscription {
  const options = { isRaw: true, qos: matchingQos(rcl, offered.qos, depth) };
  return node.createSubscription(offered.type, topic, options, callback as (message: never) => void);
}
