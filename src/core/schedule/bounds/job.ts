import type { ModelProfile } from '../task.ts';

/** A task as an omniscient planner sees it. */
export type Job = {
  releaseMs: number;
  deadlineMs: number;
  /** Its time on the edge. */
  edgeMs: number;
  /** Points that the edge earns with it on time, and the better of the cloud and nothing, 0 at least. */
  edgeGain: number;
  otherGain: number;
};

/** The job of a task: `edgeMs` and `cloudMs` are what its executions really take. */
export function jobOf(options: {
  profile: ModelProfile;
  releaseMs: number;
  deadlineMs: number;
  edgeMs: number;
  cloudMs: number;
}): Job {
  const { profile, releaseMs, deadlineMs, edgeMs, cloudMs } = options;
  const inCloud = releaseMs + cloudMs <= deadlineMs ? profile.benefit - profile.cloudCost : 0;
  const onEdge = releaseMs + edgeMs <= deadlineMs ? profile.benefit - profile.edgeCost : 0;
  return { releaseMs, deadlineMs, edgeMs, edgeGain: onEdge, otherGain: Math.max(0, inCloud) };
}

/** What the edge adds to a job's points. */
export function edgeAdds({ edgeGain, otherGain }: Pick<Job, 'edgeGain' | 'otherGain'>): number {
  return Math.max(0, edgeGain - otherGain);
}
