import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeHeatmap } from '../../core/perception/decode-heatmap.ts';
import type { NetworkManifest } from './manifest.ts';
import { openSession, recordOf, withRecordFolder } from './recorded-session.ts';
import { misplaced } from './where-it-ran.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-messages.ts';

/**
 * Runs one network. onnxruntime-node's `run` blocks the thread that calls it, so it gets a thread of its own and the node's
 * main thread keeps answering.
 */
const port = parentPort as MessagePort;
const { modelFile, manifest, placement, provider } = workerData as WorkerStart;
/** More than one: an accelerator's first run is not as the others. */
const warmUps = 2;

await withRecordFolder(main);

async function main(folder: string): Promise<void> {
  const session = await open(folder);
  if (session === undefined) return;
  const opened = misfitOf(session, manifest) ?? (await warm(session, folder));
  answer(opened);
  if (opened.kind === 'ready') return serve(session);
  await session.release();
  port.close();
}

async function open(folder: string): Promise<InferenceSession | undefined> {
  const { threads, backEnd } = placement;
  try {
    return await openSession({ modelFile, provider: provider.asked, threads }, { folder });
  } catch (error) {
    const found = (error as Error).message;
    answer(
      backEnd === 'CPU'
        ? { kind: 'unfit', code: 'TT_MODEL_MISSING', reason: 'is not a readable ONNX model', found }
        : { kind: 'unfit', code: 'TT_MODEL_PLACE', reason: `cannot be opened on ${backEnd}`, found },
    );
    port.close();
    return undefined;
  }
}

/** Fills caches, starts threads, and proves where the network runs: what was asked for says nothing of it. */
async function warm(session: InferenceSession, folder: string): Promise<WorkerAnswer> {
  const { width, height, name } = manifest.input;
  const picture = new Tensor('uint8', new Uint8Array(width * height * 3), [1, height, width, 3]);
  try {
    for (let i = 0; i < warmUps; i++) await session.run({ [name]: picture });
    const ran = recordOf(session, folder);
    const found = misplaced(placement, provider, ran);
    if (found === undefined) return { kind: 'ready', ran };
    return { kind: 'unfit', code: 'TT_MODEL_PLACE', reason: `does not run on ${placement.word}`, found };
  } catch (error) {
    const found = (error as Error).message;
    return { kind: 'unfit', code: 'TT_MODEL_PLACE', reason: `cannot be run on ${placement.word}`, found };
  }
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
        code: 'TT_MODEL_MISSING',
        reason: 'does not have the inputs and outputs that its manifest says',
        found,
        accepted,
      };
}

function answer(message: WorkerAnswer): void {
  port.postMessage(message);
}
