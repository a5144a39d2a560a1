import type { Configuration } from '../knobs/knob.ts';
import type { Observation, Problem } from './designer.ts';
import { distancesBeyondEnds, nonDominated } from './pareto.ts';
import { isFeasible, type Prediction, Surrogate } from './surrogate.ts';

/** A tried configuration and how far it can be trusted. */
export type Recommendation = {
  configuration: Configuration;
  /** Probability that a fresh measurement meets every constraint. */
  probability: number;
  /** Of a trusted one: what is believed of each objective without a weight, by name; absent where there are none or one was never measured. */
  objectives?: Record<string, number>;
  /** Of a trusted one: whether no other of them is believed to be better in one of those without being worse in another. */
  isOnFront?: boolean;
};

/** What a search may end with. */
export type Choice = {
  /** The first in rank of those that failed in no trial; absent where each has failed. */
  unfailing?: Recommendation;
  /** The first in rank of all; absent only when nothing was tried. */
  leastBad?: Recommendation;
};

type RankOptions = {
  isCandidate?: (configuration: Configuration) => boolean;
  isVerified?: (configuration: Configuration) => boolean;
};
type Tried = { configuration: Configuration; prediction: Prediction };

/** A tried configuration this likely to meet every constraint again may be chosen for its objective. */
export const trustedProbability = 0.8;

/**
 * Ranks the tried configurations: first those that can be trusted (`trustedProbability`) to meet every constraint in a
 * fresh measurement, by believed objective; then the others, by that probability. Of several objectives without weights the
 * front of the trusted ones comes first, its knee before the others (see pareto.ts). Beliefs come from the fitted
 * processes, so one lucky measurement near a bound does not win. Empty when nothing was tried. `isCandidate` says which may be
 * ranked, `isVerified` which are trusted whatever the models believe; these learn from all.
 */
export function rankTried(
  problem: Problem,
  observations: readonly Observation[],
  options: RankOptions = {},
): Recommendation[] {
  const surrogate = Surrogate.fit(problem, observations);
  return surrogate ? rank(problem, surrogate, options) : [];
}

/**
 * What to end a search with, by the ranks of `rankTried`. A trial has failed when it was cut short or missed a constraint: what did
 * that once is no answer, however much the models believe in it.
 */
export function chooseTried(problem: Problem, observations: readonly Observation[]): Choice {
  const surrogate = Surrogate.fit(problem, observations);
  return surrogate ? chooseBelieving(surrogate, problem, observations) : {};
}

/** The same by models that were fitted before. */
export function chooseBelieving(
  surrogate: Surrogate,
  problem: Problem,
  observations: readonly Observation[],
): Choice {
  const keyOf = (configuration: Configuration) => JSON.stringify(configuration);
  const failed = new Set(
    observations
      .filter((one) => one.censored || !isFeasible(problem.constraints, one))
      .map(({ configuration }) => keyOf(configuration)),
  );
  const [unfailing] = rank(problem, surrogate, {
    isCandidate: (configuration) => !failed.has(keyOf(configuration)),
  });
  const [leastBad] = rank(problem, surrogate);
  return { ...(unfailing && { unfailing }), ...(leastBad && { leastBad }) };
}

function rank(
  problem: Problem,
  surrogate: Surrogate,
  { isCandidate = () => true, isVerified = () => false }: RankOptions = {},
): Recommendation[] {
  const tried = surrogate.triedPoints().flatMap((point): Tried[] => {
    const configuration = surrogate.configurationAt(point);
    if (!isCandidate(configuration)) return [];
    return [{ configuration, prediction: surrogate.predict(point) }];
  });
  const isTrusted = ({ configuration, prediction }: Tried) =>
    prediction.logFeasibility >= Math.log(trustedProbability) || isVerified(configuration);
  const trusted = tried.filter(isTrusted);
  // Logarithms: hopeless probabilities are all 0, and still one is the least bad.
  const others = tried
    .filter((one) => !isTrusted(one))
    .sort((a, b) => b.prediction.logFeasibility - a.prediction.logFeasibility);
  const { objectives: names } = problem;
  const areKnown = trusted.every(({ prediction }) => prediction.objectives);
  const ranked = names && areKnown ? byTradeOff(names, trusted) : byObjective(trusted);
  return [...ranked, ...others.map(recommended)];
}

function byObjective(tried: readonly Tried[]): Recommendation[] {
  const objective = ({ prediction }: Tried) => prediction.objective?.mean ?? 0;
  return [...tried].sort((a, b) => objective(b) - objective(a)).map(recommended);
}

function byTradeOff(names: readonly string[], tried: readonly Tried[]): Recommendation[] {
  const points = tried.map(({ prediction }) => prediction.objectives!.map(({ mean }) => mean));
  const isOnFront = nonDominated(points);
  const distances = distancesBeyondEnds(points);
  const order = tried
    .map((_, i) => i)
    .sort((a, b) => Number(isOnFront[b]) - Number(isOnFront[a]) || distances[b]! - distances[a]!);
  return order.map((i) => ({
    ...recommended(tried[i]!),
    objectives: Object.fromEntries(names.map((name, k) => [name, points[i]![k]!])),
    isOnFront: isOnFront[i]!,
  }));
}

function recommended({ configuration, prediction }: Tried): Recommendation {
  return { configuration, probability: Math.exp(prediction.logFeasibility) };
}
