import type { Configuration } from '../knobs/knob.ts';
import type { Observation, Problem } from './designer.ts';
import { type Prediction, Surrogate } from './surrogate.ts';

/** A tried configuration and how far it can be trusted. */
export type Recommendation = {
  configuration: Configuration;
  /** Probability that a fresh measurement meets every constraint. */
  probability: number;
};

/** A tried configuration this likely to meet every constraint again may be chosen for its objective. */
export const trustedProbability = 0.8;

/**
 * Ranks the tried configurations: first those that can be trusted (`trustedProbability`) to meet every constraint in a
 * fresh measurement, by believed objective; then the others, by that probability. Beliefs come from the fitted
 * processes, so one lucky measurement near a bound does not win. Empty when nothing was tried.
 */
export function rankTried(problem: Problem, observations: readonly Observation[]): Recommendation[] {
  const surrogate = Surrogate.fit(problem, observations);
  if (!surrogate) return [];
  const tried = surrogate.triedPoints().map((point) => ({
    configuration: surrogate.configurationAt(point),
    prediction: surrogate.predict(point),
  }));
  tried.sort((a, b) => compare(a.prediction, b.prediction));
  return tried.map(({ configuration, prediction }) => ({
    configuration,
    probability: Math.exp(prediction.logFeasibility),
  }));
}

/** Below 0 where `a` goes first. Compares logarithms: hopeless probabilities are all 0, and still one is the least bad. */
function compare(a: Prediction, b: Prediction): number {
  const [aTrusted, bTrusted] = [isTrusted(a), isTrusted(b)];
  if (aTrusted !== bTrusted) return aTrusted ? -1 : 1;
  if (!aTrusted) return b.logFeasibility - a.logFeasibility;
  return (b.objective?.mean ?? 0) - (a.objective?.mean ?? 0);
}

function isTrusted({ logFeasibility }: Prediction): boolean {
  return logFeasibility >= Math.log(trustedProbability);
}
