import { fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { BackEnd } from '../../core/knobs/placement.ts';
import { accept, type Result } from '../../core/refusal.ts';
import { compiledFile } from '../compiled-file.ts';
import { findBackEnds } from './back-ends.ts';
import { readManifest } from './manifest.ts';
import { checkModelFile } from './network.ts';
import type { MeasureAnswer, MeasureRequest, NetworkCost } from './profile-messages.ts';

export type { NetworkCost };

/** One combination; `cost`, or why there is none. */
export type NetworkRow = { backEnd: BackEnd; batch: number; threads: number } & (
  | { cost: NetworkCost }
  | { reason: string }
);

/** A network's cost in every combination, and the back ends that are absent, with the reason. */
export type NetworkProfile = {
  network: string;
  rows: NetworkRow[];
  absent: { backEnd: BackEnd; reason: string }[];
};

/**
 * Measures a network on each back end that is here, with each batch and number of threads, every combination in
 * a fresh process, so that cold is cold and memory is its own. Threads matter to the CPU only. Refuses
 * (TT_MODEL_MISSING) what `openNetwork` refuses of a manifest and its file.
 */
export async function profileNetwork(options: {
  manifestFile: string;
  batches: readonly number[];
  threads: readonly number[];
  /** Of warm inferences, for each combination. */
  seconds: number;
  onRow?: (row: NetworkRow) => void;
}): Promise<Result<NetworkProfile>> {
  const { manifestFile, batches, threads, seconds, onRow } = options;
  const manifest = await readManifest(manifestFile);
  if (!manifest.ok) return manifest;
  const modelFile = join(dirname(manifestFile), manifest.value.file);
  const whole = await checkModelFile(modelFile, manifest.value);
  if (!whole.ok) return whole;
  const rows: NetworkRow[] = [];
  const absent: NetworkProfile['absent'] = [];
  for (const found of findBackEnds()) {
    const { backEnd } = found;
    if ('reason' in found) {
      absent.push(found);
      continue;
    }
    const { provider } = found;
    for (const threadCount of backEnd === 'CPU' ? threads : threads.slice(0, 1)) {
      for (const batch of batches) {
        const answer = await measure({ modelFile, backEnd, provider, batch, threads: threadCount, seconds });
        const result = answer.kind === 'measured' ? { cost: answer.cost } : { reason: answer.reason };
        const row = { backEnd, batch, threads: threadCount, ...result };
        rows.push(row);
        onRow?.(row);
      }
    }
  }
  return accept({ network: manifest.value.id, rows, absent });
}

/** Settles when the process has gone, so that the next one has the machine to itself. */
function measure(request: MeasureRequest): Promise<MeasureAnswer> {
  return new Promise((resolve) => {
    const child = fork(compiledFile(import.meta.url, 'profile-process'), {
      // onnxruntime reports its use to its makers over the network unless this is set.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    let answer: MeasureAnswer | undefined;
    child.once('message', (given: MeasureAnswer) => {
      answer = given;
    });
    child.on('error', ({ message }) => {
      // One that was started and ended at once says more when it closes.
      if (child.pid === undefined)
        resolve({ kind: 'failed', reason: `the measuring process cannot be started: ${message}` });
    });
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      const last = errors.trim().split('\n').at(-1) ?? '';
      resolve(answer ?? { kind: 'failed', reason: `the measuring process ended (${how}) ${last}`.trim() });
    });
    child.send(request);
  });
}
