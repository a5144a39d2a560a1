import { edgeAdds, type Job } from './job.ts';

/** Jobs that are alike: how many there are. */
export type JobClass = Pick<Job, 'edgeMs' | 'edgeGain' | 'otherGain'> & { count: number };

/**
 * Points that no schedule can exceed, whatever it knows: the edge's time is dealt out to jobs in the order of the
 * points that a millisecond adds, jobs may be done in part and interrupted, and the cloud has room for all. Only
 * the total time counts here, `capacityMs` over all of the edge's accelerators, which suits any number of jobs.
 */
export function capacityBound(classes: readonly JobClass[], capacityMs: number): number {
  let leftMs = capacityMs;
  let points = classes.reduce((sum, { otherGain, count }) => sum + otherGain * count, 0);
  for (const job of byDensity(classes)) {
    const takenMs = Math.min(leftMs, job.edgeMs * job.count);
    points += edgeAdds(job) * (takenMs / job.edgeMs);
    leftMs -= takenMs;
  }
  return points;
}

/**
 * A tighter bound for one edge with one accelerator: as `capacityBound`, but each job gets its time only between
 * its release and its deadline. The amounts of time that jobs can be given together form a polymatroid, in which
 * dealing out by density is optimal (Edmonds 1970); how much a job can still get is found by bisection over the
 * preemptive earliest-deadline schedule, which is feasible whenever any is. Some thousand jobs at most.
 */
export function preemptiveBound(jobs: readonly Job[]): number {
  const dealt = new Deal(jobs);
  let points = jobs.reduce((sum, { otherGain }) => sum + otherGain, 0);
  for (const job of byDensity(jobs)) points += edgeAdds(job) * (dealt.give(job) / job.edgeMs);
  return points;
}

function byDensity<J extends Pick<Job, 'edgeMs' | 'edgeGain' | 'otherGain'>>(jobs: readonly J[]): J[] {
  return jobs
    .filter((job) => edgeAdds(job) > 0)
    .sort((a, b) => edgeAdds(b) / b.edgeMs - edgeAdds(a) / a.edgeMs);
}

/** A bound must not be too low: bisection stops when it is right to this. */
const resolutionMs = 0.5;

/** Edge time dealt out to jobs so far. */
class Deal {
  readonly #jobs: readonly Job[];
  readonly #givenMs = new Map<Job, number>();

  constructor(jobs: readonly Job[]) {
    this.#jobs = [...jobs].sort((a, b) => a.releaseMs - b.releaseMs);
  }

  /** Gives a job as much of its time as is possible beside what was dealt out before, and says how much. */
  give(job: Job): number {
    let low = 0;
    let high = job.edgeMs;
    this.#givenMs.set(job, high);
    if (this.#isFeasible()) return high;
    while (high - low > resolutionMs) {
      const middle = (low + high) / 2;
      this.#givenMs.set(job, middle);
      if (this.#isFeasible()) low = middle;
      else high = middle;
    }
    this.#givenMs.set(job, low);
    return high;
  }

  /** Runs what was dealt out by earliest deadline, interrupting freely. */
  #isFeasible(): boolean {
    const open: { deadlineMs: number; restMs: number }[] = [];
    let atMs = Number.NEGATIVE_INFINITY;
    const runUntil = (untilMs: number): boolean => {
      while (open.length > 0 && atMs < untilMs) {
        const first = open[0] as (typeof open)[number];
        const spentMs = Math.min(first.restMs, untilMs - atMs);
        atMs += spentMs;
        first.restMs -= spentMs;
        if (first.restMs > 1e-9) return atMs < first.deadlineMs;
        if (atMs > first.deadlineMs + 1e-6) return false;
        open.shift();
      }
      return true;
    };
    for (const job of this.#jobs) {
      const restMs = this.#givenMs.get(job) ?? 0;
      if (restMs === 0) continue;
      if (!runUntil(job.releaseMs)) return false;
      atMs = Math.max(atMs, job.releaseMs);
      let at = open.length;
      while (at > 0 && (open[at - 1] as (typeof open)[number]).deadlineMs > job.deadlineMs) at--;
      open.splice(at, 0, { deadlineMs: job.deadlineMs, restMs });
    }
    return runUntil(Number.POSITIVE_INFINITY);
  }
}
