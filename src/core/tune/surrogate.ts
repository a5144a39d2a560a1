import type { Configuration } from '../knobs/knob.ts';
import type { Observation, Problem } from './designer.ts';
import { logNormalCdf } from './gaussian.ts';
import { type Belief, GaussianProcess, type GpData } from './gp.ts';
import { Learning } from './learning.ts';
import { type MarginScale, marginScale } from './margin-scale.ts';
import { keyOf, type Point, UnitSpace } from './space.ts';

/**
 * What the observations teach about the whole space: one Gaussian process per constraint margin and one for the
 * objective (Gardner et al., ICML 2014: independent processes, probabilities of feasibility multiplied).
 *
 * Margins are modelled on the scale of margin-scale.ts, objectives as they are.
 */

/** A margin that could not be measured counts as this, or as the worst one seen of its constraint. */
const missingMargin = -1;
/** Deviations below these are noise: two percent of a bound, a thousandth of an objective. */
const smallestMarginScale = 0.02;
const smallestObjectiveShare = 1e-3;

/**
 * What an objective near 0 is measured against instead of its own size, as where the topic to be improved is silent in
 * every trial. Far below any objective that means something, yet the square of its shares does not underflow.
 */
export const smallestObjective = 1e-100;

/**
 * Distance that a configuration must keep from each bound, in standard deviations of one measurement: what lies on the
 * bound looks feasible every other time, and one of those lucky times would be deployed.
 */
const guardDeviations = 1;

/** Belief about one configuration. */
export type Prediction = {
  /** Noise-free objective; undefined while no trial has measured it. */
  objective: Belief | undefined;
  /** Noise-free warped margins, in the order of the problem's constraints. */
  margins: Belief[];
  /** Log of the probability that a fresh measurement, noise included, meets every constraint. */
  logFeasibility: number;
  /** Log of the probability that it truly meets every constraint by the guard distance, measurement noise left out. */
  logGuarded: number;
};

/** An observation and its place in the unit cube. */
export type Located = { point: Point; observation: Observation };

/** The fitted models; see the head of this file. */
export class Surrogate {
  readonly space: UnitSpace;
  readonly constraints: readonly string[];
  readonly located: readonly Located[];
  /** Of each constraint, in order. */
  readonly scales: readonly MarginScale[];
  readonly #margins: GaussianProcess[];
  readonly #objective: GaussianProcess | undefined;

  /**
   * Fits to the observations that lie in the space; undefined when there are none. `learning` remembers what was learnt
   * of the same observations before, which only saves time.
   */
  static fit(
    problem: Problem,
    observations: readonly Observation[],
    learning = new Learning(),
  ): Surrogate | undefined {
    const space = new UnitSpace(problem.space);
    const located = locate(space, observations);
    return located.length > 0 ? new Surrogate(problem, space, located, learning) : undefined;
  }

