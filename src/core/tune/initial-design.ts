import type { Random } from '../random.ts';
import { SobolSequence } from './sobol-sequence.ts';
import type { Point, UnitSpace } from './space.ts';

/** Numbers start between these: at the ends of every knob at once, a robot either starves its core services or overloads. */
const innerLow = 0.2;
const innerHigh = 0.8;

/**
 * The trials before a model can help: the middle of everything, which is the compromise between the two ways to fail
 * and the place no other is far from, then a shifted Sobol set within the inner part of every numeric knob, all
 * categories allowed. The configuration in force, usually the corner of full rates, is observed besides and is
 * the informative extreme, as the corners of CLITE's bootstrap are.
 */
export function initialDesign(space: UnitSpace, count: number, random: Random): Point[] {
  const sobol = new SobolSequence(space.dimensions, random);
  return Array.from({ length: count }, (_, i) => {
    const place = sobol.next();
    if (i === 0) return space.snap(place.map(() => 0.5));
    const inner = place.map((coordinate, knob) => {
      return space.categorical[knob] ? coordinate : innerLow + (innerHigh - innerLow) * coordinate;
    });
    return space.snap(inner);
  });
}
