import { accept } from '../../../src/core/refusal.ts';
import {
  msToStamp,
  type NodeBehaviour,
  type NodeContext,
  type ParameterTable,
  runNode,
} from '../../../src/ros/index.ts';
import { NoiseImage } from './noise-image.ts';
import { sensorParameters } from './sensor-parameters.ts';

const parameters: ParameterTable = {
  width: {
    type: 'integer',
    default: 256,
    range: { from: 16, to: 1920 },
    description: 'Width of the images in pixels.',
    readOnly: true,
  },
  height: {
    type: 'integer',
    default: 144,
    range: { from: 16, to: 1080 },
    description: 'Height of the images in pixels.',
    readOnly: true,
  },
  ...sensorParameters('Images'),
};

/** A camera that sees white noise: the same work for whoever looks at it, whatever it looks for. */
void runNode({ name: 'camera', parameters, prepare: async (context) => accept(camera(context)) });

function camera(context: NodeContext): NodeBehaviour {
  const { width, height, rate_hz, seed } = context.parameters.values as Record<string, number>;
  const noise = new NoiseImage({ width: width as number, height: height as number, seed: seed as number });
  const publish = context.publishImages('camera/image_raw');
  context.every(1000 / (rate_hz as number), () => {
    if (!context.isActive()) return;
    publish({ stamp: msToStamp(context.clock.nowMs()), frameId: 'camera', image: noise.next() });
  });
  return {};
}
