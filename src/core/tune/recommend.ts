import type { Configuration } from '../knobs/knob.ts';
import type { Observation, Problem } from './designer.ts';
import type { Point } from './space.ts';
import { type Prediction, Surrogate } from './surrogate.ts';

/** A tried configuration and what the model expects of it. */
export type Recommendation = {
  configuration: Configuration;
  /** Believed margins by constraint, as defined at `Observation`; noise averaged out. */
  expectedMargins: Record<string, number>;
  /** Believed objective; undefined when no trial measured it. */
  expectedObjective: number | undefined;
  /** Probability that a fresh measurement meets every constraint. */
  probability: number;
};

/** A tried configuration this likely to meet every constraint again may be chosen for its objective. */
export const trustedProbability = 0.8;

/**
 * Ranks the tried configurations: first those whose probability of meeting every constraint in a fresh
 * measurement is at least `trusted`, by believed objective; then the others, by that probability. Beliefs come
 * from the fitted processes, so one lucky measurement near a bound does not win. Empty when nothing was tried.
 */
export function rankTried(
  problem: Problem,
  observations: readonly Observation[],
  trusted = trustedProbability,
): Recommendation[] {
  const surrogate = Surrogate.fit(problem, observations);
  if (!surrogate) return [];
  const all = surrogate.triedPoints().map((point) => recommendation(problem, surrogate, point));
  const [safe, unsafe] = partition(all, ({ probability }) => probability >= trusted);
  const objective = ({ expectedObjective }: Recommendation) => expectedObjective ?? 0;
  return [
    ...safe.sort((a, b) => objective(b) - objective(a)),
    ...unsafe.sort((a, b) => b.probability - a.probability),
  ];
}

function recommendation(problem: Problem, surrogate: Surrogate, point: Point): Recommendation {
  const prediction: Prediction = surrogate.predict(point);
  const margins = problem.constraints.map((name, j) => [
    name,
    surrogate.scales[j]!.unwarp(prediction.margins[j]!.mean),
  ]);
  return {
    configuration: surrogate.configurationAt(point),
    expectedMargins: Object.fromEntries(margins),
    expectedObjective: prediction.objective?.mean,
    probability: Math.exp(prediction.logFeasibility),
  };
}

function partition<T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
