import { type ScoredShare, scoredShares } from '../calibration.ts';

/** How far one execution moves a quantile, in milliseconds. */
const stepMs = 2;

/**
 * Corrects predicted quantiles by how they held: each time that an execution took longer the quantile of share p goes
 * up by p steps, each time that it did not down by 1 − p, so that in the long run the share p holds whatever the times
 * are (quantile tracking of Angelopoulos, Candès and Tibshirani 2023, arXiv 2307.16895, after the adaptive conformal
 * inference of Gibbs and Candès 2021, arXiv 2106.00170).
 */
export class QuantileTracker {
  readonly #offsetsMs = new Float64Array(scoredShares.length);

  /** A predicted quantile, corrected. */
  corrected(share: ScoredShare, quantileMs: number): number {
    return quantileMs + (this.#offsetsMs[scoredShares.indexOf(share)] as number);
  }

  /**
   * An execution took so long; `predictedMs` are the corrected quantiles of its time as of its start, in the order of
   * `scoredShares`. One that is met exactly stays: times that never vary are known.
   */
  observe(predictedMs: readonly number[], elapsedMs: number): void {
    for (let i = 0; i < scoredShares.length; i++) {
      const share = scoredShares[i] as ScoredShare;
      const quantileMs = predictedMs[i] as number;
      const offsetMs = this.#offsetsMs[i] as number;
      if (elapsedMs > quantileMs) this.#offsetsMs[i] = offsetMs + stepMs * share;
      else if (elapsedMs < quantileMs) this.#offsetsMs[i] = offsetMs - stepMs * (1 - share);
    }
  }
}
