import { parentPort, workerData } from 'node:worker_threads';
import { explainStudy } from '../../core/tune/explain-study.ts';
import type { ExplainStart } from './explainer.ts';

/** Explains one study, and ends. */
const { study, asked } = workerData as ExplainStart;
parentPort?.postMessage(explainStudy(study, asked));
