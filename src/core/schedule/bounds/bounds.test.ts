import highsModule from 'highs';
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../random.ts';
import { edgeAdds, type Job, jobOf } from './job.ts';
import { capacityBound, preemptiveBound } from './relaxation.ts';
import { slotProgram } from './slot-program.ts';

// The package's types describe an ES module, but it is CommonJS: its loader is the module itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;

function randomJobs(random: Random, count: number): Job[] {
  const below = (n: number) => Math.floor(random.next() * n);
  return Array.from({ length: count }, () => {
    const releaseMs = below(40);
    const edgeMs = 1 + below(8);
    const edgeGain = 20 + below(80);
    return { releaseMs, deadlineMs: releaseMs + edgeMs + below(12), edgeMs, edgeGain, otherGain: below(30) };
  });
}

/** The optimum, by trying every order. */
function bruteForce(jobs: readonly Job[]): number {
  const others = jobs.reduce((sum, { otherGain }) => sum + otherGain, 0);
  const best = (left: readonly Job[], atMs: number): number =>
    left.reduce((most, job, i) => {
      const endMs = Math.max(atMs, job.releaseMs) + job.edgeMs;
      return endMs > job.deadlineMs
        ? most
        : Math.max(most, edgeAdds(job) + best(left.toSpliced(i, 1), endMs));
    }, 0);
  return others + best(jobs, 0);
}

async function optimum(jobs: readonly Job[], slotMs: number, bound: 'upper' | 'lower'): Promise<number> {
  const { text, constant } = slotProgram({ jobs, slotMs, bound });
  const highs = await loadHighs();
  const { Status, ObjectiveValue } = highs.solve(text);
  expect(Status).toBe('Optimal');
  return ObjectiveValue + constant;
}

const seeds = Array.from({ length: 8 }, (_, i) => i + 1);

describe('bounds', () => {
  it.each(seeds)(
    'enclose the optimum of a small instance, which the integer program finds (seed %i)',
    async (seed) => {
      const jobs = randomJobs(seededRandom(seed), 7);
      const best = bruteForce(jobs);
      expect(await optimum(jobs, 1, 'upper')).toBeCloseTo(best);
      expect(await optimum(jobs, 1, 'lower')).toBeCloseTo(best);
      expect(await optimum(jobs, 3, 'upper')).toBeGreaterThanOrEqual(best - 1e-6);
      expect(await optimum(jobs, 3, 'lower')).toBeLessThanOrEqual(best + 1e-6);
      const preemptive = preemptiveBound(jobs);
      expect(preemptive).toBeGreaterThanOrEqual(best - 1e-6);
      const classes = jobs.map((job) => ({ ...job, count: 1 }));
      // Bisection leaves at most half a millisecond per job too much.
      expect(capacityBound(classes, 60)).toBeGreaterThanOrEqual(preemptive - 100);
    },
  );

  it('deal out capacity by points per millisecond', () => {
    const classes = [
      { edgeMs: 100, edgeGain: 50, otherGain: 40, count: 10 },
      { edgeMs: 200, edgeGain: 60, otherGain: 0, count: 2 },
    ];
    expect(capacityBound(classes, 300)).toBe(400 + 60 + 30);
    expect(capacityBound(classes, 10_000)).toBe(400 + 120 + 100);
    expect(capacityBound([], 100)).toBe(0);
  });

  it('count no place in which a task cannot be in time', () => {
    const profile = {
      id: 'm',
      deadlineMs: 500,
      edgeMs: 100,
      cloudMs: 300,
      benefit: 50,
      edgeCost: 1,
      cloudCost: 20,
    };
    const job = (edgeMs: number, cloudMs: number) =>
      jobOf({ profile, releaseMs: 0, deadlineMs: 500, edgeMs, cloudMs });
    expect(job(100, 300)).toMatchObject({ edgeGain: 49, otherGain: 30 });
    expect(job(600, 300)).toMatchObject({ edgeGain: 0, otherGain: 30 });
    expect(job(100, 600)).toMatchObject({ edgeGain: 49, otherGain: 0 });
  });
});
