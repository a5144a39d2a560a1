import { type Random, seededRandom } from '../random.ts';
import {
  acquisition,
  type Harm,
  type HarmRule,
  harmRules,
  logImprovement,
  promising,
  type Tried,
  violationPrice,
} from './acquisition.ts';
import { type BelievedFront, believedFront, describeGainShare } from './believed-front.ts';
import { leaders, maximizeScore } from './candidates.ts';
import { categoryProbe } from './category-probe.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import { type HopefulGoal, hopefulGoal } from './hopeful-goal.ts';
import { initialDesign } from './initial-design.ts';
import { Learning } from './learning.ts';
import { goesInCircles, repeatDetector } from './repeats.ts';
import { logSecuredGain } from './secured-gain.ts';
import { type Point, UnitSpace } from './space.ts';
import { describeChance, isFeasible, Surrogate } from './surrogate.ts';
import { locate } from './training-data.ts';
import { TriedPoints } from './tried-points.ts';

/** Options of the designer. */
export type ConstrainedGpOptions = {
  problem: Problem;
  /** A seed is drawn from it once; later draws by others change nothing. */
  random: Random;
  /** Space-filling trials before the model takes over; the configuration in force comes on top. Default 4. */
  initialTrials?: number;
  /** `free`: what trials break costs nothing, as in a rehearsal. Default `priced`. */
  harm?: Harm;
  /**
   * What an earlier search measured, of this robot as it then was or of a likeness of it: learnt from as far as it proves
   * alike, and in place of a space-filling start.
   */
  earlier?: readonly Observation[];
  /** What is learnt of the observations, to be shared with one who is told the same; its own without it. */
  learning?: Learning;
};

/** What a suggestion is made from: the models, the best believed objective, and where the search would like to get. */
type Known = {
  surrogate: Surrogate;
  best: number | undefined;
  front: BelievedFront | undefined;
  goal: HopefulGoal | undefined;
};

const seedRange = 2 ** 32;
/** Random points to choose from where the model leads in circles. */
const draws = 4;
/** Price of a violation, as a share of the best objective, above which categories are no longer probed. */
const dearestProbe = 0.03;

/**
 * Constrained Bayesian optimisation: a short space-filling start, then the maximiser of expected improvement less
 * expected harm, or of the probability of feasibility while no tried configuration is probably feasible; in between,
 * untried categories one at a time. Where harm is free, what a trial teaches about the most hopeful configuration counts
 * instead. Where answers repeat each other to the last bit, places that would only repeat one are left out, and the search goes
 * elsewhere. Of several objectives without weights the improvement is that of the front's hypervolume. See docs/search.md
 * for formulas and sources.
 * A suggestion depends on problem, seed and observations only, never on earlier suggestions.
 */
export class ConstrainedGpDesigner implements Designer {
  readonly #problem: Problem;
  readonly #space: UnitSpace;
  readonly #seed: number;
  readonly #harm: HarmRule;
  readonly #start: Point[];
  readonly #tried: TriedPoints;
  readonly #observations: Observation[] = [];
  readonly #earlier: readonly Observation[];
  readonly #learning: Learning;
  #pending: Suggestion | undefined;

  constructor(options: ConstrainedGpOptions) {
    const { problem, random, initialTrials = 4, harm = 'priced', earlier = [] } = options;
    this.#earlier = earlier;
    this.#learning = options.learning ?? new Learning();
    this.#problem = problem;
    this.#harm = harmRules[harm];
    this.#space = new UnitSpace(problem.space);
    this.#seed = Math.floor(random.next() * seedRange);
    const startTrials = earlier.length > 0 ? 0 : initialTrials;
    this.#start = initialDesign(this.#space, startTrials, seededRandom(this.#seed));
    this.#tried = new TriedPoints(this.#space);
  }

  suggest(): Suggestion {
    this.#pending ??= this.#suggestStart() ?? this.#suggestByModel();
    return this.#pending;
  }

  update(observation: Observation): void {
    this.#observations.push(observation);
    this.#tried.mark(observation);
    this.#pending = undefined;
  }

  #suggestStart(): Suggestion | undefined {
    const index = this.#start.findIndex((point) => !this.#tried.has(point));
    if (index < 0 || this.#observations.length > this.#start.length) return undefined;
    const configuration = this.#space.decode(this.#start[index]!);
    return { configuration, reason: `space-filling start ${index + 1} of ${this.#start.length}` };
  }

