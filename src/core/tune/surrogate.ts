import type { Configuration } from '../knobs/knob.ts';
import type { Observation, Problem } from './designer.ts';
import { logNormalCdf } from './gaussian.ts';
import { type Belief, GaussianProcess, type GpData } from './gp.ts';
import { Learning } from './learning.ts';
import { type MarginScale, marginScale } from './margin-scale.ts';
import { keyOf, type Point, UnitSpace } from './space.ts';
import { type Located, locate, type ReadObjective, TrainingData } from './training-data.ts';

/**
 * What the observations teach about the whole space: one Gaussian process per constraint margin and one for the
 * objective (Gardner et al., ICML 2014: independent processes, probabilities of feasibility multiplied).
 *
 * Margins are modelled on the scale of margin-scale.ts, objectives as they are.
 */

/**
 * Distance that a configuration must keep from each bound unless told otherwise, in standard deviations of one
 * measurement: what lies on the bound looks feasible every other time, and one of those lucky times would be deployed.
 */
const usualGuard = 1;
/** Margins better by so many deviations of the belief are what a hopeful one takes them for. */
const hopeDeviations = 1;
/** What is met with a probability above 1 - 0.05 is nothing to learn about. */
const sureEnough = 0.05;

/** Belief about one configuration. */
export type Prediction = {
  /** Noise-free objective; undefined while no trial has measured it. */
  objective: Belief | undefined;
  /** Of each of the problem's objectives without weights, in order; absent until each was measured once. */
  objectives?: Belief[];
  /** Noise-free warped margins, in the order of the problem's constraints. */
  margins: Belief[];
  /** Log of the probability that a fresh measurement, noise included, meets every constraint. */
  logFeasibility: number;
  /** Log of the probability that it truly meets every constraint by the guard distance, measurement noise left out. */
  logGuarded: number;
};

/** How a surrogate is fitted; see `Surrogate.fit`. */
export type FitOptions = {
  earlier?: readonly Observation[];
  learning?: Learning;
  guardDeviations?: number;
};

/** The fitted models; see the head of this file. */
export class Surrogate {
  readonly space: UnitSpace;
  readonly constraints: readonly string[];
  readonly located: readonly Located[];
  /** Of each constraint, in order. */
  readonly scales: readonly MarginScale[];
  readonly #earlier: readonly Located[];
  readonly #data: TrainingData;
  readonly #margins: GaussianProcess[];
  readonly #objective: GaussianProcess | undefined;
  readonly #objectives: GaussianProcess[] = [];
  readonly #guardDeviations: number;

  /**
   * Fits to the observations that lie in the space; undefined when there are none. Earlier ones are learnt from besides, as
   * far as they prove alike. `learning` remembers what was learnt of the same observations before, which only saves time.
   * `guardDeviations` is the distance kept from each bound, in deviations of one measurement.
   */
  static fit(
    problem: Problem,
    observations: readonly Observation[],
    { earlier = [], ...options }: FitOptions = {},
  ): Surrogate | undefined {
    const space = new UnitSpace(problem.space);
    const located = locate(space, observations);
    const before = locate(space, earlier);
    if (located.length + before.length === 0) return undefined;
    return new Surrogate(problem, space, located, before, options);
  }

