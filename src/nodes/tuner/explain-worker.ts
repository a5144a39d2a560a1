import { parentPort, workerData } from 'node:worker_threads';
import { explainStudy } from '../../core/tune/explain-study.ts';
import { frontOf } from '../../core/tune/front.ts';
import type { ExplainStart } from './explainer.ts';

/** Answers one question about a study, and ends. */
const start = workerData as ExplainStart;
const { study } = start;
parentPort?.postMessage(start.wants === 'front' ? frontOf(study) : explainStudy(study, start.asked));
