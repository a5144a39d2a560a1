import type { Execution, TimeEstimator } from './estimator.ts';
import type { Displacement, Placement, SchedulerView, Verdict } from './policy.ts';
import type { Executor, ModelProfile } from './task.ts';
import type { Waiting } from './task-queue.ts';

/** Order by arrival. */
export function byArrival({ task }: Waiting): number {
  return task.id;
}

/** Order by absolute deadline, the earliest first (EDF). */
export function byDeadline({ task }: Waiting): number {
  return task.deadlineMs;
}

/** Order by the model's relative deadline: what the published program calls EDF, first come first served within a model. */
export function byRelativeDeadline({ task }: Waiting): number {
  return task.deadlineMs - task.createdMs;
}

/** Order by expected time on the edge, the shortest first (SJF). */
export function byEdgeTime({ edgeMs }: Waiting): number {
  return edgeMs;
}

/** Order by benefit β, the highest first (HPF; HBF in the published program). */
export function byBenefit({ task }: Waiting, view: SchedulerView): number {
  return -firstBenefit(view.profile(task.model));
}

/** Order by utility on the edge γ_E = β − κ_E, the highest first (HUF). */
export function byEdgeGain({ task }: Waiting, view: SchedulerView): number {
  return -edgeGain(view.profile(task.model));
}

/** Utility of the first variant's result on time from the edge, γ_E. */
export function edgeGain(profile: ModelProfile): number {
  return firstBenefit(profile) - profile.edgeCost;
}

/** Utility of the first variant's result on time from the cloud, γ_C. */
export function cloudGain(profile: ModelProfile): number {
  return firstBenefit(profile) - profile.cloudCost;
}

/** Benefit of the first variant's result on time, quality × β. */
function firstBenefit({ benefit, variants }: ModelProfile): number {
  return variants === undefined ? benefit : variants[0].quality * benefit;
}

/** Admits every task to the edge; those that come too late expire before execution. */
export function admitAll(): Verdict {
  return { ok: true, reason: 'this policy runs everything on the edge', probe: false };
}

/** Keeps every task off the edge. */
export function admitNone(): Verdict {
  return { ok: false, reason: 'this policy queues nothing on the edge' };
}

/**
 * Admits a task to the edge if it would meet its deadline behind the tasks that are at least as urgent:
 * deadline − now > waiting time + t_E (DEMS, arXiv 2412.20860, the admission test of its E+C baseline).
 */
export function admitInTime(order: (waiting: Waiting, view: SchedulerView) => number) {
  return (waiting: Waiting, view: SchedulerView): Verdict => {
    const leftMs = waiting.deadlineMs - view.nowMs;
    const waitMs = view.edgeWaitMs(order(waiting, view));
    const edgeMs = view.predictMs('edge', waiting.task.model);
    const sum = `${ms(waitMs)} wait + ${ms(edgeMs)}, ${ms(leftMs)} left`;
    if (waitMs + edgeMs < leftMs) return { ok: true, reason: `edge in time: ${sum}`, probe: false };
    if (edgeMs >= leftMs && view.probeDue('edge', waiting.task.model, leftMs)) {
      return { ok: true, reason: `edge as a probe: ${sum}`, probe: true };
    }
    return { ok: false, reason: `edge too late: ${sum}` };
  };
}

/** Refuses the cloud. */
export function placeNowhere(): Placement {
  return { action: 'drop', fate: 'dropped-deadline', reason: 'this policy has no other place' };
}

/** Drops what does not pay in the cloud (γ_C = β − κ_C must be above 0); undefined for what does. */
export function dropUnpaid({ task }: Waiting, view: SchedulerView): Placement | undefined {
  const gain = cloudGain(view.profile(task.model));
  if (gain > 0) return undefined;
  return { action: 'drop', fate: 'dropped-cost', reason: `cloud does not pay: utility ${gain}` };
}

/**
 * The cloud check of DEMS (arXiv 2412.20860): the cloud must pay (γ_C = β − κ_C > 0) and be expected in time
 * (t_C ≤ deadline − now).
 */
export function placeInCloud(waiting: Waiting, view: SchedulerView): Placement {
  const unpaid = dropUnpaid(waiting, view);
  if (unpaid !== undefined) return unpaid;
  const { model } = waiting.task;
  const leftMs = waiting.deadlineMs - view.nowMs;
  const cloudMs = view.predictMs('cloud', model);
  const sum = `${ms(cloudMs)}, ${ms(leftMs)} left`;
  if (cloudMs <= leftMs) return { action: 'cloud', reason: `cloud in time: ${sum}`, probe: false };
  if (view.probeDue('cloud', model, leftMs)) {
    return { action: 'cloud', reason: `cloud as a probe: ${sum}`, probe: true };
  }
  return { action: 'drop', fate: 'dropped-deadline', reason: `cloud too late: ${sum}` };
}

/**
 * DEM's migration (arXiv 2412.20860): the tasks behind an admitted one that would now miss their deadlines
 * are pushed out if what they lose is less than what the new task would lose elsewhere. `skipFirst` repeats a
 * quirk of the published program, whose scan passes over the first task behind the new one.
 */
export function displaceLessValuable(
  order: (waiting: Waiting, view: SchedulerView) => number,
  { skipFirst }: { skipFirst: boolean },
) {
  return (waiting: Waiting, view: SchedulerView): Displacement => {
    const priority = order(waiting, view);
    const startMs = view.nowMs + view.edgeWaitMs(priority) + waiting.edgeMs;
    const victims = view.edgeQueue.missedBehind(priority, startMs, skipFirst);
    if (victims.length === 0) return { ok: true, victims };
    const lost = victims.reduce((sum, victim) => sum + lossOffTheEdge(victim, view), 0);
    const own = lossOffTheEdge(waiting, view);
    if (lost < own) return { ok: true, victims };
    return { ok: false, reason: `edge would cost others ${lost} points, this task ${own}` };
  };
}

/** What a task loses when it does not run on the edge: γ_E − γ_C if the cloud would do, else γ_E. */
export function lossOffTheEdge({ task, deadlineMs, cloudMs }: Waiting, view: SchedulerView): number {
  const profile = view.profile(task.model);
  const cloudWouldDo = cloudMs < deadlineMs - view.nowMs && cloudGain(profile) >= 0;
  return Math.abs(cloudWouldDo ? edgeGain(profile) - cloudGain(profile) : edgeGain(profile));
}

/** Starts a task only if its result is still expected in time; both places check this before execution. */
export function startInTime({ task, deadlineMs }: Waiting, place: Executor, view: SchedulerView): Verdict {
  const leftMs = deadlineMs - view.nowMs;
  const expectedMs = view.predictMs(place, task.model);
  const sum = `${ms(expectedMs)}, ${ms(leftMs)} left`;
  if (expectedMs < leftMs) return { ok: true, reason: `${place} starts: ${sum}`, probe: false };
  if (view.probeDue(place, task.model, leftMs)) {
    return { ok: true, reason: `${place} starts as a probe: ${sum}`, probe: true };
  }
  return { ok: false, reason: `${place} no longer in time: ${sum}` };
}

/** Learns execution times from what was measured; the estimates are those of one task, for each variant of its model. */
export function learnTimes(execution: Execution, estimator: TimeEstimator): void {
  if (execution.size === 1) estimator.observe(execution);
}

/** A time as reasons name it. */
export function ms(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value)} ms` : 'no result expected';
}
