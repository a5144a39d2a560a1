/** A topic as it is offered: its type, and the fully qualified names of the nodes that publish it. */
export type OfferedBy = { topic: string; type: string; nodes: readonly string[] };

const described = new Set(['sensor_msgs/msg/Image', 'sensor_msgs/msg/CompressedImage']);
const describing = 'sensor_msgs/msg/CameraInfo';

/**
 * The light topic that a camera driver publishes with each image, with the same stamp: the `camera_info` of
 * the image's namespace or of the one above it (`image_raw/compressed` lies one deeper), by a node that
 * publishes the image too. Undefined for other topics, or where there is none.
 */
export function companionOf(image: OfferedBy, offers: readonly OfferedBy[]): string | undefined {
  if (!described.has(image.type)) return undefined;
  const near = [parent(image.topic), parent(parent(image.topic))];
  return near
    .flatMap((namespace) =>
      offers.filter(
        ({ topic, type, nodes }) =>
          type === describing &&
          parent(topic) === namespace &&
          nodes.some((node) => image.nodes.includes(node)),
      ),
    )
    .map(({ topic }) => topic)[0];
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
