import type { Tried } from './acquisition.ts';
import type { Point } from './space.ts';
import type { Surrogate } from './surrogate.ts';

/** Probes start from this many of the most promising points. */
const baseCount = 3;
/** Probability of feasibility below which a probe is not worth its harm. */
const worthTrying = 0.1;

/**
 * One of the most promising points, which are given best first, with a single category changed to one that none of
 * `seen` has. Where few trials are, a category's effect is mixed up with that of the knobs that happened to go with it,
 * and a model that has seen `dla` fail once, for other reasons, never returns to it; one factor at a time tells them
 * apart. The most probably feasible probe that may improve the objective is taken; undefined when there is none.
 */
export function categoryProbe(options: {
  surrogate: Surrogate;
  promising: readonly Tried[];
  seen: readonly Point[];
  isTried: (point: Point) => boolean;
}): Point | undefined {
  const { surrogate, promising, seen, isTried } = options;
  const bases = promising.slice(0, baseCount);
  const best = bases[0]?.mean;
  if (best === undefined) return undefined;
  const probes = unseenCategories(surrogate, seen).flatMap(({ knob, coordinate }) =>
    bases.flatMap(({ point }) => {
      const probe = point.with(knob, coordinate);
      const { objective, logGuarded } = surrogate.predict(probe);
      const hopeful = objective !== undefined && objective.mean + Math.sqrt(objective.variance) >= best;
      const worth = hopeful && logGuarded >= Math.log(worthTrying) && !isTried(probe);
      return worth ? [{ probe, logGuarded }] : [];
    }),
  );
  const [first, ...others] = probes;
  return first && others.reduce((a, b) => (b.logGuarded > a.logGuarded ? b : a), first).probe;
}

function unseenCategories(
  { space }: Surrogate,
  seen: readonly Point[],
): { knob: number; coordinate: number }[] {
  return space.categorical.flatMap((categorical, knob) => {
    if (!categorical) return [];
    const unseen = space
      .coordinates(knob)
      .filter((coordinate) => seen.every((point) => point[knob] !== coordinate));
    return unseen.map((coordinate) => ({ knob, coordinate }));
  });
}
