import { qualifiedName } from './node-endpoints.ts';
import { matchingQos, type OfferedQos } from './qos.ts';
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

function readQos(info: EndpointInfo): OfferedQos {
  return {
    reliability: Number(info.qos_profile.reliability),
    durability: Number(info.qos_profile.durability),
    depth: Number(info.qos_profile.depth),
  };
}

/** The graph says `sensor_msgs/msg/Image`; some distros say `sensor_msgs::msg::dds_::Image_`. */
function normalizeType(type: string): string {
  return type.replaceAll('::', '/').replace('/dds_/', '/').replace(/_$/, '');
}

/** Subscribes to serialized messages with a profile that every publisher of the topic matches. */
export function subscribeRaw(
  { rcl, node, depth = 10 }: { rcl: Rclnodejs; node: RclNode; depth?: number },
  topic: string,
  offered: OfferedTopic,
  callback: (bytes: Buffer) => void,
): RclSubscription {
  const options = { isRaw: true, qos: matchingQos(rcl, offered.qos, depth) };
  return node.createSubscription(offered.type, topic, options, callback as (message: never) => void);
}