  private constructor(problem: Problem, space: UnitSpace, located: Located[], learning: Learning) {
    this.space = space;
    this.constraints = problem.constraints;
    this.located = located;
    this.scales = problem.constraints.map((name) => marginScale(problem.constraintInfo?.[name]));
    const processFor = (output: string, dataOf: (trials: readonly Located[]) => GpData) => {
      const hyperparameters = learning.hyperparameters(output, located.length, (count) =>
        dataOf(located.slice(0, count)),
      );
      return new GaussianProcess(dataOf(located), hyperparameters);
    };
    this.#margins = problem.constraints.map((name, j) =>
      processFor(name, (trials) => marginData(space, trials, name, this.scales[j]!)),
    );
    const measuredOnce = located.some(({ observation }) => isObjective(observation.objective));
    if (measuredOnce)
      this.#objective = processFor('', (trials) =>
        objectiveData(space, trials, problem.objectiveRelativeNoise),
      );
  }

  /** What is believed about a snapped point. */
  predict(point: Point): Prediction {
    const margins: Belief[] = [];
    let logFeasibility = 0;
    let logGuarded = 0;
    for (const process of this.#margins) {
      const belief = process.predict(point);
      margins.push(belief);
      logFeasibility += logNormalCdf(belief.mean / Math.sqrt(belief.variance + process.noiseVariance));
      const guard = guardDeviations * Math.sqrt(process.noiseVariance);
      logGuarded += logNormalCdf((belief.mean - guard) / Math.sqrt(belief.variance));
    }
    return { objective: this.#objective?.predict(point), margins, logFeasibility, logGuarded };
  }

  /** Log of the probability that every constraint is truly met by `deviations` standard deviations of its measurements' noise. */
  logMetBy({ margins }: Prediction, deviations: number): number {
    return margins.reduce((sum, { mean, variance }, j) => {
      const guard = deviations * Math.sqrt(this.#margins[j]!.noiseVariance);
      return sum + logNormalCdf((mean - guard) / Math.sqrt(variance));
    }, 0);
  }

  /** By knob, the geometric mean of the length scales of all models, in units of the knob's whole range. */
  get lengthScales(): number[] {
    const processes = this.#objective ? [...this.#margins, this.#objective] : this.#margins;
    return this.space.names.map((_, knob) => {
      const logs = processes.map(({ hyperparameters }) => Math.log(hyperparameters.lengthScales[knob]!));
      return Math.exp(logs.reduce((sum, log) => sum + log, 0) / Math.max(logs.length, 1));
    });
  }

  /** The constraint least likely to be met; undefined when there are no constraints. */
  leastSure({ margins }: Prediction): string | undefined {
    const sureness = margins.map(({ mean, variance }) => mean / Math.sqrt(variance));
    return this.constraints[sureness.indexOf(Math.min(...sureness))];
  }

  /** The configuration that was tried at a tried point, as it was told. */
  configurationAt(point: Point): Configuration {
    const key = keyOf(point);
    const trial = this.located.find((one) => keyOf(one.point) === key);
    return trial ? trial.observation.configuration : this.space.decode(point);
  }

  /** The different points tried and measured in full, in order of their first trial; any tried ones if there are none. */
  triedPoints(): Point[] {
    const complete = this.located.filter(({ observation }) => !observation.censored);
    const trials = complete.length > 0 ? complete : this.located;
    const points = new Map(trials.map(({ point }) => [keyOf(point), point]));
    return [...points.values()];
  }
}

/** Places observations in the unit cube; those that do not fit the space are left out. */
export function locate(space: UnitSpace, observations: readonly Observation[]): Located[] {
  return observations.flatMap((observation) => {
    const point = space.encode(observation.configuration);
    return point ? [{ point, observation }] : [];
  });
}

/** True when every constraint was measured and met. */
export function isFeasible(constraints: readonly string[], { margins }: Observation): boolean {
  return constraints.every((name) => (margins[name] ?? Number.NEGATIVE_INFINITY) >= 0);
}

function marginData(space: UnitSpace, located: readonly Located[], name: string, scale: MarginScale): GpData {
  const worst = located.reduce((low, { observation }) => {
    const margin = measured(observation.margins[name]);
    return margin === undefined ? low : Math.min(low, margin);
  }, missingMargin);
  const known = located.filter(({ observation }) => {
    return measured(observation.margins[name]) !== undefined || !observation.censored;
  });
  const data = known.length > 0 ? known : located;
  return {
    inputs: data.map(({ point }) => point),
    outputs: data.map(({ observation }) => scale.warp(measured(observation.margins[name]) ?? worst)),
    categorical: space.categorical,
    smallestScale: smallestMarginScale,
    noiseDeviation: scale.noiseDeviation,
  };
}

function objectiveData(
  space: UnitSpace,
  located: readonly Located[],
  relativeNoise: number | undefined,
): GpData {
  const data = located.filter(({ observation }) => isObjective(observation.objective));
  const outputs = data.map(({ observation }) => observation.objective!);
  const largest = outputs.reduce((most, y) => Math.max(most, Math.abs(y)), smallestObjective);
  const typical = outputs.reduce((sum, y) => sum + Math.abs(y), 0) / Math.max(outputs.length, 1);
  return {
    inputs: data.map(({ point }) => point),
    outputs,
    categorical: space.categorical,
    smallestScale: largest * smallestObjectiveShare,
    noiseDeviation: relativeNoise === undefined ? undefined : relativeNoise * typical,
  };
}

function isObjective(objective: number | undefined): objective is number {
  return objective !== undefined && Number.isFinite(objective);
}

/** Infinite margins are kept (they are clipped later); only NaN and absent ones count as unmeasured. */
function measured(margin: number | undefined): number | undefined {
  return margin === undefined || Number.isNaN(margin) ? undefined : margin;
}
