import type { Execution, TimeEstimator } from '../estimator.ts';
import { admitInTime, byEdgeTime, learnTimes, placeInCloud, startInTime } from '../plugins.ts';
import type { Displacement, Placement, Policy, SchedulerView } from '../policy.ts';
import type { Waiting } from '../task-queue.ts';
import type { Reading } from '../tentative-queue.ts';

/**
 * SOTA 2 of arXiv 2412.20860, after DEDAS (TPDS 2020): the shortest execution first; a new task may push out one
 * task behind it if the mean completion time on the edge would be longer with that one than with the new one.
 *
 * As published, the scan passes over the first task behind the new one, a new task longer than the mean is
 * refused a place before others even if it makes nobody late, and the rejected go to the cloud without a look at
 * cost or time. Corrected, the scan begins with the first, nobody late is no objection, and the cloud is checked.
 */
export function sota2(reading: Reading): Policy {
  const published = reading === 'as-published';
  let completedMs = 0;
  let completed = 0;

  function displace(waiting: Waiting, view: SchedulerView): Displacement {
    const priority = byEdgeTime(waiting);
    const behind = view.edgeQueue.sizeBehind(priority);
    if (behind === 0) return { ok: true, victims: [] };
    const startMs = view.nowMs + view.edgeWaitMs(priority) + waiting.edgeMs;
    const victims = view.edgeQueue.missedBehind(priority, startMs, published);
    if (!published && victims.length === 0) return { ok: true, victims };
    if (victims.length > 1) return { ok: false, reason: `edge would make ${victims.length} tasks late` };
    const victimsMs = victims.reduce((sum, { edgeMs }) => sum + edgeMs, 0);
    const meanWith = (completedMs + waiting.edgeMs) / (completed + 1);
    const meanWithout = completed > 0 ? (completedMs + victimsMs) / (completed + victims.length) : 0;
    if (meanWithout > meanWith) return { ok: true, victims };
    return { ok: false, reason: 'edge would finish later on the mean' };
  }

  function observe(execution: Execution, estimator: TimeEstimator): void {
    learnTimes(execution, estimator);
    if (execution.place !== 'edge' || !execution.onTime) return;
    completedMs += execution.elapsedMs;
    completed++;
  }

  return {
    id: 'sota2-dedas',
    order: byEdgeTime,
    admit: admitInTime(byEdgeTime),
    displace,
    place: published ? placeUnchecked : placeInCloud,
    expire: startInTime,
    observe,
  };
}

function placeUnchecked(): Placement {
  return { action: 'cloud', reason: 'cloud unchecked', probe: false };
}
