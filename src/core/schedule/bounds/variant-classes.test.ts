import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import { capacityBound } from './relaxation.ts';
import { variantClasses } from './variant-classes.ts';

type Job = Parameters<typeof variantClasses>[0];

/** The most points, by trying every choice of variants for jobs that share so much time. */
function bruteForce([job, ...others]: readonly Job[], capacityMs: number): number {
  if (job === undefined) return 0;
  let most = job.otherGain + bruteForce(others, capacityMs);
  for (const { edgeMs, edgeGain } of job.variants)
    if (edgeMs <= capacityMs) most = Math.max(most, edgeGain + bruteForce(others, capacityMs - edgeMs));
  return most;
}

describe('variantClasses', () => {
  it('are the job itself where it has one variant', () => {
    const variants = [{ edgeMs: 100, edgeGain: 50 }];
    expect(variantClasses({ variants, otherGain: 10, count: 3 })).toEqual([
      { edgeMs: 100, edgeGain: 50, otherGain: 10, count: 3 },
    ]);
  });

  it('leave out what costs more time per point than a larger variant, and what the cloud does better', () => {
    const variants = [
      { edgeMs: 100, edgeGain: 12 },
      { edgeMs: 200, edgeGain: 50 },
      { edgeMs: 400, edgeGain: 60 },
    ];
    expect(variantClasses({ variants, otherGain: 10, count: 1 })).toEqual([
      { edgeMs: 200, edgeGain: 50, otherGain: 10, count: 1 },
      { edgeMs: 200, edgeGain: 10, otherGain: 0, count: 1 },
    ]);
    expect(capacityBound(variantClasses({ variants, otherGain: 70, count: 2 }), 1000)).toBe(140);
  });

  it('bound every choice from above, closely when there are many jobs (seeds 1 to 20)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const jobs = Array.from({ length: 5 }, () => ({
        variants: Array.from({ length: 3 }, () => ({
          edgeMs: 1 + 10 * random.next(),
          edgeGain: 100 * random.next(),
        })),
        otherGain: 30 * random.next(),
        count: 1,
      }));
      const bound = capacityBound(jobs.flatMap(variantClasses), 20);
      const most = bruteForce(jobs, 20);
      expect(bound).toBeGreaterThanOrEqual(most - 1e-9);
      expect(bound).toBeLessThan(most + 100);
    }
  });
});
