import type { Random } from '../random.ts';
import { logImprovement } from './acquisition.ts';
import { leaders, maximizeScore } from './candidates.ts';
import type { Point } from './space.ts';
import type { Surrogate } from './surrogate.ts';

/** The goal is also sought around so many of the best tried points. */
const leadingCount = 3;
/** Steps on the way from the best known configuration to the goal, as shares of it. */
const steps = [0.25, 0.5, 0.75];

/** Where a search would like to be, and what its next trial could teach about that. */
export type HopefulGoal = {
  /** What a trial at a point teaches about the goal, in units of the objective. */
  lesson(point: Point): number;
  /** The goal, and places on the way to it. */
  places: Point[];
};

/**
 * The goal is the untried configuration of the greatest EI PoF if every margin were better by a deviation of the belief in
 * it. That product is what it promises; a trial's lesson is that times the share of the doubt about the goal's margins
 * that it takes away. So a trial that gains nothing itself is worth making where it tells whether something better is
 * feasible, and categories are changed together with the knobs that make up for it. Related: goal-oriented safe exploration (Turchetta et al.,
 * NeurIPS 2019). `leading` are the best tried points, best first; undefined while there are none.
 */
export function hopefulGoal(options: {
  surrogate: Surrogate;
  leading: readonly { point: Point; mean: number }[];
  isTried: (key: string) => boolean;
  random: Random;
}): HopefulGoal | undefined {
  const { surrogate, leading, isTried, random } = options;
  const best = leading[0];
  if (best === undefined) return undefined;
  const logPromise = (point: Point) => {
    const prediction = surrogate.predict(point);
    if (!prediction.objective) return Number.NEGATIVE_INFINITY;
    return logImprovement(prediction.objective, best.mean) + surrogate.logHopeful(prediction);
  };
  const known = leading.slice(0, leadingCount).map(({ point }) => point);
  const centers = [
    ...leaders([...surrogate.triedPoints(), ...surrogate.earlierPoints()], logPromise),
    ...known,
  ];
  const { space } = surrogate;
  const goal = maximizeScore({
    space,
    score: logPromise,
    centers,
    exclude: (_, key) => isTried(key),
    random,
  });
  if (goal === undefined) return undefined;
  const promise = Math.exp(goal.score);
  const teaching = surrogate.teachingAbout(goal.point);
  return {
    lesson: (point) => promise * teaching(point),
    places: [goal.point, ...between(best.point, goal.point, space.categorical)],
  };
}

/** Numbers part of the way, with the categories of either end. */
function between(from: Point, to: Point, categorical: readonly boolean[]): Point[] {
  return steps.flatMap((share) =>
    [from, to].map((end) =>
      from.map((start, d) => (categorical[d] ? end[d]! : start + share * (to[d]! - start))),
    ),
  );
}
