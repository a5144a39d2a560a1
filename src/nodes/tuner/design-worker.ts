import { parentPort, workerData } from 'node:worker_threads';
import type { Observation } from '../../core/tune/designer.ts';
import { chooseTried, trustedProbability } from '../../core/tune/recommend.ts';
import { type SearchDesign, searchDesigner } from '../../core/tune/search-designer.ts';
import type { DesignRequest, Prepared } from './design-thread.ts';

/** Holds the designer of one search and all that was measured; computes what it is asked for, until it is ended. */
const design = workerData as SearchDesign;
const designer = searchDesigner(design);
const observations: Observation[] = [];

parentPort?.on('message', (request: DesignRequest) => {
  if ('observed' in request) {
    observations.push(request.observed);
    designer.update(request.observed);
  } else parentPort?.postMessage(request.wants === 'choice' ? choose() : suggest());
});

function suggest(): Prepared {
  return { suggestion: designer.suggest() };
}

function choose(): Prepared {
  const choice = chooseTried(design.problem, observations);
  const isTrusted = (choice.unfailing?.probability ?? 0) >= trustedProbability;
  return isTrusted ? { choice } : { choice, ...suggest() };
}
