import type { Point } from './space.ts';
import type { Prediction, Surrogate } from './surrogate.ts';

/** Probes start from this many of the best tried points. */
const baseCount = 3;
const probablyFeasible = 0.5;
/** Probability of feasibility below which a probe is not worth its harm. */
const worthTrying = 0.1;

type Believed = { point: Point; prediction: Prediction; mean: number };

/**
 * One of the best tried points with a single category changed to one that no trial in `since` had. Where few trials
 * are, a category's effect is mixed up with that of the knobs that happened to go with it, and a model that has seen
 * `dla` fail once, for other reasons, never returns to it; one factor at a time tells them apart. The most probably
 * feasible probe that may improve the objective is taken; undefined when there is none.
 */
export function categoryProbe(
  surrogate: Surrogate,
  since: readonly Point[],
  tried: (point: Point) => boolean,
): Point | undefined {
  const bases = bestTried(surrogate);
  const best = bases[0]?.mean;
  if (best === undefined) return undefined;
  const promising = unseenCategories(surrogate, since).flatMap(({ knob, coordinate }) =>
    bases.flatMap(({ point }) => {
      const probe = point.with(knob, coordinate);
      const { objective, logGuarded } = surrogate.predict(probe);
      const hopeful = objective !== undefined && objective.mean + Math.sqrt(objective.variance) >= best;
      const worth = hopeful && logGuarded >= Math.log(worthTrying) && !tried(probe);
      return worth ? [{ probe, logGuarded }] : [];
    }),
  );
  const [first, ...others] = promising;
  return first && others.reduce((a, b) => (b.logGuarded > a.logGuarded ? b : a), first).probe;
}

function bestTried(surrogate: Surrogate): Believed[] {
  const feasible = surrogate.triedPoints().flatMap((point): Believed[] => {
    const prediction = surrogate.predict(point);
    const { objective, logGuarded } = prediction;
    if (!objective || logGuarded < Math.log(probablyFeasible)) return [];
    return [{ point, prediction, mean: objective.mean }];
  });
  return feasible.sort((a, b) => b.mean - a.mean).slice(0, baseCount);
}

function unseenCategories(
  { space }: Surrogate,
  since: readonly Point[],
): { knob: number; coordinate: number }[] {
  return space.categorical.flatMap((categorical, knob) => {
    if (!categorical) return [];
    const unseen = space
      .coordinates(knob)
      .filter((coordinate) => since.every((point) => point[knob] !== coordinate));
    return unseen.map((coordinate) => ({ knob, coordinate }));
  });
}
