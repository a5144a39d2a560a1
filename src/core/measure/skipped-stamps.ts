import { standardDeviation } from './rate.ts';

const fewest = 8;
const tolerance = 0.25;
const steadyShare = 0.6;

/**
 * How many messages are missing between stamps that otherwise stand at one even distance, their median: a
 * distance near a whole multiple of it lacks the others. Distances that are too short make up for it, as those of
 * a source that was held up and catches up. 0 where the jitter of the even distances alone explains as many, and
 * where the distances are not even (fewer than 60 % within a quarter of the median), since then nothing is known
 * to be missing. `stampsMs` in order of arrival.
 */
export function skippedStamps(stampsMs: readonly number[]): number {
  if (stampsMs.length < fewest) return 0;
  const steps = stampsMs.slice(1).map((stampMs, index) => stampMs - (stampsMs[index] as number));
  const ascending = Float64Array.from(steps).sort();
  const period = ascending[ascending.length >> 1] as number;
  if (period <= 0) return 0;
  const isNear = (step: number, periods: number) => Math.abs(step / period - periods) <= tolerance;
  const even = steps.filter((step) => isNear(step, 1));
  if (even.length < steadyShare * steps.length) return 0;
  const inGaps = steps.reduce((missing, step) => {
    const periods = Math.round(step / period);
    return periods >= 2 && isNear(step, periods) ? missing + periods - 1 : missing;
  }, 0);
  const spanMs = (stampsMs.at(-1) as number) - (stampsMs[0] as number);
  // Over the whole span the median's error would add up; the mean's does not.
  const meanMs = even.reduce((sum, step) => sum + step, 0) / even.length;
  const inAll = Math.round(spanMs / meanMs) - steps.length;
  const byJitterAlone = (3 * standardDeviation(even) * Math.sqrt(steps.length)) / meanMs;
  return inAll > byJitterAlone ? Math.min(inGaps, inAll) : 0;
}
