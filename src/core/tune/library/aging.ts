import type { Configuration } from '../../knobs/knob.ts';
import type { Observation } from '../designer.ts';
import { marginScale } from '../margin-scale.ts';

/** What was measured of a configuration, and how far it can still be believed. */
export type StoredObservation = Observation & {
  /** When, in milliseconds of the Unix epoch. */
  atMs: number;
  /**
   * By how much the robot is known to have drifted since: the root of the sum of squares of what later measurements of
   * the same configurations differed, in shares of the bound. 0 when nothing has contradicted it.
   */
  doubt: number;
};

/** Two measurements of one configuration differ by so much of a bound on a robot that has not changed. */
const usualDifference = 0.05;
/** What is more in doubt than this is forgotten: it says nothing about which side of a bound a configuration is on. */
export const largestDoubt = 0.2;
/** The newest so many are kept: a model of more takes longer to fit and gains little. */
const mostKept = 64;

const { warp } = marginScale(undefined);

/**
 * By how much of a bound two measurements of one configuration differ more than usual, in the margin that differs
 * most. Far from a bound differences count by their logarithm. Undefined where they cannot be compared.
 */
export function contradiction(older: Observation, newer: Observation): number | undefined {
  if (!sameConfiguration(older.configuration, newer.configuration)) return undefined;
  const differences = Object.entries(newer.margins).flatMap(([name, margin]) => {
    const before = older.margins[name];
    return before === undefined ? [] : [Math.abs(warp(margin) - warp(before))];
  });
  return differences.length === 0 ? undefined : Math.max(0, Math.max(...differences) - usualDifference);
}

/**
 * Adds fresh measurements to stored ones. A robot drifts as a whole: what fresh measurements contradict, as the root
 * mean square over those that measured a stored configuration again, is in doubt for everything stored before, and
 * what is too much in doubt is left out.
 */
export function withFresh(
  stored: readonly StoredObservation[],
  fresh: readonly StoredObservation[],
): StoredObservation[] {
  const drift = driftBetween(stored, fresh);
  const believed = stored
    .map((one) => ({ ...one, doubt: Math.hypot(one.doubt, drift) }))
    .filter(({ doubt }) => doubt <= largestDoubt);
  return [...believed, ...fresh].slice(-mostKept);
}

function driftBetween(stored: readonly StoredObservation[], fresh: readonly StoredObservation[]): number {
  const found = fresh.flatMap((newer) => {
    // The newest: what older ones differ from it was counted when it came.
    const older = stored.findLast((one) => contradiction(one, newer) !== undefined);
    return older === undefined ? [] : [contradiction(older, newer)!];
  });
  if (found.length === 0) return 0;
  return Math.sqrt(found.reduce((sum, difference) => sum + difference ** 2, 0) / found.length);
}

/** Whether two configurations set the same knobs to the same values. */
export function sameConfiguration(a: Configuration, b: Configuration): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
