import { accept } from '../../../src/core/refusal.ts';
import { type NodeBehaviour, type NodeContext, runNode, type StampedImage } from '../../../src/ros/index.ts';
import { obstacleAheadM } from './projection.ts';
import { Texture } from './texture.ts';

/** The robot's half width with a margin, how far it keeps from obstacles, and its top speed. */
const corridorM = 0.5;
const keepAwayM = 0.8;
const topSpeedMS = 1.5;

/**
 * Decides the speed after every image: slower towards the obstacle ahead, and slower where the image has no fine texture, as
 * nothing can be seen in it then. The decision carries the image's stamp.
 */
void runNode({ name: 'navigation', parameters: {}, prepare: async (context) => accept(navigation(context)) });

function navigation(context: NodeContext): NodeBehaviour {
  const texture = new Texture();
  const decisions = context.publisher('geometry_msgs/msg/TwistStamped', 'nav/decision', 'sensor-data');
  let obstacleM = Number.POSITIVE_INFINITY;
  context.subscribe('sensor_msgs/msg/PointCloud2', 'points', 'sensor-data', ({ data }) => {
    obstacleM = obstacleAheadM(Uint8Array.from(data), corridorM);
  });
  const decide = ({ stamp, frameId, image }: StampedImage) => {
    const free = Math.max(0, Math.min(1, (obstacleM - keepAwayM) / keepAwayM));
    const speed = topSpeedMS * free * Math.min(1, 2 * texture.fineShare(image));
    decisions.publish({
      header: { stamp, frame_id: frameId },
      twist: { linear: { x: speed, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0 } },
    });
  };
  context.subscribeImages('image_raw', decide);
  return {};
}
