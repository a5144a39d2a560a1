import type { Random } from '../random.ts';
import { best, considering, type Scored } from './candidates.ts';
import type { Box } from './region.ts';
import type { Point, UnitSpace } from './space.ts';

const draws = 300;
/** A draw moves so many numeric knobs on the mean; SCBO moves up to 20, which in a robot is nearly always too many. */
const movedKnobs = 4;
/** Share of the draws that also change one category, to any. */
const categoryShare = 0.2;
const climbed = 4;
/** Steps of a climb, as shares of the box's side. */
const climbSteps = [0.5, 0.2, 0.05];

/**
 * A point of high score within a box around `center`: draws that move a few knobs anywhere within the box, then a
 * climb along one numeric knob at a time from the best few. Undefined when every one of them is excluded.
 */
export function searchRegion(options: {
  space: UnitSpace;
  score: (point: Point) => number;
  center: Point;
  box: Box;
  exclude: (key: string) => boolean;
  random: Random;
}): Scored | undefined {
  const { space, score, center, box, exclude, random } = options;
  const { consider, top } = considering({ space, score, exclude: (_, key) => exclude(key) });
  for (let i = 0; i < draws; i++) consider(drawn(space, center, box, random));
  return best(top(climbed).map((leader) => climb(space, leader, box, consider)));
}

function drawn(space: UnitSpace, center: Point, { low, high }: Box, random: Random): Point {
  const categorical = space.categorical.flatMap((is, knob) => (is ? [knob] : []));
  const share = Math.min(1, movedKnobs / Math.max(space.dimensions - categorical.length, 1));
  const certain = Math.floor(random.next() * space.dimensions);
  const point = center.map((u, knob) => {
    if (space.categorical[knob] || (knob !== certain && random.next() >= share)) return u;
    return low[knob]! + random.next() * (high[knob]! - low[knob]!);
  });
  const changed = categorical[Math.floor(random.next() * categorical.length)];
  if (changed === undefined || random.next() >= categoryShare) return point;
  return point.with(changed, random.next());
}

function climb(
  space: UnitSpace,
  start: Scored,
  { low, high }: Box,
  consider: (raw: Point) => Scored | undefined,
): Scored {
  let top = start;
  for (const share of climbSteps) {
    for (let knob = 0; knob < space.dimensions; knob++) {
      if (space.categorical[knob]) continue;
      const step = share * (high[knob]! - low[knob]!);
      const from = top.point[knob]!;
      for (const distance of [-Math.min(step, from - low[knob]!), Math.min(step, high[knob]! - from)]) {
        const other =
          distance === 0 ? undefined : consider(top.point.with(knob, space.moved(knob, from, distance)));
        if (other && other.score > top.score) top = other;
      }
    }
  }
  return top;
}
