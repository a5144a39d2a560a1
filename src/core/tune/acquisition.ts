import { logExpectedExcess } from './gaussian.ts';
import type { Prediction, Surrogate } from './surrogate.ts';

/**
 * How much a trial at a point is worth.
 *
 * Notation: f objective with belief (mu, s^2) at x; f* incumbent, the best believed objective among tried points
 * that are trusted to be feasible; PoF(x) = prod_j P(w_j(x) >= 0), probability that a fresh measurement is feasible;
 * EI(x) = s h((mu - f*) / s), h(z) = phi(z) + z Phi(z).
 */

/**
 * Exponent of PoF. 1 is the expected gain of one measurement; 2 keeps away from trials that hurt the robot and
 * from points that could not be recommended afterwards.
 */
export const tuning = { caution: 2, trusted: 0.8, latent: true };

/** The believed objective to beat; undefined while no tried point is trusted or no objective is known. */
export function incumbent(surrogate: Surrogate): number | undefined {
  let best: number | undefined;
  for (const point of surrogate.triedPoints()) {
    const prediction = surrogate.predict(point);
    const { objective } = prediction;
    if (!objective || logPof(prediction) < Math.log(tuning.trusted)) continue;
    best = Math.max(best ?? objective.mean, objective.mean);
  }
  return best;
}

/** log EI over `best` (the stable form of Ament et al., NeurIPS 2023, arXiv:2310.20708); 0 without an objective. */
export function logImprovement({ objective }: Prediction, best: number): number {
  if (!objective) return 0;
  const s = Math.sqrt(objective.variance);
  return Math.log(s) + logExpectedExcess((objective.mean - best) / s);
}

/**
 * The acquisition: log EI + caution * log PoF (constrained EI of Gardner et al., ICML 2014). While nothing
 * feasible is known (`best` undefined) it is log PoF alone, which pulls out of the violation where the model knows
 * it, like the smooth score of CLITE (HPCA 2020), and to unknown places where it does not; so no feasible start
 * is needed.
 */
export function acquisition(prediction: Prediction, best: number | undefined): number {
  if (best === undefined) return logPof(prediction);
  return logImprovement(prediction, best) + tuning.caution * logPof(prediction);
}

function logPof(p: Prediction) { return tuning.latent ? p.logTruth : p.logFeasibility; }
