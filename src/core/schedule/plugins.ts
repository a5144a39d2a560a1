import type { Execution, TimeEstimator } from './estimator.ts';
import type { Placement, SchedulerView, Verdict } from './policy.ts';
import type { Executor, Task } from './task.ts';

/** Order by arrival. */
export function byArrival(task: Task): number {
  return task.id;
}

/** Order by absolute deadline, the earliest first (EDF). */
export function byDeadline(task: Task): number {
  return task.deadlineMs;
}

/** Admits every task to the edge; those that come too late expire before execution. */
export function admitAll(): Verdict {
  return { ok: true, reason: 'this policy runs everything on the edge', probe: false };
}

/** Keeps every task off the edge. */
export function admitNone(): Verdict {
  return { ok: false, reason: 'this policy runs nothing on the edge' };
}

/**
 * Admits a task to the edge if it would meet its deadline behind the tasks that are at least as urgent:
 * deadline − now > waiting time + t_E (DEMS, arXiv 2412.20860, the admission test of its E+C baseline).
 */
export function admitInTime(order: (task: Task) => number) {
  return (task: Task, view: SchedulerView): Verdict => {
    const leftMs = task.deadlineMs - view.nowMs;
    const waitMs = view.edgeWaitMs(order(task));
    const edgeMs = view.predictMs('edge', task.model);
    const sum = `${ms(waitMs)} wait + ${ms(edgeMs)}, ${ms(leftMs)} left`;
    if (waitMs + edgeMs < leftMs) return { ok: true, reason: `edge in time: ${sum}`, probe: false };
    if (edgeMs >= leftMs && view.probeDue('edge', task.model, leftMs)) {
      return { ok: true, reason: `edge as a probe: ${sum}`, probe: true };
    }
    return { ok: false, reason: `edge too late: ${sum}` };
  };
}

/** Refuses the cloud. */
export function placeNowhere(): Placement {
  return { action: 'drop', fate: 'dropped-deadline', reason: 'this policy has no other place' };
}

/**
 * The cloud check of DEMS (arXiv 2412.20860): the cloud must pay (γ_C = β − κ_C > 0) and be expected in time
 * (t_C ≤ deadline − now).
 */
export function placeInCloud(task: Task, view: SchedulerView): Placement {
  const { benefit, cloudCost } = view.profile(task.model);
  const gain = benefit - cloudCost;
  if (gain <= 0) {
    return { action: 'drop', fate: 'dropped-cost', reason: `cloud does not pay: utility ${gain}` };
  }
  const leftMs = task.deadlineMs - view.nowMs;
  const cloudMs = view.predictMs('cloud', task.model);
  const sum = `${ms(cloudMs)}, ${ms(leftMs)} left`;
  if (cloudMs <= leftMs) return { action: 'cloud', reason: `cloud in time: ${sum}`, probe: false };
  if (view.probeDue('cloud', task.model, leftMs)) {
    return { action: 'cloud', reason: `cloud as a probe: ${sum}`, probe: true };
  }
  return { action: 'drop', fate: 'dropped-deadline', reason: `cloud too late: ${sum}` };
}

/** Starts a task only if its result is still expected in time; both places check this before execution. */
export function startInTime(task: Task, place: Executor, view: SchedulerView): Verdict {
  const leftMs = task.deadlineMs - view.nowMs;
  const expectedMs = view.predictMs(place, task.model);
  const sum = `${ms(expectedMs)}, ${ms(leftMs)} left`;
  if (expectedMs < leftMs) return { ok: true, reason: `${place} starts: ${sum}`, probe: false };
  if (view.probeDue(place, task.model, leftMs)) {
    return { ok: true, reason: `${place} starts as a probe: ${sum}`, probe: true };
  }
  return { ok: false, reason: `${place} no longer in time: ${sum}` };
}

/** Learns execution times from what was measured. */
export function learnTimes(execution: Execution, estimator: TimeEstimator): void {
  estimator.observe(execution);
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value)} ms` : 'no result expected';
}
