import { logImprovement, type Tried } from './acquisition.ts';
import type { Observation, Problem } from './designer.ts';
import { chooseBelieving, trustedProbability } from './recommend.ts';
import type { Point } from './space.ts';
import type { Surrogate } from './surrogate.ts';

/** What is kept from each bound, in deviations of one measurement: what lies nearer is seldom trusted once it is measured. */
const guardDeviations = 1;

/**
 * Log of what a trial at a point is expected to gain for the recommendation. A search is judged by what can be recommended
 * in the end (recommend.ts), and the best of its trials mostly lies too close to a bound for that. So this is the expected
 * improvement over the best tried configuration that can be trusted, times the probability that the point meets everything
 * by the guard distance, so that it can be trusted in turn. While nothing can be trusted it is the improvement over the worst
 * of `leading`, which are probably feasible; undefined while nothing is.
 */
export function logSecuredGain(options: {
  surrogate: Surrogate;
  problem: Problem;
  observations: readonly Observation[];
  leading: readonly Tried[];
}): ((point: Point) => number) | undefined {
  const { surrogate, leading } = options;
  const best = trustedMean(options) ?? leading.at(-1)?.mean;
  if (best === undefined) return undefined;
  return (point) => {
    const prediction = surrogate.predict(point);
    if (!prediction.objective) return Number.NEGATIVE_INFINITY;
    return logImprovement(prediction.objective, best) + surrogate.logMetBy(prediction, guardDeviations);
  };
}

/** Believed objective of what would be recommended now; undefined where nothing can be trusted. */
function trustedMean(options: {
  surrogate: Surrogate;
  problem: Problem;
  observations: readonly Observation[];
}): number | undefined {
  const { surrogate, problem, observations } = options;
  const { unfailing } = chooseBelieving(surrogate, problem, observations);
  if (unfailing === undefined || unfailing.probability < trustedProbability) return undefined;
  const point = surrogate.space.encode(unfailing.configuration);
  return point && surrogate.predict(point).objective?.mean;
}
