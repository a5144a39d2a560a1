import { admitNone, byArrival, dropUnpaid, learnTimes, placeInCloud, startInTime } from '../plugins.ts';
import type { Placement, Policy, SchedulerView } from '../policy.ts';
import type { Waiting } from '../task-queue.ts';
import type { Reading } from '../tentative-queue.ts';

/**
 * Everything in the cloud that pays there (CLD of arXiv 2412.20860's baselines) and, corrected, is expected in
 * time. As published, time is looked at only when a task leaves the cloud queue.
 */
export function cloudOnly(reading: Reading): Policy {
  return {
    id: 'cloud-only',
    order: byArrival,
    admit: admitNone,
    place: reading === 'as-published' ? placeIfItPays : placeInCloud,
    expire: startInTime,
    observe: learnTimes,
  };
}

function placeIfItPays(waiting: Waiting, view: SchedulerView): Placement {
  return dropUnpaid(waiting, view) ?? { action: 'cloud', reason: 'cloud pays', probe: false };
}
