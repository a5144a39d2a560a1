import { placementWords } from '../../src/core/knobs/placement.ts';
import { accept, refuse } from '../../src/core/refusal.ts';
import { type Network, openByParameter } from '../../src/io/inference/index.ts';
import {
  detectionsToMessage,
  type NodeContext,
  type ParameterTable,
  runNode,
  type StampedImage,
} from '../../src/ros/index.ts';

const parameters: ParameterTable = {
  model: {
    type: 'string',
    default: '',
    description: 'Manifest of the network, a JSON file beside its ONNX file.',
    readOnly: true,
  },
  placement: {
    type: 'string',
    default: 'cpu',
    description: `Where the network runs: ${placementWords}. A change is answered when it runs there.`,
  },
};

/** Runs a detection network on the newest image; images that come while it is busy are skipped. */
void runNode({
  name: 'detector',
  parameters,
  prepare: async (context) => {
    const { model } = context.parameters.values;
    const network = await openByParameter(context, 'placement', model as string);
    return network.ok ? accept(new DetectorNode(context, network.value)) : refuse(...network.refusals);
  },
});

class DetectorNode {
  readonly #network: Network;
  readonly #detections;
  #busy = false;
  #newest: StampedImage | undefined;

  constructor(context: NodeContext, network: Network) {
    this.#network = network;
    this.#detections = context.publisher('trimtab_msgs/msg/DetectionArray', 'detections', 'state');
    context.subscribeImages('image_raw', (image) => {
      this.#newest = image;
      void this.#inferNewest();
    });
  }

  async close(): Promise<void> {
    this.#newest = undefined;
    await this.#network.close();
  }

  async #inferNewest(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#newest) {
      const { stamp, frameId, image } = this.#newest;
      this.#newest = undefined;
      const { detections } = await this.#network.infer(image);
      this.#detections.publish(
        detectionsToMessage({ stamp, frame_id: frameId }, this.#network.manifest.id, detections),
      );
    }
    this.#busy = false;
  }
}
