import type { Detection } from '../../core/perception/detection.ts';

/** A network that a worker offers. */
export type OfferedModel = { id: string; inputWidth: number; inputHeight: number };

/** What a cloud worker runs its tasks on. */
export interface InferenceBackend {
  readonly models: readonly OfferedModel[];
  /** Runs a model on a prepared input; rejects when the execution fails. */
  infer(model: string, input: Uint8Array): Promise<{ detections: Detection[]; inferenceMs: number }>;
  close(): Promise<void>;
}
