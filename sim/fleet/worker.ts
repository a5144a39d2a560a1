import { parentPort, workerData } from 'node:worker_threads';
import type { Scenario } from './scenario.ts';
import { type RunOptions, simulate } from './simulate.ts';

/** What a worker gets: scenarios once, then one job after the other, until it is ended. */
export type WorkerJob = RunOptions & { scenario: number };

const scenarios = workerData as Scenario[];
parentPort?.on('message', ({ scenario, ...options }: WorkerJob) => {
  parentPort?.postMessage(simulate(scenarios[scenario] as Scenario, options));
});
