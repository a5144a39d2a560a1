import type { Observation } from './designer.ts';
import { squaredDifference } from './kernel.ts';
import type { Point } from './space.ts';
import type { Located } from './training-data.ts';

const recentTrials = 10;
const tooMany = 2;

/** A trial and the earlier one nearest to it, squared distance; `same` when they had the same answer to the last bit. */
type Neighbours = { distance: number; same: boolean };

/**
 * Tells which points would only repeat an answer. Where trials that differ are answered alike to the last bit, the world has
 * fewer configurations than the knobs have settings: a table of measured modes, a driver that rounds. Each such repeat is a
 * wasted trial, and the places that a model likes best are the surest to give one.
 *
 * A point is a repeat when it lies nearer to a trial than r, the distance that best parts the trials that repeated the
 * earlier trial nearest to them from those that did not. Without repeats, as wherever measurements are noisy, r is 0.
 */
export function repeatDetector(
  located: readonly Located[],
  categorical: readonly boolean[],
): (point: Point) => boolean {
  const distanceTo = (point: Point) => (other: Located) => squaredDistance(point, other.point, categorical);
  const radius = bestParting(neighbours(located, categorical));
  if (radius === 0) return () => false;
  return (point) => located.map(distanceTo(point)).some((distance) => distance < radius);
}

/** Whether the model leads in circles: of the last 10 trials, 2 or more repeated an earlier answer. */
export function goesInCircles(located: readonly Located[]): boolean {
  const repeats = located.map(({ observation }, i) =>
    located.slice(0, i).some((earlier) => isSameAnswer(observation, earlier.observation)),
  );
  return repeats.slice(-recentTrials).filter(Boolean).length >= tooMany;
}

function neighbours(located: readonly Located[], categorical: readonly boolean[]): Neighbours[] {
  return located.slice(1).flatMap(({ point, observation }, i): Neighbours[] => {
    const earlier = located.slice(0, i + 1).map((other) => ({
      distance: squaredDistance(point, other.point, categorical),
      same: isSameAnswer(observation, other.observation),
    }));
    const nearest = earlier.reduce((a, b) => (b.distance < a.distance ? b : a));
    return nearest.distance > 0 ? [nearest] : [];
  });
}

/** The least distance, among 0 and those just beyond each repeat, that takes the fewest for what they are not. */
function bestParting(pairs: readonly Neighbours[]): number {
  const wrong = (radius: number) => pairs.filter(({ distance, same }) => distance < radius !== same).length;
  const radii = pairs
    .filter(({ same }) => same)
    .map(({ distance }) => distance * (1 + 1e-9))
    .sort((a, b) => a - b);
  return radii.reduce((best, radius) => (wrong(radius) < wrong(best) ? radius : best), 0);
}

/** Only answers that say something: at least one output was measured. */
function isSameAnswer(a: Observation, b: Observation): boolean {
  const names = Object.keys(a.margins);
  if (names.length !== Object.keys(b.margins).length || a.objective !== b.objective) return false;
  if (names.length === 0 && a.objective === undefined) return false;
  const parts = Object.keys(a.objectives ?? {});
  return (
    names.every((name) => a.margins[name] === b.margins[name]) &&
    parts.every((name) => a.objectives?.[name] === b.objectives?.[name])
  );
}

function squaredDistance(a: Point, b: Point, categorical: readonly boolean[]): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += squaredDifference(a[d]!, b[d]!, categorical[d]!);
  return sum;
}
