import type { Observation, Problem } from './designer.ts';
import type { GpData } from './gp.ts';
import type { MarginScale } from './margin-scale.ts';
import type { Point, UnitSpace } from './space.ts';

/** What the processes of surrogate.ts are fitted to. */

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
 * What an objective is taken for, at most, above and below 0, as where a failed run is told as the largest number there is: the
 * square of it does not overflow.
 */
const largestObjective = 1e100;

/** An observation and its place in the unit cube. */
export type Located = { point: Point; observation: Observation };

/** Places observations in the unit cube; those that do not fit the space are left out. */
export function locate(space: UnitSpace, observations: readonly Observation[]): Located[] {
  return observations.flatMap((observation) => {
    const point = space.encode(observation.configuration);
    return point ? [{ point, observation }] : [];
  });
}

/** Which measured number of a trial an objective's process learns. */
export type ReadObjective = (trial: Located) => number | undefined;

/**
 * The trials of a search, and those of an earlier one, of this robot as it then was or of a likeness of it. Where there are
 * earlier ones, which of the two a trial is of is one more coordinate without order: so each process learns for itself how
 * alike the two are, with its length scale (multi-task Bayesian optimisation, Swersky et al., NIPS 2013).
 */
export class TrainingData {
  readonly #space: UnitSpace;
  readonly #earlier: readonly Located[];
  readonly #own: readonly Located[];

  constructor(space: UnitSpace, own: readonly Located[], earlier: readonly Located[]) {
    this.#space = space;
    this.#own = own;
    this.#earlier = earlier;
  }

  /** The place of a point in the processes' inputs, were it tried in this search. */
  input(point: Point): Point {
    return this.#earlier.length > 0 ? [...point, 1] : point;
  }

  /** True when any trial, earlier or of this search, has this output. */
  isMeasured(read: ReadObjective): boolean {
    return [...this.#earlier, ...this.#own].some((one) => isObjective(read(one)));
  }

  /** Of a constraint's margins, from the first `count` trials of this search and all earlier ones. */
  margins(name: string, scale: MarginScale, count: number): GpData {
    const located = this.#first(count);
    const worst = located.reduce((low, { observation }) => {
      const margin = measured(observation.margins[name]);
      return margin === undefined ? low : Math.min(low, margin);
    }, missingMargin);
    const known = located.filter(({ observation }) => {
      return measured(observation.margins[name]) !== undefined || !observation.censored;
    });
    const data = known.length > 0 ? known : located;
    return {
      ...this.#placed(data),
      outputs: data.map(({ observation }) => scale.warp(measured(observation.margins[name]) ?? worst)),
      smallestScale: smallestMarginScale,
      noiseDeviation: scale.noiseDeviation,
    };
  }

  /** Of an objective, likewise. */
  objectives(read: ReadObjective, count: number, { objectiveRelativeNoise }: Problem): GpData {
    const data = this.#first(count).filter((one) => isObjective(read(one)));
    const outputs = data.map((one) => Math.min(Math.max(read(one)!, -largestObjective), largestObjective));
    const largest = outputs.reduce((most, y) => Math.max(most, Math.abs(y)), smallestObjective);
    const typical = outputs.reduce((sum, y) => sum + Math.abs(y), 0) / Math.max(outputs.length, 1);
    return {
      ...this.#placed(data),
      outputs,
      smallestScale: largest * smallestObjectiveShare,
      noiseDeviation: objectiveRelativeNoise === undefined ? undefined : objectiveRelativeNoise * typical,
    };
  }

  #first(count: number): Located[] {
    return [...this.#earlier, ...this.#own.slice(0, count)];
  }

  #placed(trials: readonly Located[]): Pick<GpData, 'inputs' | 'precisions' | 'categorical'> {
    const precisions = trials.map(precisionOf);
    const { categorical } = this.#space;
    if (this.#earlier.length === 0)
      return { inputs: trials.map(({ point }) => point), precisions, categorical };
    const earlier = new Set(this.#earlier);
    const inputs = trials.map((one) => [...one.point, earlier.has(one) ? 0 : 1]);
    return { inputs, precisions, categorical: [...categorical, true] };
  }
}

/** The mean of a shorter window scatters the more: its variance is that of the whole over the share that was measured. */
function precisionOf({ observation: { share = 1 } }: Located): number {
  return share;
}

function isObjective(objective: number | undefined): objective is number {
  return objective !== undefined && Number.isFinite(objective);
}

/** Infinite margins are kept (they are clipped later); only NaN and absent ones count as unmeasured. */
function measured(margin: number | undefined): number | undefined {
  return margin === undefined || Number.isNaN(margin) ? undefined : margin;
}
