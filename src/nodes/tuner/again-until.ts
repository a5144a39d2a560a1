import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 200;

/**
 * Whether to try once more: waits a moment and says yes, until `deadlineMs` of `performance.now()`. In wall time, as
 * what is tried again is another process, and must end while a simulation stands still.
 */
export function againUntil(deadlineMs: number): () => Promise<boolean> {
  return async () => performance.now() < deadlineMs && sleep(pauseMs, true);
}
