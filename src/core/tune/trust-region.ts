import { type Random, seededRandom } from '../random.ts';
import {
  acquisition,
  type Harm,
  type HarmRule,
  harmRules,
  logImprovement,
  violationPrice,
} from './acquisition.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import { Learning } from './learning.ts';
import { boxAround, followRegion, type Standing } from './region.ts';
import { searchRegion } from './region-search.ts';
import { type Point, UnitSpace } from './space.ts';
import { describeChance, isFeasible, type Prediction, Surrogate } from './surrogate.ts';
import { TriedPoints } from './tried-points.ts';

/** Options of the designer. */
export type TrustRegionOptions = {
  problem: Problem;
  /** Two seeds are drawn from it once, the first for `constrained-gp`; later draws by others change nothing. */
  random: Random;
  /** Space-filling trials before the model takes over; the configuration in force comes on top. Default 4. */
  initialTrials?: number;
  /** See `ConstrainedGpOptions`. */
  harm?: Harm;
  earlier?: readonly Observation[];
};

const seedRange = 2 ** 32;
const defaultInitialTrials = 4;
/** A trial this likely to keep the whole guard distance counts as feasible, and can be the centre. */
const probablyFeasible = 0.5;
/**
 * Near the centre the models know more, so a trial within may be bolder at the same harm: it keeps a smaller part of the
 * guard distance, as what lies between is truly feasible, if not fit to be deployed, and a violation costs a smaller part of
 * its price.
 */
const guardShare = 0.5;
const priceShare = 0.5;

/**
 * `constrained-gp` in the whole space as long as it gets on; when it does not, a closer look at the surroundings of the best
 * configuration, within a box that is halved as long as that brings nothing, and then the whole space again. The box is that
 * of SCBO (Eriksson & Poloczek, AISTATS 2021): sides as the length scales, centred at the best feasible configuration. See
 * docs/search.md.
 * A suggestion depends on problem, seed and observations only, never on earlier suggestions.
 */
export class TrustRegionDesigner implements Designer {
  readonly #problem: Problem;
  readonly #space: UnitSpace;
  readonly #seed: number;
  readonly #harm: HarmRule;
  readonly #initialTrials: number;
  readonly #whole: ConstrainedGpDesigner;
  readonly #tried: TriedPoints;
  readonly #observations: Observation[] = [];
  readonly #earlier: readonly Observation[];
  readonly #learning = new Learning();
  #pending: Suggestion | undefined;

  constructor(options: TrustRegionOptions) {
    const { problem, random, harm = 'priced', earlier = [] } = options;
    const initialTrials = earlier.length > 0 ? 0 : (options.initialTrials ?? defaultInitialTrials);
    this.#harm = harmRules[harm];
    this.#earlier = earlier;
    this.#problem = problem;
    this.#space = new UnitSpace(problem.space);
    this.#initialTrials = initialTrials;
    const learning = this.#learning;
    this.#whole = new ConstrainedGpDesigner({ problem, random, initialTrials, harm, earlier, learning });
    this.#seed = Math.floor(random.next() * seedRange);
    this.#tried = new TriedPoints(this.#space);
  }

  suggest(): Suggestion {
    this.#pending ??= this.#suggestWithin() ?? this.#whole.suggest();
    return this.#pending;
  }

  update(observation: Observation): void {
    this.#observations.push(observation);
    this.#tried.mark(observation);
    this.#whole.update(observation);
    this.#pending = undefined;
  }

  /** Undefined while the region is the whole space or what is sought is a front, nothing is probably feasible, or nothing within is untried. */
  #suggestWithin(): Suggestion | undefined {
    // Several objectives without weights have no one best to search around.
    if (this.#problem.objectives || this.#observations.length <= this.#initialTrials) return undefined;
    const surrogate = Surrogate.fit(this.#problem, this.#observations, {
      earlier: this.#earlier,
      learning: this.#learning,
    });
    if (!surrogate) return undefined;
    const standings = surrogate.located.map(({ point }) => standingOf(surrogate.predict(point)));
    const { center, length } = followRegion(standings, this.#initialTrials);
    if (center === undefined || length === undefined || !standings[center]!.feasible) return undefined;
    const best = standings[center]!.objective;
    const feasible = this.#observations.map((one) => this.#isFeasible(one));
    const price = priceShare * violationPrice(feasible, this.#harm);
    const score = (point: Point) => {
      const prediction = surrogate.predict(point);
      return acquisition(
        { ...prediction, logGuarded: surrogate.logMetBy(prediction, guardShare) },
        best,
        price,
      );
    };
    const from = surrogate.located[center]!.point;
    const tried = this.#tried.keys;
    const top = searchRegion({
      space: this.#space,
      score,
      center: from,
      box: boxAround(this.#space, from, { length, lengthScales: surrogate.lengthScales }),
      exclude: (key) => tried.has(key),
      random: seededRandom(this.#seed + this.#observations.length),
    });
    return top && this.#explain(top.point, surrogate, best, length);
  }

  #isFeasible(observation: Observation): boolean {
    return isFeasible(this.#problem.constraints, observation);
  }

  #explain(point: Point, surrogate: Surrogate, best: number, length: number): Suggestion {
    const prediction = surrogate.predict(point);
    const probability = Math.exp(prediction.logFeasibility);
    const improvement = prediction.objective ? Math.exp(logImprovement(prediction.objective, best)) : 0;
    return {
      configuration: this.#space.decode(point),
      reason:
        `expected improvement ${improvement.toPrecision(2)} within ${length} of the best, ` +
        describeChance(surrogate, prediction),
      expectedImprovement: improvement * probability,
    };
  }
}

function standingOf({ objective, logGuarded, margins }: Prediction): Standing {
  return {
    feasible: objective !== undefined && logGuarded >= Math.log(probablyFeasible),
    missed: margins.reduce((sum, { mean }) => sum + Math.max(-mean, 0), 0),
    objective: objective?.mean ?? 0,
  };
}
