/** The best front that is known of a made-up robot, found with the truth and without a budget. */
import { normal, type Random, seededRandom } from '../src/core/random.ts';
import type { Observation } from '../src/core/tune/designer.ts';
import { hypervolume, nonDominated } from '../src/core/tune/pareto.ts';
import { UnitSpace } from '../src/core/tune/space.ts';
import { isFeasible } from '../src/core/tune/surrogate.ts';
import type { ContentionProblem } from '../src/core/tune/testing/contention.ts';

type Found = { point: number[]; values: number[] };

const draws = 20_000;
const rounds = 300;
const copies = 100;

/** Its hypervolume: random draws, then changed copies of what is on the front so far, with smaller and smaller changes. */
export function bestFront({ problem, truth }: ContentionProblem): number {
  const space = new UnitSpace(problem.space);
  const random = seededRandom(11);
  const tried = (raw: number[]): Found[] => {
    const point = [...space.snap(raw)];
    const seen = truth(space.decode(point));
    return isFeasible(problem.constraints, seen) ? [{ point, values: valuesOf(seen) }] : [];
  };
  const drawn = Array.from({ length: draws }, () => tried(problem.space.map(() => random.next())));
  let front = bestOf(drawn.flat());
  for (let round = 0; round < rounds; round++) {
    const reach = 0.3 * 0.01 ** (round / rounds);
    const changed = Array.from({ length: copies }, () => {
      const { point } = front[Math.floor(random.next() * front.length)]!;
      return tried(point.map((u) => changedBy(u, reach, random)));
    });
    front = bestOf([...front, ...changed.flat()]);
  }
  return hypervolume(front.map(({ values }) => values));
}

/** Of equally good ones the first. */
function bestOf(found: readonly Found[]): Found[] {
  const different = [...new Map(found.map((one) => [one.values.join(), one])).values()];
  const isOnFront = nonDominated(different.map(({ values }) => values));
  return different.filter((_, i) => isOnFront[i]);
}

function valuesOf({ objectives = {} }: Observation): number[] {
  return Object.values(objectives);
}

/** A third of the coordinates moved, some of them anywhere. */
function changedBy(u: number, reach: number, random: Random): number {
  if (random.next() > 1 / 3) return u;
  if (random.next() < 0.2) return random.next();
  return Math.min(Math.max(u + reach * normal(random), 0), 1);
}
