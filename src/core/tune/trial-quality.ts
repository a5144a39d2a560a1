import type { Observation, Problem } from './designer.ts';

/** How good a trial was: first the sum of what it misses of its bounds, 0 when it meets all, then its objective. */
export type Quality = { missed: number; objective: number };

/** A bound that was not measured, or missed by more than its own size, is missed by 1. */
export function qualityOf({ constraints }: Problem, { margins, objective }: Observation): Quality {
  const missed = constraints.reduce((sum, name) => {
    const margin = margins[name] ?? Number.NaN;
    return sum + (Number.isNaN(margin) ? 1 : Math.min(Math.max(-margin, 0), 1));
  }, 0);
  const known = objective !== undefined && Number.isFinite(objective);
  return { missed, objective: known ? objective : Number.NEGATIVE_INFINITY };
}

/** Whether `a` goes before `b`. */
export function isBetter(a: Quality, b: Quality): boolean {
  return a.missed === b.missed ? a.objective > b.objective : a.missed < b.missed;
}
