import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Scenario } from './scenario.ts';
import type { FleetRun } from './simulate.ts';
import type { WorkerJob } from './worker.ts';

/**
 * Runs jobs on several threads and gives their runs in the order of the jobs, whichever ends first. `onDone` is
 * told after each how many have ended. Rejects with the first error of a worker; all workers are ended on every exit.
 */
export async function runAll(options: {
  scenarios: readonly Scenario[];
  jobs: readonly WorkerJob[];
  workers: number;
  onDone?: (ended: number) => void;
}): Promise<FleetRun[]> {
  const { scenarios, jobs, onDone } = options;
  const runs = new Array<FleetRun>(jobs.length);
  let next = 0;
  let ended = 0;
  const work = async (worker: Worker): Promise<void> => {
    for (let index = next++; index < jobs.length; index = next++) {
      runs[index] = await ask(worker, jobs[index] as WorkerJob);
      onDone?.(++ended);
    }
  };
  const count = Math.max(1, Math.min(options.workers, jobs.length));
  const workers = Array.from({ length: count }, () => new Worker(workerFile(), { workerData: scenarios }));
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return runs;
}

function ask(worker: Worker, job: WorkerJob): Promise<FleetRun> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      act();
    };
    const onMessage = (run: FleetRun) => settle(() => resolve(run));
    const onError = (error: Error) => settle(() => reject(error));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(job);
  });
}

/** The worker's code lies beside this file once compiled; a run from the TypeScript sources uses the last build's. */
function workerFile(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./worker.js', import.meta.url);
  const home = process.env.TRIMTAB_HOME;
  const root = home === undefined ? new URL('../../.trimtab/', import.meta.url) : pathToFileURL(`${home}/`);
  return new URL('dist/sim/fleet/worker.js', root);
}
