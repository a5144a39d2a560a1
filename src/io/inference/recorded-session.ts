import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { type RanOn, whereItRan } from './where-it-ran.ts';

/** How a session is opened: onnxruntime's name of the execution provider, and its intra-op threads. */
export type SessionOptions = { modelFile: string; provider: string; threads: number };

/** A session with settings that suit a robot's node; `record` makes onnxruntime record its runs until `recordOf`. */
export function openSession(
  { modelFile, provider, threads }: SessionOptions,
  record?: { folder: string },
): Promise<InferenceSession> {
  return InferenceSession.create(modelFile, {
    executionProviders: [provider],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Threads that spin while they wait would eat the CPU budget that is being measured.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    ...(record && { enableProfiling: true, profileFilePrefix: join(record.folder, 'run') }),
  });
}

/** Runs `use` with a folder that is gone afterwards, for onnxruntime's records. */
export async function withRecordFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-run-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends the recording and says where the last run was; throws when onnxruntime has recorded none. */
export function recordOf(session: InferenceSession, folder: string): RanOn {
  session.endProfiling();
  const [file] = readdirSync(folder);
  const ran = file === undefined ? undefined : whereItRan(readFileSync(join(folder, file), 'utf8'));
  if (ran === undefined) throw new Error('onnxruntime left no record of where it ran');
  return ran;
}