  #suggestByModel(): Suggestion {
    const random = seededRandom(this.#seed + this.#observations.length);
    const surrogate = Surrogate.fit(this.#problem, this.#observations, {
      earlier: this.#earlier,
      learning: this.#learning,
      guardDeviations: this.#harm.guardDeviations,
    });
    if (!surrogate || this.#tried.exhausted) return this.#suggestUntried(random);
    const leading = promising(surrogate);
    const front = believedFront(surrogate, leading);
    const best = leading[0]?.mean;
    const feasible = this.#observations.map((one) => isFeasible(this.#problem.constraints, one));
    const price = violationPrice(feasible, this.#harm);
    const tried = this.#tried.keys;
    const isTried = (key: string) => tried.has(key);
    const goal = price > 0 || front ? undefined : hopefulGoal({ surrogate, leading, isTried, random });
    const known: Known = { surrogate, best, front, goal };
    const firstFeasible = feasible.indexOf(true);
    if (this.#isForRecommendation(firstFeasible) && !front) {
      const secured = this.#suggestForRecommendation(surrogate, leading, random);
      if (secured) return secured;
    }
    const isProbing = goal === undefined && price <= dearestProbe;
    const probe = isProbing ? this.#probe(surrogate, leading, firstFeasible) : undefined;
    if (probe) return this.#explain(probe, known);
    const score = (point: Point) => {
      const prediction = surrogate.predict(point);
      if (front) return front.netGain(prediction, price);
      return acquisition(prediction, best, price) + (goal?.lesson(point) ?? 0);
    };
    if (goesInCircles(surrogate.located)) return this.#explain(this.#bestDrawn(random, score), known);
    const centers = [
      ...(goal?.places ?? []),
      ...leaders([...surrogate.triedPoints(), ...surrogate.earlierPoints()], score),
    ];
    const search = { space: this.#space, score, centers, random };
    const isRepeat = repeatDetector(surrogate.located, this.#space.categorical);
    const top =
      maximizeScore({ ...search, exclude: (point, key) => isTried(key) || isRepeat(point) }) ??
      maximizeScore({ ...search, exclude: (_, key) => isTried(key) });
    return top ? this.#explain(top.point, known) : this.#suggestUntried(random);
  }

  #isForRecommendation(firstFeasible: number): boolean {
    const { secureEvery } = this.#harm;
    if (secureEvery === undefined || firstFeasible < 0) return false;
    return (this.#observations.length - firstFeasible) % secureEvery === 0;
  }

  #suggestForRecommendation(
    surrogate: Surrogate,
    leading: readonly Tried[],
    random: Random,
  ): Suggestion | undefined {
    const observations = this.#observations;
    const score = logSecuredGain({ surrogate, problem: this.#problem, observations, leading });
    if (score === undefined) return undefined;
    const tried = this.#tried.keys;
    const top = maximizeScore({
      space: this.#space,
      score,
      centers: leaders([...surrogate.triedPoints(), ...surrogate.earlierPoints()], score),
      exclude: (_, key) => tried.has(key),
      random,
    });
    if (top === undefined) return undefined;
    const expectedImprovement = Math.exp(top.score);
    const chance = describeChance(surrogate, surrogate.predict(top.point));
    const reason = `expected gain for the recommendation ${expectedImprovement.toPrecision(2)}, ${chance}`;
    return { configuration: this.#space.decode(top.point), reason, expectedImprovement };
  }

  /** The best of a few random untried points: elsewhere, but not anywhere. */
  #bestDrawn(random: Random, score: (point: Point) => number): Point {
    const drawn = Array.from({ length: draws }, () =>
      this.#tried.untried(() => this.#problem.space.map(() => random.next())),
    );
    return drawn.reduce((a, b) => (score(b) > score(a) ? b : a));
  }

  /** At each second trial since the first feasible one. */
  #probe(surrogate: Surrogate, leading: readonly Tried[], firstFeasible: number): Point | undefined {
    if (firstFeasible < 0 || this.#observations.length % 2 !== 0) return undefined;
    const since = locate(this.#space, this.#observations.slice(firstFeasible)).map(({ point }) => point);
    const isTried = (point: Point) => this.#tried.has(point);
    const seen = [...surrogate.earlierPoints(), ...since];
    return categoryProbe({ surrogate, promising: leading, seen, isTried });
  }

  #suggestUntried(random: Random): Suggestion {
    const point = this.#tried.untried(() => this.#problem.space.map(() => random.next()));
    const again = this.#tried.exhausted ? ', again: every configuration has been tried' : '';
    return { configuration: this.#space.decode(point), reason: `random${again}` };
  }

  #explain(point: Point, { surrogate, best, front, goal }: Known): Suggestion {
    const configuration = this.#space.decode(point);
    const prediction = surrogate.predict(point);
    const probability = Math.exp(prediction.logFeasibility);
    const chance = describeChance(surrogate, prediction);
    if (best === undefined || !prediction.objective)
      return { configuration, reason: `search for a feasible configuration, ${chance}` };
    if (front) {
      const share = front.gainShare(prediction);
      return {
        configuration,
        reason: `${describeGainShare(share)}, ${chance}`,
        expectedImprovement: share * probability,
      };
    }
    const improvement = Math.exp(logImprovement(prediction.objective, best));
    const lesson = goal?.lesson(point) ?? 0;
    const hope = lesson > improvement * probability ? '; tells more about what may be better still' : '';
    return {
      configuration,
      reason: `expected improvement ${improvement.toPrecision(2)}, ${chance}${hope}`,
      expectedImprovement: improvement * probability + lesson,
    };
  }
}
