import { admitInTime, byArrival, dropUnpaid, learnTimes, ms, startInTime } from '../plugins.ts';
import type { Placement, Policy, SchedulerView } from '../policy.ts';
import type { Waiting } from '../task-queue.ts';
import type { Reading } from '../tentative-queue.ts';

/** The share of its deadline that a patient model may be late by, as published. */
const extension = 0.1;

/**
 * SOTA 1 of arXiv 2412.20860, a mixture of D3 and Kalmia: the edge first come first served if in time, else
 * the cloud if in time, else models without urgency get 10 % more time and another try, urgent ones are dropped.
 *
 * As published, what does not pay goes to the cloud all the same, and a patient task goes there unchecked,
 * its lateness within the added time counting as on time. Corrected, the cloud must pay and only the task's own
 * deadline counts, which leaves more time without a purpose.
 */
export function sota1(reading: Reading): Policy {
  const published = reading === 'as-published';
  const admit = admitInTime(byArrival);

  function place(waiting: Waiting, view: SchedulerView): Placement {
    const unpaid = published ? undefined : dropUnpaid(waiting, view);
    if (unpaid !== undefined) return unpaid;
    const cloudMs = view.predictMs('cloud', waiting.task.model);
    const leftMs = waiting.deadlineMs - view.nowMs;
    const sum = `${ms(cloudMs)}, ${ms(leftMs)} left`;
    if (cloudMs < leftMs) return { action: 'cloud', reason: `cloud in time: ${sum}`, probe: false };
    if (!published && view.probeDue('cloud', waiting.task.model, leftMs))
      return { action: 'cloud', reason: `cloud as a probe: ${sum}`, probe: true };
    const tooLate = `cloud too late: ${sum}`;
    if (!published || !view.profile(waiting.task.model).patient)
      return { action: 'drop', fate: 'dropped-deadline', reason: tooLate };
    const { createdMs, deadlineMs } = waiting.task;
    waiting.deadlineMs = deadlineMs + extension * (deadlineMs - createdMs);
    const again = admit(waiting, view);
    if (again.ok)
      return { action: 'edge', reason: `${tooLate}; with more time, ${again.reason}`, probe: false };
    return { action: 'cloud', reason: `${tooLate}; with more time, unchecked`, probe: false };
  }

  return { id: 'sota1-d3-kalmia', order: byArrival, admit, place, expire: startInTime, observe: learnTimes };
}
