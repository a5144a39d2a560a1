import type { Configuration } from '../knobs/knob.ts';
import { type Random, seededRandom } from '../random.ts';
import { logImprovement, promising, type Tried } from './acquisition.ts';
import { believedFront, describeGainShare } from './believed-front.ts';
import { maximizeScore } from './candidates.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import { logNormalCdf } from './gaussian.ts';
import { Learning } from './learning.ts';
import { trustedProbability } from './recommend.ts';
import { type Point, UnitSpace } from './space.ts';
import { isFeasible, type Prediction, Surrogate } from './surrogate.ts';
import { TriedPoints } from './tried-points.ts';

const seedRange = 2 ** 32;

/**
 * Margins are taken to change by this share of their bound (one standard deviation) over one length scale of the models'
 * prior, 0.7 √D, whatever the few trials say: while all of them were alike the models believe that everything is alike.
 */
const marginChange = 1;
const priorLengthScale = 0.7;

/** Met so often, a configuration that the models do not believe in is not measured again. */
const proofs = 3;

/**
 * Keeps another designer within what the models call feasible, once something feasible is known (the safe set of
 * EdgeBOL, Ayala-Romero et al., CoNEXT 2021). A suggestion outside is replaced by the untried configuration within that
 * promises most; when there is none, by the best known one, with an expected improvement of 0. What met every requirement
 * once is measured again while the models take that for luck.
 */
export class SafeDesigner implements Designer {
  readonly #problem: Problem;
  readonly #designer: Designer;
  readonly #space: UnitSpace;
  readonly #seed: number;
  readonly #tried: TriedPoints;
  readonly #observations: Observation[] = [];
  readonly #earlier: readonly Observation[];
  readonly #learning = new Learning();
  #pending: Suggestion | undefined;

  /** A seed is drawn from `random` once. Of `earlier` measurements the models learn as those of `constrained-gp` do. */
  constructor(options: {
    problem: Problem;
    designer: Designer;
    random: Random;
    earlier?: readonly Observation[];
  }) {
    const { problem, designer, random, earlier = [] } = options;
    this.#earlier = earlier;
    this.#problem = problem;
    this.#designer = designer;
    this.#space = new UnitSpace(problem.space);
    this.#seed = Math.floor(random.next() * seedRange);
    this.#tried = new TriedPoints(this.#space);
  }

  suggest(): Suggestion {
    this.#pending ??= this.#restrict(this.#designer.suggest());
    return this.#pending;
  }

  update(observation: Observation): void {
    this.#observations.push(observation);
    this.#tried.mark(observation);
    this.#pending = undefined;
    this.#designer.update(observation);
  }

  #fit(): Surrogate | undefined {
    return Surrogate.fit(this.#problem, this.#observations, {
      earlier: this.#earlier,
      learning: this.#learning,
    });
  }

  #restrict(wanted: Suggestion): Suggestion {
    const good = this.#neverFailed();
    const surrogate = good && this.#fit();
    if (!good || !surrogate) return wanted;
    const point = this.#space.encode(wanted.configuration);
    if (point && isSafe(surrogate, point)) return wanted;
    const leading = promising(surrogate);
    if (leading[0]) {
      const best = surrogate.configurationAt(leading[0].point);
      return this.#bestWithin(surrogate, leading) ?? again(best, 'nothing untried is surely feasible');
    }
    // Luck or knowledge: measuring it once more tells.
    const isProven = this.#measurementsOf(good).length >= proofs;
    return isProven ? wanted : again(good, 'whether it is truly feasible');
  }

  /** The last configuration that met every requirement, each time it was measured. */
  #neverFailed(): Configuration | undefined {
    const isGood = (one: Observation) => !one.censored && isFeasible(this.#problem.constraints, one);
    return this.#observations.findLast((one) => this.#measurementsOf(one.configuration).every(isGood))
      ?.configuration;
  }

  #measurementsOf(configuration: Configuration): Observation[] {
    const key = JSON.stringify(configuration);
    return this.#observations.filter((one) => JSON.stringify(one.configuration) === key);
  }

  #bestWithin(surrogate: Surrogate, leading: readonly Tried[]): Suggestion | undefined {
    const best = leading[0]!.mean;
    const front = believedFront(surrogate, leading);
    const score = (point: Point) => {
      const prediction = surrogate.predict(point);
      if (!prediction.objective || !isSafe(surrogate, point)) return Number.NEGATIVE_INFINITY;
      return front ? Math.log(front.gainShare(prediction)) : logImprovement(prediction.objective, best);
    };
    const top = maximizeScore({
      space: this.#space,
      score,
      centers: leading.map(({ point }) => point),
      exclude: (_, key) => this.#tried.keys.has(key),
      random: seededRandom(this.#seed + this.#observations.length),
    });
    if (!top || top.score === Number.NEGATIVE_INFINITY) return undefined;
    const improvement = Math.exp(top.score);
    const probability = Math.exp(surrogate.predict(top.point).logFeasibility);
    const gain = front
      ? describeGainShare(improvement)
      : `expected improvement ${improvement.toPrecision(2)}`;
    return {
      configuration: this.#space.decode(top.point),
      reason:
        `within what is surely feasible: ${gain}, ` +
        `probability of meeting all requirements ${probability.toFixed(2)}`,
      expectedImprovement: improvement * probability,
    };
  }
}

/** A trial of what is known already. */
function again(configuration: Configuration, why: string): Suggestion {
  return { configuration, reason: `again: ${why}`, expectedImprovement: 0 };
}

/** Whether both the models and what may change on the way from the nearest trial leave it trusted. */
function isSafe(surrogate: Surrogate, point: Point): boolean {
  const prediction = surrogate.predict(point);
  const needed = Math.log(trustedProbability);
  return prediction.logGuarded >= needed && logPessimistic(surrogate, point, prediction) >= needed;
}

function logPessimistic({ space, located }: Surrogate, point: Point, { margins }: Prediction): number {
  const measured = located.filter(({ observation }) => !observation.censored);
  const nearest = Math.min(...measured.map((one) => distance(space, point, one.point)));
  const deviation = (marginChange * nearest) / (priorLengthScale * Math.sqrt(space.dimensions));
  return margins.reduce((sum, { mean }) => sum + logNormalCdf(mean / Math.max(deviation, 1e-9)), 0);
}

/** In the unit cube; two categories are 1 apart. */
function distance({ categorical }: UnitSpace, a: Point, b: Point): number {
  return Math.sqrt(
    a.reduce((sum, x, knob) => {
      const difference = x - b[knob]!;
      return sum + (categorical[knob] ? Number(difference !== 0) : difference ** 2);
    }, 0),
  );
}
