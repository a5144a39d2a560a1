import { seededRandom } from '../random.ts';
import { normalCdf } from './gaussian.ts';
import type { Belief } from './gp.ts';
import { SobolSequence } from './sobol-sequence.ts';

/**
 * How a search for a front becomes one for a single number: each trial looks in another direction.
 *
 * Notation: y_k objective k, 0 the least that counts; l direction, l_k > 0, of length 1. The number to be made large is
 *
 *     s(y) = min_k y_k / l_k
 *
 * how far one gets along l until y is no longer at least there in every objective. It is greatest where the front crosses l, and
 * its mean over all directions, of the best point for each, grows with the hypervolume of the points (the hypervolume
 * scalarisation of Golovin and Zhang, ICML 2020, arXiv:2006.04655, left to the power 1, which changes no order).
 */

/** A direction closer to an axis than this (a sine) would ask for next to nothing of the other objectives. */
const smallestShare = 0.02;

/**
 * The direction of the trial after `observations` others: even over the positive part of the sphere, each series of directions
 * spread as a Sobol sequence is. Same seed and count, same direction.
 */
export function directionFor(objectives: number, seed: number, observations: number): number[] {
  const sequence = new SobolSequence(2 * Math.ceil(objectives / 2), seededRandom(seed));
  for (let i = 0; i < observations; i++) sequence.next();
  const deviates = normals(sequence.next()).slice(0, objectives);
  const length = Math.hypot(...deviates);
  return deviates.map((deviate) => Math.max(Math.abs(deviate) / length, smallestShare));
}

/**
 * What is believed of s(y), when the objectives are believed independently of each other. Mean and variance of the smaller of two
 * normal numbers are exact (Clark, Operations Research 9, 1961); what comes out is taken for normal, also for a third.
 */
export function alongDirection(objectives: readonly Belief[], direction: readonly number[]): Belief {
  return objectives
    .map(({ mean, variance }, k) => ({ mean: mean / direction[k]!, variance: variance / direction[k]! ** 2 }))
    .reduce(smallerOf);
}

/** Pairs of uniform numbers as pairs of normal ones (Box–Muller). */
function normals(uniform: readonly number[]): number[] {
  return uniform.flatMap((u, i) => {
    if (i % 2 === 1) return [];
    const radius = Math.sqrt(-2 * Math.log(1 - u));
    const angle = 2 * Math.PI * uniform[i + 1]!;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

function smallerOf(one: Belief, other: Belief): Belief {
  const [low, high] = one.mean <= other.mean ? [one, other] : [other, one];
  const spread = Math.sqrt(low.variance + high.variance);
  if (spread === 0) return low;
  const gap = high.mean - low.mean;
  const z = gap / spread;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  const isHigh = normalCdf(-z);
  // Counted from the lower mean, so that nothing large cancels.
  const shift = gap * isHigh - spread * density;
  const square = low.variance * (1 - isHigh) + (gap * gap + high.variance) * isHigh - gap * spread * density;
  return { mean: low.mean + shift, variance: Math.max(square - shift * shift, Number.MIN_VALUE) };
}
