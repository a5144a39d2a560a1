import type { Point, UnitSpace } from './space.ts';

/** Ranges of each coordinate. */
export type Box = { low: Point; high: Point };

/** What is believed of a trial: whether it probably meets everything, by how much it misses in sum, its objective. */
export type Standing = { feasible: boolean; missed: number; objective: number };

/** Where a trust region stands after some trials. */
export type Region = {
  /** Index of the best trial, at its centre; undefined before the first. */
  center: number | undefined;
  /** Side of the box where all length scales are equal, in units of a knob's whole range; undefined: the whole space. */
  length: number | undefined;
};

/** So many failures in a row lead from one length to the next; after the last the whole space is searched again. */
const lengths = [undefined, 0.8, 0.4, 0.2, 0.1] as const;
const failures = 4;
/** So many successes in a row lead back by one. */
const successes = 3;
/** A success gains at least this share of the objective, or as much of the sum of what is missed. */
const leastGain = 1e-3;
/** One side is at most so many times as long as another would be at equal length scales. */
const mostStretch = 3;

/**
 * The region after the trials so far, in order; the first `initial` of them are no successes or failures of its own.
 * A success is a trial that is believed to be better than all before it.
 */
export function followRegion(trials: readonly Standing[], initial: number): Region {
  let center: number | undefined;
  let [stage, inRow, failed] = [0, 0, 0];
  for (const [index, trial] of trials.entries()) {
    const gain = center === undefined ? Number.POSITIVE_INFINITY : gainOf(trial, trials[center]!);
    if (gain > 0) center = index;
    if (index < initial) continue;
    const succeeded = gain > leastGain;
    inRow = succeeded ? inRow + 1 : 0;
    failed = succeeded ? 0 : failed + 1;
    if (inRow === successes) [stage, inRow] = [Math.max(stage - 1, 0), 0];
    if (failed === failures) [stage, failed] = [(stage + 1) % lengths.length, 0];
  }
  return { center, length: lengths[stage] };
}

/** By how much `trial` is better, as a share of the objective or in units of what is missed. */
function gainOf(trial: Standing, than: Standing): number {
  if (trial.feasible !== than.feasible) return trial.feasible ? Number.POSITIVE_INFINITY : -1;
  if (!trial.feasible) return than.missed - trial.missed;
  return (trial.objective - than.objective) / Math.max(Math.abs(than.objective), Number.MIN_VALUE);
}

/**
 * The box around a point, at least one value to each side: sides are as the length scales, of `length` on the
 * (geometric) mean. A category has no sides; its range is all of it.
 */
export function boxAround(
  space: UnitSpace,
  center: Point,
  { length, lengthScales }: { length: number; lengthScales: readonly number[] },
): Box {
  const logs = lengthScales.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / Math.max(logs.length, 1);
  const halves = logs.map((log) => {
    const stretch = Math.min(Math.max(Math.exp(log - mean), 1 / mostStretch), mostStretch);
    return (stretch * length) / 2;
  });
  const end = (knob: number, side: -1 | 1) => {
    if (space.categorical[knob]) return side < 0 ? 0 : 1;
    const from = center[knob]!;
    const next = space.moved(knob, from, side * Number.MIN_VALUE);
    const wanted = from + side * halves[knob]!;
    return Math.min(Math.max(side < 0 ? Math.min(wanted, next) : Math.max(wanted, next), 0), 1);
  };
  return {
    low: center.map((_, knob) => end(knob, -1)),
    high: center.map((_, knob) => end(knob, 1)),
  };
}
