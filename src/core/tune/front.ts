import type { Configuration } from '../knobs/knob.ts';
import type { Problem } from './designer.ts';
import { rankTried } from './recommend.ts';
import type { TrialRecord } from './study-state.ts';

/** One way to trade several objectives off against each other. */
export type FrontPoint = {
  /** The first trial of it; counts from 1. */
  trial: number;
  configuration: Configuration;
  /** Probability that a fresh measurement meets every constraint. */
  probability: number;
  /** What is believed of each objective, by name. */
  objectives: Record<string, number>;
  /** The best compromise of them, see pareto.ts; one of them. */
  knee: boolean;
};

/**
 * The front of what was tried: of the configurations that met every constraint each time they were measured, and can be trusted
 * to meet them again, those of which no other is believed to be better in one objective without being worse in another. By the
 * models' means, as the luckiest of many measurements is not the best of many configurations. Sorted by the first objective, best first.
 * Empty for a problem with one objective.
 */
export function frontOf(problem: Problem, trials: readonly TrialRecord[]): FrontPoint[] {
  const { objectives: [first] = [] } = problem;
  if (first === undefined) return [];
  const observations = trials.flatMap(({ observation }) => observation ?? []);
  const failed = new Set(trials.filter(({ feasible }) => feasible === false).map(keyOf));
  const isProven = (configuration: Configuration) => !failed.has(keyOf({ configuration }));
  return rankTried(problem, observations, isProven)
    .flatMap(({ configuration, probability, objectives, isOnFront }, rank): FrontPoint[] => {
      if (!objectives || !isOnFront) return [];
      const { trial } = trials.find((one) => keyOf(one) === keyOf({ configuration }))!;
      return [{ trial, configuration, probability, objectives, knee: rank === 0 }];
    })
    .sort((a, b) => b.objectives[first]! - a.objectives[first]!);
}

function keyOf({ configuration }: Pick<TrialRecord, 'configuration'>): string {
  return JSON.stringify(configuration);
}
