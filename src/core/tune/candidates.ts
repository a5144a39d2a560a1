import { normal, type Random } from '../random.ts';
import { SobolSequence } from './sobol-sequence.ts';
import { keyOf, type Point, type UnitSpace } from './space.ts';

/** A point and what the acquisition says about it. */
export type Scored = { point: Point; score: number };

const sobolCandidates = 60;
const perturbedCandidates = 300;
/** A perturbed copy changes this many knobs on average, as the trust region of SCBO does (Eriksson & Poloczek 2021). */
const perturbedKnobs = 4;

const perturbationScales = [0.03, 0.1, 0.3];
const refinedCandidates = 4;
const refinementSteps = [0.3, 0.1, 0.03];

/** So many tried points are searched around. */
const leaderCount = 3;

/** Spaces up to this size are searched completely. */
const smallSpace = 2048;

/**
 * Finds a point of high score among those that are not excluded: a scrambled Sobol set, `centers` and perturbed copies
 * of them, then coordinate-wise refinement of the best few. Small spaces are enumerated. Undefined when
 * every point is excluded.
 */
export function maximizeScore(options: {
  space: UnitSpace;
  score: (point: Point) => number;
  centers: readonly Point[];
  exclude: (point: Point, key: string) => boolean;
  random: Random;
}): Scored | undefined {
  const { space, score, centers, exclude, random } = options;
  const { consider, top } = considering({ space, score, exclude });
  if (space.size <= smallSpace) {
    for (const point of space.points()) consider(point);
    return top(1)[0];
  }
  const sobol = new SobolSequence(space.dimensions, random);
  for (let i = 0; i < sobolCandidates; i++) consider(sobol.next());
  for (const center of centers) consider(center);
  for (let i = 0; i < perturbedCandidates && centers.length > 0; i++)
    consider(perturbed(space, centers[i % centers.length]!, random));
  return best(top(refinedCandidates).map((leader) => refine(space, leader, consider)));
}

/** Scores points, each legal one once. `consider` is undefined for what is excluded, `top` the best of what was considered. */
export function considering(options: {
  space: UnitSpace;
  score: (point: Point) => number;
  exclude: (point: Point, key: string) => boolean;
}): { consider: (raw: Point) => Scored | undefined; top: (count: number) => Scored[] } {
  const { space, score, exclude } = options;
  const seen = new Map<string, Scored>();
  return {
    consider: (raw) => {
      const point = space.snap(raw);
      const key = keyOf(point);
      const known = seen.get(key);
      if (known || exclude(point, key)) return known;
      const scored = { point, score: score(point) };
      seen.set(key, scored);
      return scored;
    },
    top: (count) => [...seen.values()].sort((a, b) => b.score - a.score).slice(0, count),
  };
}

/** The best of some, the first of equal ones; undefined of none. */
export function best(all: readonly Scored[]): Scored | undefined {
  return all.reduce<Scored | undefined>((top, one) => (top && top.score >= one.score ? top : one), undefined);
}

function perturbed(space: UnitSpace, center: Point, random: Random): Point {
  const share = Math.min(1, perturbedKnobs / space.dimensions);
  const certain = Math.floor(random.next() * space.dimensions);
  const scale = perturbationScales[Math.floor(random.next() * perturbationScales.length)]!;
  return center.map((coordinate, knob) => {
    if (knob !== certain && random.next() >= share) return coordinate;
    if (space.categorical[knob]) return random.next();
    return Math.min(Math.max(coordinate + scale * normal(random), 0), 1);
  });
}

/** Climbs along one knob at a time, with smaller and smaller steps; a knob with few values tries its neighbours. */
function refine(space: UnitSpace, start: Scored, consider: (raw: Point) => Scored | undefined): Scored {
  let top = start;
  for (const step of refinementSteps) {
    for (let knob = 0; knob < space.dimensions; knob++) {
      for (const coordinate of neighbours(space, top.point, knob, step)) {
        const other = consider(top.point.with(knob, coordinate));
        if (other && other.score > top.score) top = other;
      }
    }
  }
  return top;
}

function neighbours(space: UnitSpace, point: Point, knob: number, step: number): number[] {
  if (space.categorical[knob]) return space.coordinates(knob);
  return [-step, step].map((distance) => space.moved(knob, point[knob]!, distance));
}

/** The tried points with the best scores: their neighbourhoods are searched most closely. */
export function leaders(points: readonly Point[], score: (point: Point) => number): Point[] {
  return points
    .map((point) => ({ point, value: score(point) }))
    .sort((a, b) => b.value - a.value)
    .slice(0, leaderCount)
    .map(({ point }) => point);
}