  private constructor(
    problem: Problem,
    space: UnitSpace,
    located: Located[],
    earlier: Located[],
    { learning = new Learning(), guardDeviations = usualGuard }: FitOptions,
  ) {
    this.#guardDeviations = guardDeviations;
    this.space = space;
    this.constraints = problem.constraints;
    this.located = located;
    this.#earlier = earlier;
    this.#data = new TrainingData(space, located, earlier);
    this.scales = problem.constraints.map((name) => marginScale(problem.constraintInfo?.[name]));
    const processFor = (output: string, dataOf: (count: number) => GpData) => {
      const hyperparameters = learning.hyperparameters(output, located.length, dataOf);
      return new GaussianProcess(dataOf(located.length), hyperparameters);
    };
    this.#margins = problem.constraints.map((name, j) =>
      processFor(name, (count) => this.#data.margins(name, this.scales[j]!, count)),
    );
    const objectiveProcess = (output: string, read: ReadObjective) =>
      processFor(output, (count) => this.#data.objectives(read, count, problem));
    if (this.#data.isMeasured(readObjective)) this.#objective = objectiveProcess('', readObjective);
    const objectives = (problem.objectives ?? []).map((name) => ({ name, read: readObjectiveOf(name) }));
    if (objectives.every(({ read }) => this.#data.isMeasured(read)))
      this.#objectives = objectives.map(({ name, read }) =>
        objectiveProcess(JSON.stringify(['objective', name]), read),
      );
  }

  /** Whether there are objectives without weights, and each was measured. */
  get tradesOff(): boolean {
    return this.#objectives.length > 0;
  }

  /** What is believed about a snapped point. */
  predict(point: Point): Prediction {
    const input = this.#data.input(point);
    const margins: Belief[] = [];
    let logFeasibility = 0;
    let logGuarded = 0;
    for (const process of this.#margins) {
      const belief = process.predict(input);
      margins.push(belief);
      logFeasibility += logNormalCdf(belief.mean / Math.sqrt(belief.variance + process.noiseVariance));
      logGuarded += logMet(process, belief, this.#guardDeviations);
    }
    const objectives = this.#objectives.map((process) => process.predict(input));
    return {
      objective: this.#objective?.predict(input),
      ...(objectives.length > 0 && { objectives }),
      margins,
      logFeasibility,
      logGuarded,
    };
  }

  /** `logGuarded` of a prediction, were every margin better by a deviation of the belief in it. */
  logHopeful({ margins }: Prediction): number {
    return margins.reduce(
      (sum, belief, j) => sum + logMet(this.#margins[j]!, belief, this.#guardDeviations, hopeDeviations),
      0,
    );
  }

  /**
   * How much a trial would teach about the feasibility of `target`: the share, 0 to 1, of the variance of the margins there
   * that it takes away, on the mean over those in doubt, each weighted by its doubt, -log of its part in `logGuarded`.
   */
  teachingAbout(target: Point): (point: Point) => number {
    const { margins } = this.predict(target);
    const doubts = this.#margins.flatMap((process, j) => {
      const doubt = -logMet(process, margins[j]!, this.#guardDeviations);
      return doubt > sureEnough ? [{ doubt, teaching: process.teachingAbout(this.#data.input(target)) }] : [];
    });
    const total = doubts.reduce((sum, { doubt }) => sum + doubt, 0);
    return (point) => {
      const input = this.#data.input(point);
      return doubts.reduce((sum, { doubt, teaching }) => sum + (doubt / total) * teaching(input), 0);
    };
  }

  /** Log of the probability that every constraint is truly met by `deviations` standard deviations of its measurements' noise. */
  logMetBy({ margins }: Prediction, deviations: number): number {
    return margins.reduce((sum, belief, j) => sum + logMet(this.#margins[j]!, belief, deviations), 0);
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

  /** Where the earlier trials were. */
  earlierPoints(): Point[] {
    return this.#earlier.map(({ point }) => point);
  }

  /** The different points tried and measured in full, in order of their first trial; any tried ones if there are none. */
  triedPoints(): Point[] {
    const complete = this.located.filter(({ observation }) => !observation.censored);
    const trials = complete.length > 0 ? complete : this.located;
    const points = new Map(trials.map(({ point }) => [keyOf(point), point]));
    return [...points.values()];
  }
}

/**
 * Log of the probability that a margin is truly met by `deviations` standard deviations of its measurements' noise, were it
 * better by `hope` deviations of the belief in it.
 */
function logMet(process: GaussianProcess, { mean, variance }: Belief, deviations: number, hope = 0): number {
  return logNormalCdf((mean - deviations * Math.sqrt(process.noiseVariance)) / Math.sqrt(variance) + hope);
}

/** How sure a configuration is to meet everything, and what of that is least so, for a reason. */
export function describeChance(surrogate: Surrogate, prediction: Prediction): string {
  const doubt = surrogate.leastSure(prediction);
  const probability = Math.exp(prediction.logFeasibility).toFixed(2);
  const least = doubt === undefined ? '' : `; least sure: ${doubt}`;
  return `probability of meeting all requirements ${probability}${least}`;
}

/** True when every constraint was measured and met. */
export function isFeasible(constraints: readonly string[], { margins }: Observation): boolean {
  return constraints.every((name) => (margins[name] ?? Number.NEGATIVE_INFINITY) >= 0);
}

const readObjective: ReadObjective = ({ observation }) => observation.objective;
const readObjectiveOf =
  (name: string): ReadObjective =>
  ({ observation }) =>
    observation.objectives?.[name];
