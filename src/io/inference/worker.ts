import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeHeatmap } from '../../core/perception/decode-heatmap.ts';
import type { NetworkManifest } from './manifest.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-messages.ts';

/**
 * Runs one network. onnxruntime-node's `run` blocks the thread that calls it, so it gets a thread of its own and the node's
 * main thread keeps answering.
 */
const port = parentPort as MessagePort;
const { modelFile, manifest, threads } = workerData as WorkerStart;

await main();

async function main(): Promise<void> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(modelFile, {
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Threads that spin while they wait would eat the CPU budget that is being measured.
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    answer({ kind: 'unfit', reason: 'is not a readable ONNX model', found: (error as Error).message });
    port.close();
    return;
  }
  const misfit = misfitOf(session, manifest);
  if (misfit !== undefined) {
    answer(misfit);
    await session.release();
    port.close();
    return;
  }
  serve(session);
  answer({ kind: 'ready' });
}

function serve(session: InferenceSession): void {
  let last = Promise.resolve();
  port.on('message', (request: WorkerRequest) => {
    last = last.then(async () => {
      if (request.kind === 'infer') return infer(session, request.id, request.input);
      await session.release();
      port.close();
    });
  });
}

async function infer(session: InferenceSession, id: number, input: Uint8Array): Promise<void> {
  const { width, height, name } = manifest.input;
  try {
    const startedMs = performance.now();
    const image = new Tensor('uint8', input, [1, height, width, 3]);
    const { heat, boxes } = await session.run({ [name]: image });
    const maps = {
      cols: width / manifest.stride,
      rows: height / manifest.stride,
      heat: heat!.data as Float32Array,
      boxes: boxes!.data as Float32Array,
    };
    const detections = decodeHeatmap(maps, manifest.labels, manifest.scoreThreshold);
    answer({ kind: 'inferred', id, detections, inferenceMs: performance.now() - startedMs });
  } catch (error) {
    answer({ kind: 'failed', id, reason: (error as Error).message });
  }
}

/** How the model's inputs and outputs differ from what the manifest says; undefined when they agree. */
function misfitOf(
  session: InferenceSession,
  { input, stride, labels }: NetworkManifest,
): WorkerAnswer | undefined {
  const cols = input.width / stride;
  const rows = input.height / stride;
  const accepted = [
    `${input.name} uint8 [1,${input.height},${input.width},3]`,
    `heat float32 [1,${labels.length},${rows},${cols}]`,
    `boxes float32 [1,4,${rows},${cols}]`,
  ].join(', ');
  const found = [...session.inputMetadata, ...session.outputMetadata]
    .map((value) => (value.isTensor ? `${value.name} ${value.type} [${value.shape.join(',')}]` : value.name))
    .join(', ');
  return found === accepted
    ? undefined
    : {
        kind: 'unfit',
        reason: 'does not have the inputs and outputs that its manifest says',
        found,
        accepted,
      };
}

function answer(message: WorkerAnswer): void {
  port.postMessage(message);
}
