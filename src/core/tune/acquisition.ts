import { logExpectedExcess } from './gaussian.ts';
import type { Belief } from './gp.ts';
import type { Point } from './space.ts';
import type { Prediction, Surrogate } from './surrogate.ts';
import { smallestObjective } from './training-data.ts';

/**
 * How much a trial at a point is worth.
 *
 * Notation: f objective with belief (mu, s^2) at x; f* incumbent, the best believed objective among tried points
 * that are probably feasible; PoF(x) = prod_j P(w_j(x) >= g_j), probability that x meets every constraint by a guard
 * distance g_j of one deviation of its noise (half of one where harm is free); EI(x) = s h((mu - f*) / s), h(z) = phi(z) + z Phi(z); c price of a violating trial, in units of f.
 */

/** A tried point this likely to be feasible can be the incumbent, and a place to go on from. */
const probablyFeasible = 0.5;

/**
 * What harm is to a search. `priceShare` is the price of one violating trial as a share of |f*|: a trial may hurt the robot
 * only for the prospect of that much. `guardDeviations` is what is kept from each bound, in deviations of one measurement. Each
 * `secureEvery`-th trial since the first feasible one is for the recommendation (secured-gain.ts); absent: none.
 */
export type HarmRule = { priceShare: number; guardDeviations: number; secureEvery?: number };

/** What harm is to a search: on a robot it has a price; in a rehearsal it is free, and only what is found in the end counts. */
export type Harm = 'priced' | 'free';

/** The rule of each. */
export const harmRules = {
  priced: { priceShare: 0.02, guardDeviations: 1 },
  free: { priceShare: 0, guardDeviations: 0.5, secureEvery: 3 },
} as const satisfies Record<Harm, HarmRule>;

/**
 * The price rises by `priceGrowth` with each violation above `toleratedShare` of the trials since the first feasible one,
 * and falls with each below.
 */
const priceGrowth = 2 ** 0.3;
const toleratedShare = 0.2;

/**
 * Among trials that promise next to nothing the one with the greater log EI goes first; without this the safest one
 * would, however little it teaches. The weight is a share of |f*|, a tenth of the usual price: enough for an order, too little
 * to pay for more than about a tenth of a violation. An EI of e^-30 |f*| and all below count the same.
 */
const tieBreak = 0.1 * harmRules.priced.priceShare;
const deepest = -30;

/** A tried point and its believed objective. */
export type Tried = { point: Point; mean: number };

/** The tried points that are probably feasible, best first. Empty while no objective is known. */
export function promising(surrogate: Surrogate): Tried[] {
  const tried = surrogate.triedPoints().flatMap((point): Tried[] => {
    const { objective, logGuarded } = surrogate.predict(point);
    return objective && logGuarded >= Math.log(probablyFeasible) ? [{ point, mean: objective.mean }] : [];
  });
  return tried.sort((a, b) => b.mean - a.mean);
}

/** log EI over `best` (the stable form of Ament et al., NeurIPS 2023, arXiv:2310.20708). */
export function logImprovement({ mean, variance }: Belief, best: number): number {
  const s = Math.sqrt(variance);
  return Math.log(s) + logExpectedExcess((mean - best) / s);
}

/** c / |f*|, from whether each trial so far was measured to be feasible, in order. */
export function violationPrice(feasible: readonly boolean[], { priceShare }: HarmRule): number {
  const first = feasible.indexOf(true);
  const since = first < 0 ? [] : feasible.slice(first);
  const violations = since.filter((ok) => !ok).length;
  return priceShare * priceGrowth ** (violations - toleratedShare * since.length);
}

/**
 * The acquisition: EI PoF - c (1 - PoF), constrained EI (Gardner et al., ICML 2014) less the expected harm. While
 * nothing feasible is known (`best` undefined) it is log PoF, which pulls out of the violation where the model knows it,
 * like the smooth score of CLITE (HPCA 2020), and to unknown places where it does not; so no feasible start is needed.
 */
export function acquisition(prediction: Prediction, best: number | undefined, price: number): number {
  const { objective, logGuarded } = prediction;
  if (best === undefined || !objective) return logGuarded;
  const size = Math.max(Math.abs(best), smallestObjective);
  return netGain({ logGain: logImprovement(objective, best), size, logGuarded, price });
}

/** The expected gain less the expected harm; `size` is what the price of a violation is a share of. */
export function netGain({
  logGain,
  size,
  logGuarded,
  price,
}: {
  logGain: number;
  size: number;
  logGuarded: number;
  price: number;
}): number {
  const feasible = Math.exp(logGuarded);
  const depth = Math.max(logGain - Math.log(size), deepest) / -deepest;
  return Math.exp(logGain) * feasible - price * size * (1 - feasible) + tieBreak * size * depth;
}
