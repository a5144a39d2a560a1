import type { Detection } from '../../core/perception/detection.ts';
import type { NetworkManifest } from './manifest.ts';

/** What the worker needs to open a network. */
export type WorkerStart = { modelFile: string; manifest: NetworkManifest; threads: number };

/** To the worker. `close`: finish what was asked before, give the session back, end. */
export type WorkerRequest = { kind: 'infer'; id: number; input: Uint8Array } | { kind: 'close' };

/** From the worker: first `ready` or `unfit`, then one answer for each `infer`, in the order asked. */
export type WorkerAnswer =
  | { kind: 'ready' }
  | { kind: 'unfit'; reason: string; found?: string; accepted?: string }
  | { kind: 'inferred'; id: number; detections: Detection[]; inferenceMs: number }
  | { kind: 'failed'; id: number; reason: string };
