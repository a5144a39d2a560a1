import type { Executor } from './task.ts';

/** The quantiles that are scored. */
export const scoredShares = [0.5, 0.9, 0.98] as const;

/** One of them. */
export type ScoredShare = (typeof scoredShares)[number];

/** How a predicted quantile held: so many of so many executions at a place took no longer. Calibrated, `held / of` is `share`. */
export type QuantileScore = { place: Executor; share: number; held: number; of: number };

/** Scores predicted quantiles of execution times against what was measured, in memory that does not grow. */
export class Calibration {
  readonly #scores: Record<Executor, QuantileScore[]> = { edge: scoresOf('edge'), cloud: scoresOf('cloud') };

  /** @param predictedMs the quantiles of `scoredShares` as predicted when the execution began; `elapsedMs` is Infinity when no result came. */
  add(place: Executor, predictedMs: readonly number[], elapsedMs: number): void {
    this.#scores[place].forEach((score, i) => {
      score.of++;
      if (elapsedMs <= (predictedMs[i] as number)) score.held++;
    });
  }

  /** What was scored; places where nothing ran are left out. */
  scores(): QuantileScore[] {
    return [...this.#scores.edge, ...this.#scores.cloud]
      .filter(({ of }) => of > 0)
      .map((score) => ({ ...score }));
  }
}

/** Adds up the scores of several schedulers. */
export function sumScores(all: readonly (readonly QuantileScore[])[]): QuantileScore[] {
  const sums: QuantileScore[] = [];
  for (const score of all.flat()) {
    const known = sums.find(({ place, share }) => place === score.place && share === score.share);
    if (known === undefined) {
      sums.push({ ...score });
      continue;
    }
    known.held += score.held;
    known.of += score.of;
  }
  return sums;
}

function scoresOf(place: Executor): QuantileScore[] {
  return scoredShares.map((share) => ({ place, share, held: 0, of: 0 }));
}
