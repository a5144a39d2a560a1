import { netGain, type Tried } from './acquisition.ts';
import { HypervolumeImprovement } from './hypervolume-improvement.ts';
import { hypervolume, nonDominated } from './pareto.ts';
import type { Prediction, Surrogate } from './surrogate.ts';
import { smallestObjective } from './training-data.ts';

/** The front of the tried points that are probably feasible, by what is believed of them, and what a trial may add to it. */
export type BelievedFront = {
  /** Expected gain less expected harm, see acquisition.ts: f* is the front's hypervolume, a gain what is added to that. */
  netGain(prediction: Prediction, price: number): number;
  /** Expected gain as a share of the front's hypervolume, feasible or not. */
  gainShare(prediction: Prediction): number;
};

/**
 * Of `promising` tried points. Undefined for a problem with one objective, and while nothing probably feasible or not every
 * objective is known.
 */
export function believedFront(surrogate: Surrogate, promising: readonly Tried[]): BelievedFront | undefined {
  if (!surrogate.tradesOff) return undefined;
  const points = promising.flatMap(({ point }) => {
    const { objectives } = surrogate.predict(point);
    return objectives ? [objectives.map(({ mean }) => mean)] : [];
  });
  if (points.length === 0) return undefined;
  const isOnFront = nonDominated(points);
  const front = points.filter((_, i) => isOnFront[i]);
  const improvement = new HypervolumeImprovement(front, front[0]!.length);
  const size = Math.max(hypervolume(front), smallestObjective);
  const gain = ({ objectives = [] }: Prediction) => improvement.expected(objectives);
  return {
    netGain: (prediction, price) => {
      const { logGuarded } = prediction;
      return netGain({ logGain: Math.log(gain(prediction)), size, logGuarded, price });
    },
    gainShare: (prediction) => gain(prediction) / size,
  };
}

/** A gain share as a reason tells it. */
export function describeGainShare(share: number): string {
  return `expected to add ${(100 * share).toPrecision(2)} % to the front's hypervolume`;
}
