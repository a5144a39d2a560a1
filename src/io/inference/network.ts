import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { parsePlacement } from '../../core/knobs/placement.ts';
import type { Detection, RgbImage } from '../../core/perception/detection.ts';
import { resize } from '../../core/perception/resize.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { compiledFile } from '../compiled-file.ts';
import { checkPlace, describeHere } from './back-ends.ts';
import { type NetworkManifest, readManifest } from './manifest.ts';
import { describeRan } from './where-it-ran.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './worker-messages.ts';

/** What one inference found, best first, and how long the network and the decoding took. */
export type Inference = { detections: Detection[]; inferenceMs: number };

/** A detection network, ready to run. The members may be used apart from the object. */
export type Network = {
  readonly manifest: NetworkManifest;
  /** Where it runs, by onnxruntime's own record of a run, for people. */
  readonly ranOn: string;
  /** Scales an image of any size to the network's input: raw rgb8 bytes, width × height × 3. */
  prepare: (image: RgbImage) => Uint8Array;
  /** `inferInput(prepare(image))`. */
  infer: (image: RgbImage) => Promise<Inference>;
  /** Runs the network; calls queue in order. Rejects when the input has the wrong length, the execution fails or the network is closed. */
  inferInput: (input: Uint8Array) => Promise<Inference>;
  /** Finishes what was asked before and frees the network. May be called again. */
  close: () => Promise<void>;
};

/**
 * Opens the network that a manifest describes and runs it in a thread of its own, where `placement` says (`cpu`, on one
 * thread, when absent). It is warm when this returns. Refuses (TT_MODEL_MISSING) a file that is missing, not ONNX, not the
 * one the manifest was written for, or of other shapes; refuses (TT_MODEL_PLACE) a place that is not here, or where
 * onnxruntime does not really run it.
 */
export async function openNetwork({
  manifestFile,
  placement: word = 'cpu',
}: {
  manifestFile: string;
  placement?: string;
}): Promise<Result<Network>> {
  const placement = parsePlacement(word);
  if (!placement.ok) return placement;
  const provider = checkPlace(placement.value);
  if (!provider.ok) return provider;
  const read = await readManifest(manifestFile);
  if (!read.ok) return read;
  const manifest = read.value;
  const modelFile = join(dirname(manifestFile), manifest.file);
  const whole = await checkModelFile(modelFile, manifest);
  if (!whole.ok) return whole;
  return startWorker({ modelFile, manifest, placement: placement.value, provider: provider.value });
}

/** Refuses (TT_MODEL_MISSING) a network file that cannot be read, or is not the one the manifest was written for. */
export async function checkModelFile(
  modelFile: string,
  { id, sha256 }: NetworkManifest,
): Promise<Result<void>> {
  let content: Uint8Array;
  try {
    content = await readFile(modelFile);
  } catch (error) {
    return refuse({
      code: 'TT_MODEL_MISSING',
      reason: `The network file ${modelFile} cannot be read`,
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      accepted: `the ONNX file of "${id}"`,
    });
  }
  const found = createHash('sha256').update(content).digest('hex');
  if (found === sha256) return accept(undefined);
  return refuse({
    code: 'TT_MODEL_MISSING',
    reason: `The network file ${modelFile} is not the one its manifest was written for`,
    found: `sha256 ${found}`,
    accepted: `sha256 ${sha256}`,
  });
}

function startWorker(start: WorkerStart): Promise<Result<Network>> {
  // onnxruntime reports its use to its makers over the network unless this is set when it loads, and leaves files in the
  // temporary folder. Only the main thread's assignment reaches its native code.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const worker = new Worker(compiledFile(import.meta.url, 'worker'), { workerData: start });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return new Promise((resolve) => {
    const give = ({ reason, code, ...details }: Omit<Refusal, 'place'>) => {
      const accepted = code === 'TT_MODEL_PLACE' && { accepted: describeHere() };
      resolve(
        refuse({ code, reason: `The network file ${start.modelFile} ${reason}`, ...details, ...accepted }),
      );
    };
    worker.once('error', (error: Error) =>
      give({ code: 'TT_MODEL_MISSING', reason: 'cannot be run', found: error.message }),
    );
    worker.once('message', (first: WorkerAnswer) => {
      if (first.kind === 'ready') {
        worker.removeAllListeners('error');
        resolve(accept(networkOn(worker, ended, start.manifest, describeRan(first.ran))));
      } else if (first.kind === 'unfit') {
        const { kind: _, ...refusal } = first;
        void ended.then(() => give(refusal));
      }
    });
  });
}

type Pending = { resolve: (value: Inference) => void; reject: (error: Error) => void };

function networkOn(worker: Worker, ended: Promise<void>, manifest: NetworkManifest, ranOn: string): Network {
  const pending = new Map<number, Pending>();
  let asked = 0;
  let gone: Error | undefined;
  let closing: Promise<void> | undefined;

  const giveUp = (error: Error) => {
    gone ??= error;
    for (const { reject } of pending.values()) reject(gone);
    pending.clear();
  };
  worker.on('message', (answer: WorkerAnswer) => {
    if (answer.kind !== 'inferred' && answer.kind !== 'failed') return;
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if (answer.kind === 'failed') waiting?.reject(new Error(`network ${manifest.id}: ${answer.reason}`));
    else waiting?.resolve({ detections: answer.detections, inferenceMs: answer.inferenceMs });
  });
  worker.on('error', giveUp);
  worker.once('exit', () => giveUp(new Error(`network ${manifest.id}: closed`)));
  const send = (request: WorkerRequest) => worker.postMessage(request);

  const { width, height } = manifest.input;
  const prepare = (image: RgbImage) => resize(image, width, height);
  const inferInput = (input: Uint8Array): Promise<Inference> => {
    if (gone !== undefined || closing !== undefined) {
      return Promise.reject(gone ?? new Error(`network ${manifest.id}: closed`));
    }
    if (input.length !== width * height * 3) {
      return Promise.reject(
        new Error(`network ${manifest.id}: ${input.length} bytes given, ${width * height * 3} needed`),
      );
    }
    return new Promise((resolve, reject) => {
      const id = asked++;
      pending.set(id, { resolve, reject });
      send({ kind: 'infer', id, input });
    });
  };
  const close = (): Promise<void> => {
    if (closing === undefined) send({ kind: 'close' });
    closing ??= ended;
    return closing;
  };
  return { manifest, ranOn, prepare, inferInput, infer: (image) => inferInput(prepare(image)), close };
}
