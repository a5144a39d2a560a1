import type { Placement } from '../../core/knobs/placement.ts';
import type { Detection } from '../../core/perception/detection.ts';
import type { Provider } from './back-ends.ts';
import type { NetworkManifest } from './manifest.ts';
import type { RanOn } from './where-it-ran.ts';

/** What the worker needs to open a network. */
export type WorkerStart = {
  modelFile: string;
  manifest: NetworkManifest;
  placement: Placement;
  provider: Provider;
};

/** To the worker. `close`: finish what was asked before, give the session back, end. */
export type WorkerRequest = { kind: 'infer'; id: number; input: Uint8Array } | { kind: 'close' };

/** From the worker: first `ready` or `unfit`, then one answer for each `infer`, in the order asked. */
export type WorkerAnswer =
  | { kind: 'ready'; ran: RanOn }
  | {
      kind: 'unfit';
      code: 'TT_MODEL_MISSING' | 'TT_MODEL_PLACE';
      reason: string;
      found?: string;
      accepted?: string;
    }
  | { kind: 'inferred'; id: number; detections: Detection[]; inferenceMs: number }
  | { kind: 'failed'; id: number; reason: string };
