import { accept } from '../../src/core/refusal.ts';
import { type NodeBehaviour, type NodeContext, runNode } from '../../src/ros/index.ts';
import { Mosaic } from './mosaic.ts';

/** Builds a panorama of where the drone has looked: nice to have, and hungry. */
void runNode({
  name: 'preview',
  parameters: {
    detail: {
      type: 'integer',
      default: 4,
      range: { from: 1, to: 4 },
      description: 'Resolution and density of the registration; the cost grows about with its square.',
    },
  },
  prepare: async (context) => accept(preview(context)),
});

function preview(context: NodeContext): NodeBehaviour {
  const mosaic = new Mosaic();
  const map = context.publisher('sensor_msgs/msg/Image', 'map/preview', 'sensor-data');
  context.subscribeImages('image_raw', ({ stamp, frameId, image }) => {
    mosaic.add(image, context.parameters.values.detail as number);
    const { width, height, data } = mosaic.canvas;
    map.publish({
      header: { stamp, frame_id: frameId },
      width,
      height,
      encoding: 'mono8',
      is_bigendian: 0,
      step: width,
      data,
    });
  });
  return {};
}
