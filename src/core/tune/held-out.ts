import type { Observation, Problem } from './designer.ts';
import { isFeasible, Surrogate } from './surrogate.ts';

/** How far the model of one output was off where it had not looked. */
export type OutputError = {
  /** A constraint's name, or `objective`. */
  output: string;
  /** Measurements compared. */
  count: number;
  /** Mean of |predicted - measured|: margins as shares of their bound, the objective in its own unit. */
  meanError: number;
  /** The same for the mean of the other trials: a model that errs no less has learnt nothing. */
  errorOfMean: number;
};

/** What leaving trials out one at a time says of the models. */
export type HeldOut = {
  /** Configurations left out. */
  configurations: number;
  /** Of how many the models told rightly whether they meet every requirement. */
  calledRight: number;
  errors: OutputError[];
};

/** Fewer different configurations teach nothing about each other. */
const fewest = 3;
/** The latest so many are left out: each costs a fit of all models. */
const mostHeldOut = 16;

/**
 * Fits the models anew without one configuration, all its measurements left out, and compares what they expect of it
 * with what was measured; for each of the last 16. Trials that were cut short are learnt from but not compared. Undefined with
 * fewer than three configurations measured in full.
 */
export function holdOut(problem: Problem, observations: readonly Observation[]): HeldOut | undefined {
  const groups = groupByConfiguration(observations.filter(({ censored }) => !censored));
  if (groups.length < fewest) return undefined;
  const outputs = [...problem.constraints, 'objective'];
  const errors = outputs.map((output): OutputError => ({ output, count: 0, meanError: 0, errorOfMean: 0 }));
  const held = groups.slice(-mostHeldOut);
  let calledRight = 0;
  let compared = 0;
  for (const group of held) {
    const others = observations.filter((one) => !group.includes(one));
    const surrogate = Surrogate.fit(problem, others);
    const point = surrogate?.space.encode(group[0]!.configuration);
    if (!surrogate || !point) continue;
    compared++;
    const { margins, objective, logFeasibility } = surrogate.predict(point);
    const predicted = [...margins.map(({ mean }, j) => surrogate.scales[j]!.unwarp(mean)), objective?.mean];
    for (const observation of group)
      for (const [i, error] of errors.entries())
        add(error, predicted[i], measuredOf(observation, error.output), meanOf(others, error.output));
    if (logFeasibility >= Math.log(0.5) === isFeasible(problem.constraints, group[0]!)) calledRight++;
  }
  const measured = errors.filter(({ count }) => count > 0);
  return {
    configurations: compared,
    calledRight,
    errors: measured.map((error) => ({
      ...error,
      meanError: error.meanError / error.count,
      errorOfMean: error.errorOfMean / error.count,
    })),
  };
}

function groupByConfiguration(observations: readonly Observation[]): Observation[][] {
  const groups = new Map<string, Observation[]>();
  for (const observation of observations) {
    const key = JSON.stringify(observation.configuration);
    groups.set(key, [...(groups.get(key) ?? []), observation]);
  }
  return [...groups.values()];
}

/** Adds to the sums; what was not measured, or could not be predicted, is not compared. */
function add(
  error: OutputError,
  predicted: number | undefined,
  measured: number | undefined,
  mean: number | undefined,
): void {
  if (predicted === undefined || measured === undefined || mean === undefined) return;
  error.count++;
  error.meanError += Math.abs(predicted - measured);
  error.errorOfMean += Math.abs(mean - measured);
}

function measuredOf({ objective, margins }: Observation, output: string): number | undefined {
  return output === 'objective' ? objective : margins[output];
}

function meanOf(observations: readonly Observation[], output: string): number | undefined {
  const values = observations.flatMap((one) => measuredOf(one, output) ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
