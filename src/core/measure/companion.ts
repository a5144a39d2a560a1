/** A topic as it is offered: its type, and the fully qualified names of the nodes that publish it. */
export type OfferedBy = { topic: string; type: string; nodes: readonly string[] };

const described = new Set(['sensor_msgs/msg/Image', 'sensor_msgs/msg/CompressedImage']);
const describing = 'sensor_msgs/msg/CameraInfo';

/**
 * Where the light topic of an image would be, which a camera driver publishes with each image and with the same
 * stamp: `camera_info` in the image's namespace, or in the one above it, as `image_raw/compressed` lies one
 * deeper. None for other topics.
 */
export function companionNames({ topic, type }: Pick<OfferedBy, 'topic' | 'type'>): string[] {
  if (!described.has(type)) return [];
  return [parent(topic), parent(parent(topic))].map((namespace) => `${namespace}/camera_info`);
}

/** The companion among what is offered: of the right name and type, by a node that publishes the image too. */
export function companionOf(image: OfferedBy, offers: readonly OfferedBy[]): string | undefined {
  return companionNames(image).find((name) =>
    offers.some(
      ({ topic, type, nodes }) =>
        topic === name && type === describing && nodes.some((node) => image.nodes.includes(node)),
    ),
  );
}

/**
 * How many stamps of the companion never came on the topic itself. Only those between the topic's first and last
 * stamp count, as the others may be on their way; all of them where not a single message came. Undefined where
 * the two share no stamp, so that the companion is none.
 */
export function missingStamps(ownMs: readonly number[], companionMs: readonly number[]): number | undefined {
  if (ownMs.length === 0) return companionMs.length;
  const own = new Set(ownMs);
  if (!companionMs.some((stampMs) => own.has(stampMs))) return undefined;
  const firstMs = Math.min(...ownMs);
  const lastMs = Math.max(...ownMs);
  return companionMs.filter((stampMs) => stampMs > firstMs && stampMs < lastMs && !own.has(stampMs)).length;
}

function parent(topic: string): string {
  return topic.slice(0, Math.max(0, topic.lastIndexOf('/')));
}
