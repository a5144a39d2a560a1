import type { Configuration } from '../knobs/knob.ts';
import { rankTried } from './recommend.ts';
import type { StudyRecord } from './study-record.ts';
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
  /** The one that the study ended with: measured again after the search, and everything met. */
  verified: boolean;
};

/**
 * The front of what was tried: of the configurations that met every constraint each time they were measured, and can be trusted
 * to meet them again, those of which no other is believed to be better in one objective without being worse in another. By the
 * models' means, as the luckiest of many measurements is not the best of many configurations. What was verified counts as trusted,
 * and is on the front also where another is believed to be better. Sorted by the first objective, best first.
 * Empty for a problem with one objective, and while one of several was never measured.
 */
export function frontOf({
  problem,
  trials,
  concluded,
}: Pick<StudyRecord, 'problem' | 'trials' | 'concluded'>): FrontPoint[] {
  const { objectives: [first] = [] } = problem;
  if (first === undefined) return [];
  const observations = trials.flatMap(({ observation }) => observation ?? []);
  const failed = new Set(trials.filter(({ feasible }) => feasible === false).map(keyOf));
  const isProven = (configuration: Configuration) => !failed.has(keyOf({ configuration }));
  const verified = concluded?.verified ? JSON.stringify(concluded.configuration) : undefined;
  const isVerified = (configuration: Configuration) => keyOf({ configuration }) === verified;
  return rankTried(problem, observations, { isCandidate: isProven, isVerified })
    .flatMap(({ configuration, probability, objectives, isOnFront }, rank): FrontPoint[] => {
      const isEnd = isVerified(configuration);
      if (!objectives || !(isOnFront || isEnd)) return [];
      const { trial } = trials.find((one) => keyOf(one) === keyOf({ configuration }))!;
      return [{ trial, configuration, probability, objectives, knee: rank === 0, verified: isEnd }];
    })
    .sort((a, b) => b.objectives[first]! - a.objectives[first]!);
}

function keyOf({ configuration }: Pick<TrialRecord, 'configuration'>): string {
  return JSON.stringify(configuration);
}
