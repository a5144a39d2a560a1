import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { percentile } from '../../core/measure/latency-stats.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import type { MeasureAnswer, MeasureRequest } from './profile-messages.ts';
import { openSession, recordOf, withRecordFolder } from './recorded-session.ts';
import { misplaced } from './where-it-ran.ts';

/** Warm inferences before any is counted: caches fill, threads start, clocks rise. */
const warmUps = 5;
/** A percentile of fewer says little, however long one takes. */
const fewestCounted = 20;

type Metadata = InferenceSession['inputMetadata'][number];
type Fit = { ok: true; feeds: Record<string, Tensor> } | { ok: false; reason: string };

process.once('message', async (request: MeasureRequest) => {
  const answer = await withRecordFolder((folder) => measure(request, folder));
  process.send?.(answer, () => process.disconnect());
});
process.on('disconnect', () => process.exit());

async function measure(request: MeasureRequest, folder: string): Promise<MeasureAnswer> {
  const { modelFile, backEnd, provider, batch, threads, seconds } = request;
  // On the CPU there is nowhere else to run, and the record would count as its cost.
  const record = backEnd === 'CPU' ? undefined : { folder };
  const baseBytes = process.memoryUsage().rss;
  try {
    const startedMs = performance.now();
    const network = await openSession({ modelFile, provider: provider.asked, threads }, record);
    const loadMs = performance.now() - startedMs;
    const fit = feedsFor(network.inputMetadata, batch);
    if (!fit.ok) return { kind: 'unfit', reason: fit.reason };
    const infer = async () => {
      const beganMs = performance.now();
      await network.run(fit.feeds);
      return performance.now() - beganMs;
    };
    const firstMs = await infer();
    for (let i = 0; i < warmUps; i++) await infer();
    const placement = { word: backEnd, backEnd, threads };
    const elsewhere = record && misplaced(placement, provider, recordOf(network, folder));
    if (elsewhere !== undefined) return { kind: 'failed', reason: elsewhere };
    const { timesMs, wallMs } = await repeat(infer, seconds * 1000);
    const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => percentile(timesMs, share));
    const cost = {
      loadMs,
      firstMs,
      count: timesMs.length,
      p50Ms: p50Ms as number,
      p95Ms: p95Ms as number,
      p99Ms: p99Ms as number,
      perSecond: (1000 * batch * timesMs.length) / wallMs,
      peakBytes: Math.max(0, process.resourceUsage().maxRSS * 1024 - baseBytes),
    };
    return { kind: 'measured', cost };
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message };
  }
}

/** Runs for a time, at least `fewestCounted` times; the times come sorted. */
async function repeat(
  infer: () => Promise<number>,
  ms: number,
): Promise<{ timesMs: number[]; wallMs: number }> {
  const timesMs: number[] = [];
  const startedMs = performance.now();
  let wallMs = 0;
  while (wallMs < ms || timesMs.length < fewestCounted) {
    timesMs.push(await infer());
    wallMs = performance.now() - startedMs;
  }
  return { timesMs: timesMs.sort((a, b) => a - b), wallMs };
}

/** Noise for every input: what a picture shows does not change what these networks cost. */
function feedsFor(inputs: readonly Metadata[], batch: number): Fit {
  const random = seededRandom(1);
  const feeds: Record<string, Tensor> = {};
  for (const input of inputs) {
    if (!input.isTensor) return { ok: false, reason: `the input ${input.name} is no tensor` };
    const [first, ...rest] = input.shape;
    const free = rest.find((length) => typeof length !== 'number');
    if (free !== undefined)
      return { ok: false, reason: `the input ${input.name} leaves more than the batch open` };
    if (typeof first === 'number' && first !== batch) {
      return { ok: false, reason: `the model's input is fixed to a batch of ${first}` };
    }
    const shape = [batch, ...(rest as number[])];
    const data = noise(
      input.type,
      shape.reduce((product, length) => product * length, 1),
      random,
    );
    if (data === undefined) return { ok: false, reason: `the input ${input.name} is of type ${input.type}` };
    feeds[input.name] = new Tensor(input.type, data, shape);
  }
  return { ok: true, feeds };
}

function noise(type: string, length: number, random: Random): Uint8Array | Float32Array | undefined {
  if (type === 'uint8') return Uint8Array.from({ length }, () => 256 * random.next());
  if (type === 'float32') return Float32Array.from({ length }, () => random.next());
  return undefined;
}
